import type { InventoryReject } from '../../source';

/** One entry of a master file, over however many lines: a record or a directive. */
export interface Entry {
  /** Its first line. */
  readonly line: number;
  /** It starts with a blank: a record of the owner before. */
  readonly continued: boolean;
  readonly words: readonly string[];
}

/** A parenthesis that is never closed would otherwise take the rest of the file; a long TXT or DNSKEY has some twenty lines. */
const MOST_LINES = 64;
const MOST_WORDS = 1024;

/** A quoted string, a parenthesis, a comment, a word with its escapes; each begins with what no other does. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[()]|;.*|(?:[^\s"();\\]|\\.)+|["\\]/g;

/** Entries of a master file (RFC 1035, section 5.1): parentheses join lines, `;` begins a comment. */
export function entriesOf(text: string): { entries: Entry[]; rejects: InventoryReject[] } {
  const entries: Entry[] = [];
  const rejects: InventoryReject[] = [];
  let open: { line: number; continued: boolean; words: string[]; depth: number } | undefined;
  const fail = (line: number, message: string) => {
    rejects.push({ where: `line ${line}`, message });
    open = undefined;
  };

  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const entry = open ?? { line: index + 1, continued: /^\s/.test(line), words: [], depth: 0 };
    open = entry;
    for (const [token] of line.matchAll(TOKEN)) {
      if (token === '(') entry.depth++;
      else if (token === ')') entry.depth--;
      else if (token === '"' || token === '\\') entry.depth = Number.NaN;
      else if (!token.startsWith(';')) entry.words.push(token);
    }
    if (Number.isNaN(entry.depth)) fail(entry.line, 'a quote is not closed');
    else if (entry.depth < 0) fail(entry.line, 'a parenthesis is closed that was not opened');
    else if (entry.words.length > MOST_WORDS) fail(entry.line, `an entry of more than ${MOST_WORDS} words`);
    else if (index + 1 - entry.line >= MOST_LINES)
      fail(entry.line, `an entry of more than ${MOST_LINES} lines, or a parenthesis is not closed`);
    else if (entry.depth === 0) {
      if (entry.words.length > 0) entries.push(entry);
      open = undefined;
    }
  }
  if (open) fail(open.line, 'a parenthesis is not closed');
  return { entries, rejects };
}
