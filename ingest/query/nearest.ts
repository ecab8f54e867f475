import { closest, distance } from 'fastest-levenshtein';

/**
 * The known word that was probably meant, whatever its case: at most a third of what was written is another letter, too
 * much or missing. Two letters in the wrong order count as one.
 */
export function nearest(written: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const word = written.toLowerCase();
  const swapped = Array.from(
    { length: Math.max(0, word.length - 1) },
    (_, at) => word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2),
  );
  const guesses = [word, ...swapped].map((text, at) => {
    const near = closest(text, known);
    return { near, off: distance(text, near) + (at === 0 ? 0 : 1) };
  });
  const [best] = guesses.sort((one, other) => one.off - other.off);
  return best && best.off <= Math.floor(word.length / 3) ? best.near : undefined;
}
