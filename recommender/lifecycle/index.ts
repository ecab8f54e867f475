export { enforcedPolicy, type Enforced, type Expiry } from './enforced-policy';
export { createPolicies } from './policies';
export type { Policies, PolicyState, Revision, StoredPolicy } from './model';
