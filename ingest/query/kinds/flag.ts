import type { Kind } from './kind';

/** A word that stands for a condition: its column is the condition. */
export const FLAG: Kind = {
  expects: 'nothing after it',
  operators: [],
  values: [],
  problem: () => 'it stands alone',
  condition: (column) => column,
  alone: (column) => column,
};
