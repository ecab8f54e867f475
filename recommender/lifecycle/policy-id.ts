import { contentId } from '../model/identity';
import type { Policy } from '../model/policy';

/** A body under the id of what it says, whatever it claimed: a gate's verdict on another one is none on this. */
export function withPolicyId({ id: _, created, ...content }: Policy): Policy {
  return { id: contentId('p', content), created, ...content };
}
