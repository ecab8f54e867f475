import { VARIABLE, shortestRecord, type TemplateField } from '../template/definition';
import { uint16 } from '../wire';

interface RecordVisitor {
  field(index: number, at: number, size: number): void;
  /** A record has ended. */
  record(): void;
}

/**
 * Walks records of any template, as it comes. For options data and records that are only counted; flows are decoded by
 * compiled code.
 *
 * @param visitor undefined where they are only counted
 * @returns where the last whole record ended, and how many there were
 */
export function walkRecords(
  bytes: Uint8Array,
  from: number,
  end: number,
  fields: readonly TemplateField[],
  visitor: RecordVisitor | undefined,
): { readonly at: number; readonly count: number } {
  const shortest = shortestRecord(fields);
  if (!visitor && !fields.some(({ length }) => length === VARIABLE)) {
    const count = Math.floor((end - from) / shortest);
    return { at: from + count * shortest, count };
  }
  let [at, count] = [from, 0];
  while (at + shortest <= end) {
    const next = walkRecord(bytes, at, end, fields, visitor);
    if (next === undefined) break;
    visitor?.record();
    count++;
    at = next;
  }
  return { at, count };
}

/** @returns where it ended, undefined when it is cut short */
function walkRecord(
  bytes: Uint8Array,
  from: number,
  end: number,
  fields: readonly TemplateField[],
  visitor: RecordVisitor | undefined,
): number | undefined {
  let at = from;
  for (let index = 0; index < fields.length; index++) {
    let size = fields[index]?.length ?? 0;
    if (size === VARIABLE) {
      size = at < end ? (bytes[at] ?? 0) : 0;
      at += 1;
      if (size === 255) {
        size = uint16(bytes, at);
        at += 2;
      }
    }
    if (at + size > end) return undefined;
    visitor?.field(index, at, size);
    at += size;
  }
  return at;
}
