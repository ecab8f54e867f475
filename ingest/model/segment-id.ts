import { createHash } from 'node:crypto';

/** A UUID (RFC 9562, version 8) that the n-th segment of the same content always gets. */
export function segmentId(digest: string, index: number): string {
  const hash = createHash('sha256').update(`${digest}/${index}`).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
