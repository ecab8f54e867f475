export { applyEdits } from './apply-edits';
export { describeEffect } from './describe-effect';
export { diffPolicies, type Change } from './diff-policies';
export type { Edit } from './edit';
export { editsSchema, stageSchema, targetSchema } from './edit-schema';
export { enforcedPolicy, type Enforced } from './enforced-policy';
export { filterChange, findDifferences } from './filter-change';
export { isInForce, unitState } from './fold-events';
export { judgeChange } from './judge-change';
export { lastUses } from './last-uses';
export { leaseStatuses, overdueRules, renewLeases, type LeaseStatus } from './leases';
export { mergeRecommendation } from './merge-recommendation';
export {
  STAGES,
  type Action,
  type Actor,
  type GateVerdict,
  type Policies,
  type PolicyEvent,
  type Revision,
  type RevisionSource,
  type Stage,
  type StoredPolicy,
  type Target,
} from './model';
export { createPolicies } from './policies';
export { withPolicyId } from './policy-id';
export { describeTarget, targetNames, unitsOf } from './units';
export { withoutRules } from './without-rules';
