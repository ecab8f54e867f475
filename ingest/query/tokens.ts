import { FilterError } from './filter-error';

/** `text` was in quotes, `end` is behind the last character. */
export type TokenKind = 'word' | 'text' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Without quotes and escapes. */
  readonly text: string;
  readonly offset: number;
  /** Characters it takes up. */
  readonly length: number;
}

/** Long enough for a list of some hundred addresses, and short enough for the address line of an HTTP request. */
export const LONGEST_FILTER = 8192;

const SYMBOL = /&&|\|\||!=|!~|<=|>=|[()=<>~!,]/y;
/** Addresses, prefixes, ranges, times, names and patterns need no quotes. */
const WORD = /[^\s"'()=<>~!,&|]+/y;
const BLANK = /\s+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/sy;

/** @throws FilterError for what is no token: a lone `&`, a quote that does not end */
export function tokenise(filter: string): Token[] {
  if (filter.length > LONGEST_FILTER) {
    const place = { offset: LONGEST_FILTER, length: filter.length - LONGEST_FILTER };
    throw new FilterError(
      `a filter has at most ${LONGEST_FILTER} characters, this one ${filter.length}`,
      filter,
      place,
    );
  }
  const tokens: Token[] = [];
  let offset = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = offset;
    return pattern.exec(filter);
  };
  while (offset < filter.length) {
    const blank = match(BLANK);
    const found = blank ?? match(SYMBOL) ?? match(WORD) ?? match(QUOTED);
    if (!found) throw unknownToken(filter, offset);
    const [whole, double, single] = found;
    if (!blank) tokens.push({ ...read(whole, double ?? single), offset, length: whole.length });
    offset += whole.length;
  }
  return [...tokens, { kind: 'end', text: '', offset, length: 0 }];
}

function read(whole: string, quoted: string | undefined): Pick<Token, 'kind' | 'text'> {
  if (quoted !== undefined) return { kind: 'text', text: quoted.replaceAll(/\\(.)/gs, '$1') };
  return { kind: '()=<>~!,&|'.includes(whole.charAt(0)) ? 'symbol' : 'word', text: whole };
}

function unknownToken(filter: string, offset: number): FilterError {
  const character = filter.charAt(offset);
  if (character === '"' || character === "'")
    return new FilterError(`the quote ${character} has no end`, filter, { offset, length: filter.length - offset });
  return new FilterError(`a single ${character} means nothing; did you mean ${character.repeat(2)}?`, filter, {
    offset,
    length: 1,
  });
}

/** Words of the language itself: as a value they need quotes. */
export const RESERVED: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'like', 'is']);

/** As a value is written: in quotes where it would not be read back as one word. */
export function quote(text: string): string {
  WORD.lastIndex = 0;
  const plain = WORD.exec(text)?.[0] === text && !RESERVED.has(text.toLowerCase());
  return plain ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
