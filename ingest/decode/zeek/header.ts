import { WayleaveError } from '../../kernel/errors';

/** The lines that start a TSV log: how it is written, and what its columns are. */
export interface TsvHeader {
  readonly separator: string;
  readonly setSeparator: string;
  readonly empty: string;
  readonly unset: string;
  /** Name of the log. */
  readonly path: string;
  /** Names of all columns, in order. */
  readonly fields: readonly string[];
  /** The `#fields` line as it stands. */
  readonly fieldsLine: string;
}

/** Whether a file starts as Zeek starts its TSV logs. */
export function startsWithHeader(head: Uint8Array): boolean {
  return /^#(separator|set_separator|path|fields)[\s,]/.test(textOf(head));
}

/**
 * Reads the header lines a file starts with.
 *
 * @throws WayleaveError `unknown-fields` where there is no `#fields` line among them
 */
export function readHeader(head: Uint8Array): TsvHeader {
  const lines = headerLines(textOf(head));
  // Only this line is always split by a space: the separator is not known before it.
  const separator = unescape(lines.get('separator') ?? '\\x09') || '\t';
  const value = (name: string, otherwise: string): string =>
    unescape((lines.get(name) ?? '').split(separator).at(-1) ?? '') || otherwise;
  const fieldsLine = lines.get('fields');
  if (fieldsLine === undefined || separator.length !== 1) {
    throw new WayleaveError('the log starts without a #fields line, or its #separator is not one character', {
      code: 'unknown-fields',
      where: { line: 1 },
    });
  }
  return {
    separator,
    setSeparator: value('set_separator', ',').slice(0, 1),
    empty: value('empty_field', '(empty)'),
    unset: value('unset_field', '-'),
    path: value('path', ''),
    fields: fieldsLine.split(separator).filter((name) => name !== ''),
    fieldsLine: `#fields${fieldsLine}`,
  };
}

/** What stands behind the names of the first header lines. */
function headerLines(text: string): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, rest] = /^#([a-z_]+)([^\r]*)\r?$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) break;
    lines.set(name, name === 'separator' ? rest.trimStart() : rest);
  }
  return lines;
}

function unescape(text: string): string {
  return text.replaceAll(/\\x([0-9a-fA-F]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

function textOf(head: Uint8Array): string {
  return Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
}
