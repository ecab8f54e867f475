import type { DriftReport, Finding, FindingKind } from './model';
import { counted } from './words';

const REASONS: readonly (readonly [FindingKind, (count: number) => string])[] = [
  ['address-moved', (count) => `${counted(count, 'group')} of the policy with addresses that are in other hands`],
  ['new-use', (count) => `${counted(count, 'use')} that no rule covers`],
  ['service-moved', (count) => `${counted(count, 'service')} moved to another port or server`],
  ['group-changed', (count) => `${counted(count, 'group')} changed since the policy was made`],
];

/** Whether recommending anew would give another policy, and why: what people dismissed does not count. */
export function adviseRerun(findings: readonly Finding[]): DriftReport['rerun'] {
  const open = findings.filter(({ dismissed }) => !dismissed);
  const reasons = REASONS.flatMap(([kind, words]) => {
    const count = open.filter((finding) => finding.kind === kind).length;
    return count === 0 ? [] : [words(count)];
  });
  return { advised: reasons.length > 0, reasons };
}
