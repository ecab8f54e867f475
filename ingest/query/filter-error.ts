import { WayleaveError } from '../kernel/errors';
import type { Field } from './field';

/** What may stand at a place in a filter: the message of an error names it, completions offer it. */
export interface Expectation {
  /** Words and symbols. */
  readonly words: readonly string[];
  /** Any field of the table. */
  readonly anyField?: boolean;
  /** A value of this field. */
  readonly value?: Field;
}

/** The part of a filter that is not understood. Offsets count UTF-16 units from 0; at the end of the text, length 0. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** Code `bad-filter`; `where` holds `offset`, `length` and the `filter`. */
export class FilterError extends WayleaveError {
  constructor(
    message: string,
    readonly filter: string,
    readonly place: Place,
    readonly expectation: Expectation = { words: [] },
  ) {
    super(message, { code: 'bad-filter', where: { ...place, filter } });
    this.name = 'FilterError';
  }
}

/** Characters shown to either side of the place. */
const AROUND = 60;

/** The filter, with carets under what is not understood. */
export function pointAt({ filter, place: { offset, length } }: FilterError): string {
  const first = Math.max(0, offset - AROUND);
  const last = Math.min(filter.length, offset + AROUND);
  // What would move the carets, or the cursor, is shown as a blank.
  const shown = filter.slice(first, last).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
  const [before, after] = [first > 0 ? '…' : '', last < filter.length ? '…' : ''];
  const carets = '^'.repeat(Math.max(1, Math.min(length, last - offset)));
  return `  ${before}${shown}${after}\n  ${' '.repeat(before.length + offset - first)}${carets}`;
}
