export const LONGEST_NAME = 120;

/** Control characters, and what shows as nothing or turns or breaks the text around it; how an emoji is drawn is neither. */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?![\uFE00-\uFE0F])\p{DI}/u;
/** Neither a space, a mark on something else, nor braille without a dot. */
const VISIBLE = /[^\p{M}\p{Z}\p{C}\p{DI}\u2800]/u;

/**
 * A name in one line that can be shown, typed and asked for: composed (NFC), without what is unprintable, cut to 120
 * characters; empty where nothing of it shows.
 */
export function legible(written: string): string {
  const printable = written
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .replace(new RegExp(UNPRINTABLE, 'gu'), '')
    .trim();
  if (!VISIBLE.test(printable)) return '';
  const characters = Array.from(printable);
  if (characters.length <= LONGEST_NAME) return printable;
  return `${characters
    .slice(0, LONGEST_NAME - 1)
    .join('')
    .trimEnd()}…`;
}
