/** What moves the cursor, colours, ends the line or turns the text around it. */
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** For a terminal: names come from inventories and packets, and do to it nothing that this program does not. */
export function printable(text: string): string {
  return text.replace(UNSAFE, '\uFFFD');
}
