export { consolidate, type Consolidation } from './consolidate';
export { heldOutJudge } from './held-out';
export { mergePath, type MergePath } from './merge-path';
export type { Seen } from './seen';
export { freeSteps, kneeOf, sizeAt, tradeOff, type Curve } from './trade-off';
