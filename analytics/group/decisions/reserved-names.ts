/** Names that no group has: where groups are asked for by name, these are something else. */
export const RESERVED_NAMES: readonly string[] = ['decisions', 'diff', 'runs'];
