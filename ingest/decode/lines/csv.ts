import { quote } from './sql';

/**
 * SQL for the fields of a line of CSV (RFC 4180, of any one-character separator) as Array(String). Only lines with a quote
 * in them are taken apart the slow way; a field cannot hold a line break, as lines come one by one.
 */
export function splitCsv(line: string, separator: string): string {
  const unquoted = `if(startsWith(x, '"'), replaceAll(substring(x, 2, length(x) - 2), '""', '"'), x)`;
  return `if(position(${line}, '"') = 0,
    splitByChar(${quote(separator)}, ${line}),
    arrayMap(x -> ${unquoted}, extractAll(concat(${quote(separator)}, ${line}), ${quote(piece(separator))})))`;
}

/** SQL: every quote of the line encloses a field or is doubled within one. */
export function soundCsv(line: string, separator: string): string {
  const whole = `^(?:${piece(separator).replace('(', '(?:')})*$`;
  return `(position(${line}, '"') = 0 OR match(concat(${quote(separator)}, ${line}), ${quote(whole)}))`;
}

/** A field behind its separator. */
function piece(separator: string): string {
  const apart = `\\x${separator.charCodeAt(0).toString(16).padStart(2, '0')}`;
  return `${apart}("(?:[^"]|"")*"|[^${apart}"]*)`;
}

/** The first line, and its fields unquoted: what a header is made of. */
export function firstFields(
  head: Uint8Array,
  separator: string,
): { readonly names: readonly string[]; readonly line: string } {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('utf8');
  const line = /^\uFEFF?(?:[ \t]*\r?\n)*([^\r\n]*)/.exec(text)?.[1] ?? '';
  return { line, names: line.split(separator).map((name) => name.trim().replace(/^"(.*)"$/, '$1')) };
}
