import { groupBy } from '../../analytics/graph/group-by';
import { compareText } from '../../ingest/kernel/text';
import { FINDING_KINDS, SEVERITIES, type ApplicationDigest, type Finding, type FindingKind } from './model';

const NOUNS: Readonly<Record<FindingKind, readonly [one: string, many: string]>> = {
  'address-moved': ['group with addresses in other hands', 'groups with addresses in other hands'],
  'new-use': ['new use', 'new uses'],
  'service-moved': ['moved service', 'moved services'],
  'denied-attempts': ['kind of denied attempt', 'kinds of denied attempts'],
  'group-changed': ['changed group', 'changed groups'],
  'rule-quiet': ['quiet rule', 'quiet rules'],
  'telemetry-gap': ['silent exporter', 'silent exporters'],
};

/** What each application has to look at, worst first. Dismissed findings do not count. */
export function digestOf(findings: readonly Finding[]): ApplicationDigest[] {
  const open = findings.filter(({ dismissed }) => !dismissed);
  return [...groupBy(open, ({ application }) => application?.id)]
    .map(([, own]) => digest(own))
    .sort(
      (a, b) =>
        SEVERITIES.indexOf(a.worst) - SEVERITIES.indexOf(b.worst) ||
        total(b) - total(a) ||
        compareText(a.application?.name ?? '', b.application?.name ?? '') ||
        compareText(a.application?.id ?? '', b.application?.id ?? ''),
    );
}

/** @param findings at least one, of one application */
function digest(findings: readonly Finding[]): ApplicationDigest {
  const counts = new Map<FindingKind, number>();
  for (const { kind } of findings) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const parts = FINDING_KINDS.flatMap((kind) => {
    const count = counts.get(kind) ?? 0;
    return count === 0 ? [] : [`${count} ${NOUNS[kind][count === 1 ? 0 : 1]}`];
  });
  const worst = SEVERITIES.find((severity) => findings.some((each) => each.severity === severity)) ?? 'low';
  return {
    application: findings[0]?.application ?? null,
    counts: Object.fromEntries(counts),
    worst,
    words: parts.join(', '),
  };
}

function total({ counts }: ApplicationDigest): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
