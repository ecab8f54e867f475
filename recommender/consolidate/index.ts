export { consolidate, stepsWithin, type Consolidation } from './consolidate';
export { mergePath, type MergePath, type MergeStep } from './merge-path';
export type { Seen } from './seen';
