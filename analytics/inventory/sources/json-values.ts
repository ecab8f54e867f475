import { messageOf } from '../../../ingest/kernel/errors';
import type { InventoryReject, SourceDocument } from '../source';

export interface JsonValue {
  /** Where it begins, of several: `line 12`; '' where it is the whole document. */
  readonly where: string;
  readonly value: unknown;
}

const OPENS = /[[{]/;

/** Whether a document may hold JSON, by how it begins: looking for values in a log of a million lines takes seconds. */
export function beginsAsJson({ text, json }: SourceDocument): boolean {
  return json !== undefined || /^[\s\uFEFF]*[[{]/.test(text.slice(0, 4096));
}

/**
 * The JSON values of a document: one, or several one after another, as JSON lines or as pages of output appended to
 * one file. What is no JSON is passed to `reject`, and reading goes on at the next line.
 */
export function* jsonValues(
  { text, json }: SourceDocument,
  reject: (reject: InventoryReject) => void,
): Generator<JsonValue> {
  if (json !== undefined) {
    yield { where: '', value: json };
    return;
  }
  let line = 1;
  let at = 0;
  // A value that never ends would be looked for in all the rest of the text, from every line anew.
  let onlyLines = false;
  while (at < text.length) {
    const start = nextAfterSpace(text, at);
    if (start === text.length) return;
    line += linesIn(text, at, start);
    const lineEnd = endOfLine(text, start);
    const end = onlyLines || !OPENS.test(text.charAt(start)) ? lineEnd : (endOfValue(text, start) ?? lineEnd);
    const where = `line ${line}`;
    try {
      yield { where, value: JSON.parse(text.slice(start, end)) };
    } catch (error) {
      onlyLines = true;
      reject({ where, message: `not JSON: ${messageOf(error).slice(0, 100)}` });
    }
    line += linesIn(text, start, end);
    at = end;
  }
}

function linesIn(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

function nextAfterSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[\s,\uFEFF]/.test(text.charAt(at))) at++;
  return at;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Behind the bracket that closes the one at `from`; undefined where none does. */
function endOfValue(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) {
      at = endOfString(text, at);
    } else if (char === 0x7b || char === 0x5b) {
      depth++;
    } else if ((char === 0x7d || char === 0x5d) && --depth === 0) {
      return at + 1;
    }
  }
  return undefined;
}

function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  return at;
}
