/** How many lines are tried: the first ones of a file that was cut out of a longer one may be broken. */
const LINES = 20;

/** The JSON objects among the first lines of a file; a line that the head cuts off is none. */
export function jsonObjects(head: Uint8Array): readonly object[] {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('utf8');
  if (!/^\uFEFF?\s*\{/.test(text)) return [];
  return text.split('\n', LINES).flatMap((line) => objectOf(line));
}

function objectOf(line: string): object[] {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? [value] : [];
  } catch {
    return [];
  }
}
