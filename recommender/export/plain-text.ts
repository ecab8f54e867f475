/** Names come from outside: nothing in them may end a comment or a string. Printable ASCII, without quotes and backslashes. */
export function plainText(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').replace(/["\\]/g, "'");
}
