export { consolidate, stepsWithin, type Consolidation } from './consolidate';
export { heldOutJudge } from './held-out';
export { mergePath, type MergePath, type MergeStep } from './merge-path';
export type { Seen } from './seen';
export {
  freeSteps,
  kneeOf,
  sizeAt,
  tradeOff,
  type Budgets,
  type Curve,
  type Judge,
  type Losses,
  type TradeOff,
  type TradeOffPoint,
} from './trade-off';
