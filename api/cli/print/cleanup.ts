import { formatTime } from '../../../ingest/kernel/time';
import type { CleanupReport, Finding } from '../../../recommender/cleanup';

const TITLES: Readonly<Record<Finding['kind'], string>> = {
  'matches-nothing': 'match nothing',
  shadowed: 'never decide',
  redundant: 'can go',
  expired: 'have run out',
  'any-any': 'open everything to everything',
  unused: 'are not used',
  'over-broad': 'open more than is used',
  'duplicate-groups': 'groups that are one',
};

/** By kind, with every finding's reason. */
export function printCleanup({ policy, rules, window, findings }: CleanupReport): string {
  const traffic = window
    ? `traffic from ${formatTime(window.from)} to ${formatTime(window.to)}`
    : 'no traffic to look at: nothing is said of use';
  const kinds = Object.keys(TITLES) as Finding['kind'][];
  const parts = kinds.flatMap((kind) => {
    const found = findings.filter((finding) => finding.kind === kind);
    if (found.length === 0) return [];
    return ['', `${TITLES[kind]} (${found.length})`, ...found.map(({ rule, words }) => `  ${rule ?? '-'}  ${words}`)];
  });
  return [
    `policy ${policy}, ${rules} rules; ${traffic}`,
    ...(parts.length === 0 ? ['nothing to tidy up: every rule decides something'] : parts),
    '',
  ].join('\n');
}
