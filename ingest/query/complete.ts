import { FilterError, type Expectation } from './filter-error';
import { fieldNames, type Field, type FieldTable } from './field';
import { parseTokens } from './parse';
import { quote, tokenise, type Token } from './tokens';

export interface Completion {
  /** What to put in place of what is between `from` and `to`. */
  readonly text: string;
  readonly kind: 'field' | 'word' | 'value';
  readonly meaning: string;
}

export interface Completions {
  /** The part of the filter that a completion replaces: the word the cursor is in or behind, up to the cursor. */
  readonly from: number;
  readonly to: number;
  readonly items: readonly Completion[];
}

/** Values of a field that occur in the data and begin like this; the most common first. */
export type ValueLookup = (field: Field, beginning: string) => Promise<readonly string[]>;

const MOST_ITEMS = 100;

/** What may stand at an offset of a filter. Nothing, where what is before it is not understood. */
export async function complete(
  table: FieldTable,
  filter: string,
  offset: number,
  lookup: ValueLookup = () => Promise.resolve([]),
): Promise<Completions> {
  const text = filter.slice(0, offset);
  const { before, begun } = split(text);
  const from = begun?.offset ?? text.length;
  if (!before) return { from, to: text.length, items: [] };
  const beginning = begun?.text ?? '';
  const { words, anyField, value } = expectationAfter(table, text, before);
  const items: Completion[] = [
    ...(anyField
      ? fieldNames(table).map(({ name, meaning }) => ({ text: name, kind: 'field' as const, meaning }))
      : []),
    ...(value ? valuesOf(value, await lookup(value, beginning)) : []),
    ...words.map((word) => ({ text: word, kind: 'word' as const, meaning: '' })),
  ];
  const fitting = items.filter((item) => unquoted(item.text).startsWith(unquoted(beginning)));
  return { from, to: text.length, items: fitting.slice(0, MOST_ITEMS) };
}

/** The tokens that are complete, and the one that the cursor may still be in. */
function split(text: string): { before?: readonly Token[]; begun?: Token } {
  const openQuote = quoteLeftOpen(text);
  try {
    const tokens = tokenise(openQuote === undefined ? text : text.slice(0, openQuote));
    const end = tokens.at(-1);
    const last = tokens.at(-2);
    if (openQuote !== undefined)
      return {
        before: tokens,
        begun: { kind: 'text', text: text.slice(openQuote + 1), offset: openQuote, length: text.length - openQuote },
      };
    const touches = last !== undefined && last.offset + last.length === text.length;
    if (!touches || last.kind !== 'word' || !end) return { before: tokens };
    return { before: [...tokens.slice(0, -2), { ...end, offset: last.offset }], begun: last };
  } catch (error) {
    if (error instanceof FilterError) return {};
    throw error;
  }
}

function quoteLeftOpen(text: string): number | undefined {
  try {
    tokenise(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const { offset } = error.place;
    return /["']/.test(text.charAt(offset)) ? offset : undefined;
  }
}

function expectationAfter(table: FieldTable, text: string, tokens: readonly Token[]): Expectation {
  try {
    parseTokens(table, text, tokens);
    return { words: ['and', 'or'] };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    // What is wrong earlier must be put right first.
    return error.place.offset === tokens.at(-1)?.offset ? error.expectation : { words: [] };
  }
}

function valuesOf({ kind, name }: Field, found: readonly string[]): Completion[] {
  return [...new Set([...kind.values, ...found])].map((value) => ({
    text: quote(value),
    kind: 'value',
    meaning: name,
  }));
}

function unquoted(text: string): string {
  return text.replace(/^["']/, '').toLowerCase();
}
