import { createHash } from 'node:crypto';

/** `r-1f0c9d2ab3e4`: the same content has the same id in every run, wherever it stands. */
export function contentId(prefix: string, content: unknown): string {
  return `${prefix}-${createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12)}`;
}
