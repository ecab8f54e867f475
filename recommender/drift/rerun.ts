import type { Topology } from '../../analytics/model/topology';
import type { Policy } from '../model/policy';
import type { DriftReport, Finding, FindingKind } from './model';
import { counted } from './words';

const REASONS: readonly (readonly [FindingKind, (count: number) => string])[] = [
  ['address-moved', (count) => `${counted(count, 'group')} of the policy hold addresses that are in other hands`],
  ['new-use', (count) => `${counted(count, 'use')} that no rule covers`],
  ['service-moved', (count) => `${counted(count, 'service')} moved to another port or server`],
  ['group-changed', (count) => `${counted(count, 'group')} changed since the policy was made`],
];

/** Whether recommending anew would give another policy, and why: what people dismissed does not count. */
export function adviseRerun(
  findings: readonly Finding[],
  { policy, topology }: { policy: Policy; topology: Topology },
): DriftReport['rerun'] {
  const open = findings.filter(({ dismissed }) => !dismissed);
  const reasons = REASONS.flatMap(([kind, words]) => {
    const count = open.filter((finding) => finding.kind === kind).length;
    return count === 0 ? [] : [words(count)];
  });
  if (reasons.length > 0 && policy.topology !== topology.id)
    reasons.push(`the groups were found anew since: ${topology.id} instead of ${policy.topology}`);
  return { advised: reasons.length > 0, reasons };
}
