import { COMMON_WORDS } from './common-words';

/** Letters, digits, the hyphen, and the end of a word. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789-';
const END = ' ';
/** What follows what by chance: any character, or the end. */
const SYMBOLS = ALPHABET.length + 1;
/** Add-one smoothing would drown a sample of this size: half of it is what Krichevsky and Trofimov (1981) give. */
const PRIOR = 0.5;
/** A number is one character, whichever it is: hosts are counted, and people do not choose how far. */
const NUMBERS = /\d+/g;
const NUMBER = '0';

const TRANSITIONS = transitionsOf(COMMON_WORDS);

/**
 * How much likelier a label is as a word of people than as characters drawn at random: the mean logarithm (base 2) of
 * the ratio, per character, by pairs of characters. Above 0 it is more like words, below 0 more like noise: the
 * likelihood ratio at even odds, so that there is no threshold to choose.
 *
 * ```ts
 * likelihood('mailserver'); // about 1.3
 * likelihood('xq7vk2zjwp'); // about -1
 * ```
 */
export function likelihood(label: string): number {
  const text = plain(label);
  if (text.length === 0) return 0;
  let sum = 0;
  for (const [from, to] of pairsOf(text)) sum += Math.log2(probability(from, to) * SYMBOLS);
  return sum / (text.length + 1);
}

function probability(from: string, to: string): number {
  const row = TRANSITIONS.get(from);
  return ((row?.get(to) ?? 0) + PRIOR) / ((row?.get(END + END) ?? 0) + PRIOR * SYMBOLS);
}

/** Counts of what follows what; the sum of a row is under two ends. */
function transitionsOf(words: readonly string[]): Map<string, Map<string, number>> {
  const rows = new Map<string, Map<string, number>>();
  for (const word of words) {
    for (const [from, to] of pairsOf(plain(word))) {
      const row = rows.get(from) ?? new Map<string, number>();
      row.set(to, (row.get(to) ?? 0) + 1);
      row.set(END + END, (row.get(END + END) ?? 0) + 1);
      rows.set(from, row);
    }
  }
  return rows;
}

function* pairsOf(text: string): Generator<[string, string]> {
  const bounded = `${END}${text}${END}`;
  for (let at = 0; at + 1 < bounded.length; at++) yield [bounded.charAt(at), bounded.charAt(at + 1)];
}

function plain(label: string): string {
  return label.toLowerCase().replaceAll(NUMBERS, NUMBER);
}
