import { formatTime } from '../../../ingest/kernel/time';
import type { DriftReport, Finding } from '../../../recommender/drift';
import { few, plural, section } from './table';

const FINDINGS_SHOWN = 50;
const NAMES_SHOWN = 6;

export function printDrift(
  { words, digest, findings, delta, rerun, leftOff, uncounted }: DriftReport,
  all: boolean,
): string {
  const open = findings.filter(({ dismissed }) => all || !dismissed);
  const dismissed = findings.length - findings.filter((each) => !each.dismissed).length;
  const proposed = delta.sections.flatMap(({ rules }) => rules.map((rule) => `${rule.id}  ${rule.words}`));
  return [
    `${words}\n`,
    section(
      'Applications',
      digest.map(({ application, words: each }) => `${application?.name ?? 'no single one'}: ${each}`),
    ),
    section(
      'Findings',
      open.flatMap((finding) => linesOf(finding)),
      FINDINGS_SHOWN * LINES,
    ),
    section('Proposed rules (wayleave drift accept)', proposed, FINDINGS_SHOWN),
    section(
      'Seen and not proposed',
      delta.refusals.map(({ reason, dependencies }) => `${plural(dependencies, 'use')}: ${reason}`),
    ),
    section('Recommending anew is advised', rerun.reasons),
    ...(dismissed > 0 && !all ? [`\n${plural(dismissed, 'dismissed finding')} (--all)\n`] : []),
    ...(leftOff > 0 ? [`\n${plural(leftOff, 'finding')} more are not listed\n`] : []),
    ...(uncounted > 0 ? [`\n${plural(uncounted, 'denied conversation')} were too many to be kept one by one\n`] : []),
  ].join('');
}

export function printFinding(finding: Finding): string {
  return `${linesOf(finding).join('\n')}\n`;
}

const LINES = 3;

function linesOf({ id, severity, words, because, firstSeen, lastSeen, who, filter, dismissed }: Finding): string[] {
  const names = who.length === 0 ? '' : `; ${few(who, NAMES_SHOWN)}`;
  const letBe = dismissed ? `; dismissed by ${dismissed.by}: ${dismissed.reason}` : '';
  return [
    `${id}  ${severity}: ${words}`,
    `  ${because}${names}; ${formatTime(firstSeen)} to ${formatTime(lastSeen)}${letBe}`,
    `  ${filter === '' ? 'nothing to show' : `wayleave conversations '${filter}'`}`,
  ];
}
