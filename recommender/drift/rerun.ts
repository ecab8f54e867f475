import { compareText } from '../../ingest/kernel/text';
import { listWords } from '../propose/words';
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
    const found = open.filter((finding) => finding.kind === kind);
    return found.length === 0 ? [] : [words(found.length) + grouplessWords(found)];
  });
  return { advised: reasons.length > 0, reasons };
}

/** Who has a part in so much of what was found accounts for it. */
const LEAST_SHARE = 0.2;
const LEAST = 2;

/** "; 10.10.0.199 is in no group of the policy: 9 of them are its". */
function grouplessWords(findings: readonly Finding[]): string {
  const counts = new Map<string, number>();
  for (const { groupless = [] } of findings)
    for (const name of groupless) counts.set(name, (counts.get(name) ?? 0) + 1);
  const most = [...counts]
    .filter(([, count]) => count >= Math.max(LEAST, LEAST_SHARE * findings.length))
    .sort(([a, x], [b, y]) => y - x || compareText(a, b));
  const [first, ...others] = most;
  if (!first) return '';
  if (others.length === 0) return `; ${first[0]} is in no group of the policy: ${first[1]} of them are its`;
  return `; ${listWords(most.map(([name, count]) => `${name} (${count} of them)`))} are in no group of the policy`;
}
