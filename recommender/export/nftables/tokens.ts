import { WayleaveError } from '../../../ingest/kernel/errors';

interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly line: number;
  /** The comment line right before it, or null. */
  readonly remark: string | null;
}

/** Read from the front; newlines and semicolons end a statement and come as `;`. */
export interface TokenReader {
  peek(ahead?: number): string | undefined;
  next(): string;
  /** Takes the next token if it is this one. @returns whether it was */
  accept(text: string): boolean;
  /** @throws WayleaveError `bad-export` unless these are the next tokens */
  expect(...texts: readonly string[]): void;
  quoted(): string;
  /** Skips `;`. @returns whether there was any */
  endOfStatement(): boolean;
  /** Where the next token stands. */
  place(): { readonly line: number; readonly remark: string | null };
  /** `$name` stands for what comes next, up to the end of the statement, from now on. */
  define(name: string): void;
  fail(expected: string): WayleaveError;
}

const TOKEN = /(?<comment>#[^\n]*)|(?<string>"[^"\n]*")|(?<end>[\n;])|(?<mark>[{},])|(?<word>[^\s{},;"#]+)|[ \t\r]+/g;

export function readTokens(text: string, path: string): TokenReader {
  const tokens = tokensOf(text);
  const defined = new Map<string, Token[]>();
  let at = 0;
  const expand = (index: number): void => {
    const token = tokens[index];
    if (!token?.text.startsWith('$') || token.quoted) return;
    const value = defined.get(token.text.slice(1));
    if (value) tokens.splice(index, 1, ...value.map((each) => ({ ...each, line: token.line, remark: token.remark })));
  };
  const reader: TokenReader = {
    peek(ahead = 0) {
      expand(at + ahead);
      return tokens[at + ahead]?.text;
    },
    next() {
      expand(at);
      const token = tokens[at];
      if (!token) throw reader.fail('more');
      at++;
      return token.text;
    },
    accept(text) {
      if (reader.peek() !== text) return false;
      at++;
      return true;
    },
    expect(...texts) {
      for (const text of texts) if (!reader.accept(text)) throw reader.fail(`"${text}"`);
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
    place: () => ({ line: tokens[at]?.line ?? 0, remark: tokens[at]?.remark ?? null }),
    define(name) {
      const value: Token[] = [];
      let depth = 0;
      while (reader.peek() !== undefined && (depth > 0 || reader.peek() !== ';')) {
        const token = tokens[at];
        const text = reader.next();
        depth += text === '{' ? 1 : text === '}' ? -1 : 0;
        if (token && text !== ';') value.push(token);
      }
      if (value.length === 0) throw reader.fail(`what $${name} stands for`);
      defined.set(name, value);
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
  let remark: { readonly text: string; readonly line: number } | undefined;
  const push = (token: string, quoted: boolean) => {
    const beside = remark && remark.line >= line - 1 ? remark.text : null;
    if (token !== ';') remark = undefined;
    tokens.push({ text: token, quoted, line, remark: token === ';' ? null : beside });
  };
  for (const { 0: whole, groups } of text.matchAll(TOKEN)) {
    if (groups?.comment !== undefined) {
      if (tokens.at(-1)?.line !== line || tokens.at(-1)?.text === ';') remark = { text: whole.slice(1).trim(), line };
    } else if (groups?.string !== undefined) push(whole.slice(1, -1), true);
    else if (groups?.end !== undefined) push(';', false);
    else if (groups?.mark !== undefined || groups?.word !== undefined) push(whole, false);
    if (whole === '\n') line++;
  }
  return tokens;
}
