/** Names that no group has, in any case: where groups are asked for by name, these are something else. */
export const RESERVED_NAMES: readonly string[] = ['decisions', 'diff', 'runs'];

export function isReserved(name: string): boolean {
  return RESERVED_NAMES.includes(name.toLowerCase());
}
