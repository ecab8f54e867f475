/** Nobody mistypes more than that, however long the word is. */
const MOST_OFF = 8;
/** Pairs of letters compared before the other words go unread: some 100 ms. */
const MOST_PAIRS = 10_000_000;

/**
 * The known word that was probably meant, whatever its case: at most a third of what was written, and 8 letters, is
 * another letter, too much or missing. Two letters in the wrong order count as one. The first of those that are as near.
 */
export function nearest(written: string, known: readonly string[]): string | undefined {
  const word = written.toLowerCase();
  const row = (): Uint32Array => new Uint32Array(word.length + MOST_OFF + 2);
  const rows: Rows = [row(), row(), row()];
  let most = Math.min(MOST_OFF, Math.floor(word.length / 3));
  let best: string | undefined;
  let pairs = MOST_PAIRS;
  for (const candidate of known) {
    if (most < 0 || pairs <= 0) break;
    const other = candidate.toLowerCase();
    if (Math.abs(other.length - word.length) > most) continue;
    const { off, compared } = distance(word, other, most, rows);
    pairs -= compared;
    if (off > most) continue;
    best = candidate;
    most = off - 1;
  }
  return best;
}

/** Room for the row that is filled and the two before it, two cells longer than any word. */
type Rows = [Uint32Array, Uint32Array, Uint32Array];

/**
 * Optimal string alignment distance: letters put in, left out, replaced, or swapped with the next. Only the cells that a
 * path of at most `most` can reach are looked at (Ukkonen 1985).
 *
 * @returns any number above `most` where it is more; how many pairs of letters were compared
 */
function distance(a: string, b: string, most: number, rows: Rows): { off: number; compared: number } {
  const beyond = most + 1;
  let [above, last, next] = rows;
  for (let at = 0; at <= b.length; at++) last[at] = at;
  let compared = b.length;
  let leastBefore = 0;
  for (let row = 1; row <= a.length; row++) {
    const [from, to] = [Math.max(1, row - most), Math.min(b.length, row + most)];
    const mine = a.charCodeAt(row - 1);
    const before = a.charCodeAt(row - 2);
    let left = from === 1 ? row : beyond;
    let least = left;
    next[from - 1] = left;
    for (let at = from; at <= to; at++) {
      const theirs = b.charCodeAt(at - 1);
      // Written out: this is what all the time goes into.
      const replaced = (last[at - 1] ?? beyond) + (mine === theirs ? 0 : 1);
      const missing = (last[at] ?? beyond) + 1;
      left += 1;
      if (replaced < left) left = replaced;
      if (missing < left) left = missing;
      if (at > 1 && before === theirs && mine === b.charCodeAt(at - 2)) {
        const swapped = (above[at - 2] ?? beyond) + 1;
        if (swapped < left) left = swapped;
      }
      next[at] = left;
      if (left < least) least = left;
    }
    next[to + 1] = beyond;
    compared += to - from + 1;
    // A swap leads past a row, so it takes two of them.
    if (least > most && leastBefore > most) return { off: beyond, compared };
    leastBefore = least;
    [above, last, next] = [last, next, above];
  }
  return { off: last[b.length] ?? beyond, compared };
}
