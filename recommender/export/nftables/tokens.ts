import { WayleaveError } from '../../../ingest/kernel/errors';

interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly line: number;
}

/** Read from the front; newlines and semicolons end a statement and come as `;`. */
export interface TokenReader {
  peek(ahead?: number): string | undefined;
  next(): string;
  /** @throws WayleaveError `bad-export` unless these are the next tokens */
  expect(...texts: readonly string[]): void;
  quoted(): string;
  /** Skips `;`. @returns whether there was any */
  endOfStatement(): boolean;
  fail(expected: string): WayleaveError;
}

const TOKEN = /(?<comment>#[^\n]*)|(?<string>"[^"\n]*")|(?<end>[\n;])|(?<mark>[{},])|(?<word>[^\s{},;"#]+)|[ \t\r]+/g;

export function readTokens(text: string, path: string): TokenReader {
  const tokens = tokensOf(text);
  let at = 0;
  const reader: TokenReader = {
    peek: (ahead = 0) => tokens[at + ahead]?.text,
    next() {
      const token = tokens[at];
      if (!token) throw reader.fail('more');
      at++;
      return token.text;
    },
    expect(...texts) {
      for (const text of texts) {
        if (reader.peek() !== text) throw reader.fail(`"${text}"`);
        at++;
      }
    },
    quoted() {
      if (!tokens[at]?.quoted) throw reader.fail('a quoted string');
      return reader.next();
    },
    endOfStatement() {
      const before = at;
      while (reader.peek() === ';') at++;
      return at > before;
    },
    fail(expected) {
      const token = tokens[at];
      const found = token ? `"${token.text}"` : 'the end of the file';
      const line = token?.line ?? tokens.at(-1)?.line ?? 1;
      return new WayleaveError(`${path}:${line}: expected ${expected}, found ${found}`, {
        code: 'bad-export',
        where: { path, line },
      });
    },
  };
  return reader;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (const { 0: whole, groups } of text.matchAll(TOKEN)) {
    if (groups?.string !== undefined) tokens.push({ text: whole.slice(1, -1), quoted: true, line });
    else if (groups?.end !== undefined) tokens.push({ text: ';', quoted: false, line });
    else if (groups?.mark !== undefined || groups?.word !== undefined)
      tokens.push({ text: whole, quoted: false, line });
    if (whole === '\n') line++;
  }
  return tokens;
}
