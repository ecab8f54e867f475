const NAMED = 5;

/** "a; b; c; d; e; and 7 more". */
export function describeMore(words: readonly string[], named = NAMED): string {
  const shown = words.slice(0, named);
  return [...shown, ...(words.length > named ? [`and ${words.length - named} more`] : [])].join('; ');
}
