import { quote } from './sql';

/** Keys to ask of a JSON object: a type of the engine, or the keys of an object below. */
export interface JsonKeys {
  readonly [key: string]: string | JsonKeys;
}

/**
 * SQL that takes the keys out of a line of JSON in one pass. A number or an object asked for as String comes as its JSON
 * text; what is absent, null or of another shape is empty, and so is everything when the line is no JSON.
 */
export function extractJson(line: string, keys: JsonKeys): string {
  return `JSONExtract(${line}, ${quote(tupleType(keys))})`;
}

function tupleType(keys: JsonKeys): string {
  const elements = Object.entries(keys).map(
    ([key, type]) => `\`${key.replaceAll(/[\\`]/g, '\\$&')}\` ${typeof type === 'string' ? type : tupleType(type)}`,
  );
  return `Tuple(${elements.join(', ')})`;
}

export const TEXT = 'String';
export const TEXTS = 'Array(String)';

/** Strings of a list, as keys that are asked for as text. */
export function texts<const Key extends string>(...keys: readonly Key[]): Record<Key, typeof TEXT> {
  return Object.fromEntries(keys.map((key) => [key, TEXT])) as Record<Key, typeof TEXT>;
}

/** The beginning of a file, when it is JSON: an object or an array of them. Latin-1, as nothing but ASCII is looked for. */
export function jsonHead(head: Uint8Array): string | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
  return /^(?:\xef\xbb\xbf)?[\s,[]*\{/.test(text) ? text : undefined;
}

/** Whether a key occurs, in the JSON itself or in JSON that a string of it holds. */
export function hasKey(json: string, key: string): boolean {
  return new RegExp(`\\\\*"${key}\\\\*"\\s*:`).test(json);
}

export function hasKeys(json: string, ...keys: readonly string[]): boolean {
  return keys.every((key) => hasKey(json, key));
}
