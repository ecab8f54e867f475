import { Buffer } from 'node:buffer';
import { uint } from '../wire';

/** Longest text taken; the interface descriptions of MIBs have at most 255 bytes. */
const MOST_BYTES = 255;

/** Text of an options record, up to its first NUL and without the blanks that some exporters fill up with. */
export function textOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  const length = Math.min(end < 0 ? field.length : end, MOST_BYTES);
  return Buffer.from(field.buffer, field.byteOffset, length).toString('utf8').trim();
}

/** RFC 6759 section 4.1: a byte of engine id, then the selector; engine 20 puts a private enterprise number between. */
const ENTERPRISE_ENGINE = 20;
const ENTERPRISE_BYTES = 4;

/** An application id as the column `l7` has it, `13:431`; '' when it names none. */
export function applicationId(field: Uint8Array): string {
  if (field.length < 2 || field.length > 9) return '';
  const engine = field[0] ?? 0;
  const own = engine === ENTERPRISE_ENGINE && field.length > ENTERPRISE_BYTES + 1;
  const from = own ? 1 + ENTERPRISE_BYTES : 1;
  const selector = BigInt(`0x${Buffer.from(field.subarray(from)).toString('hex')}`);
  if (selector === 0n) return '';
  const enterprise = own ? uint(field, 1, ENTERPRISE_BYTES) : 0;
  return enterprise > 0 ? `${engine}:${enterprise}:${selector}` : `${engine}:${selector}`;
}
