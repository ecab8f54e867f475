import { contentId } from '../model/identity';
import type { Policy } from '../model/policy';

/** A body under the id of what it says, whatever it claimed: a gate's verdict on another one is none on this. */
export function withPolicyId(policy: Policy): Policy {
  return { ...policy, id: contentId('p', { ...policy, id: undefined, created: undefined }) };
}
