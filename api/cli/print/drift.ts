import { formatTime } from '../../../ingest/kernel/time';
import type { DriftReport, Finding } from '../../../recommender/drift';
import { count, plural, section } from './table';

/** More than this nobody reads from a terminal. */
const SHOWN = 20;
const NAMES_SHOWN = 3;

interface Shown {
  /** Dismissed findings too. */
  readonly all: boolean;
  /** What to ask for conversations with. */
  readonly filters: boolean;
}

export function printDrift(
  { words, digest, findings, delta, rerun, leftOff, uncounted }: DriftReport,
  { all, filters }: Shown,
): string {
  const open = findings.filter(({ dismissed }) => all || !dismissed);
  const dismissed = findings.length - findings.filter((each) => !each.dismissed).length;
  const proposed = delta.sections.flatMap(({ rules }) => rules.map((rule) => `${rule.id}  ${rule.words}`));
  const more = open.length - SHOWN;
  return [
    `${words}\n`,
    section('Recommending anew is advised', rerun.reasons),
    section(
      'Applications',
      digest.map(
        ({ application, worst, words: each }) =>
          `${application?.name ?? 'of no single application'}: ${worst}; ${each}`,
      ),
      SHOWN,
    ),
    section(
      'Findings',
      open.slice(0, SHOWN).flatMap((finding) => linesOf(finding, filters)),
    ),
    ...(more > 0 ? [`  and ${count(more)} more, none of them worse (--json lists all)\n`] : []),
    section('Proposed rules (wayleave drift accept)', proposed, SHOWN),
    section(
      'Seen and not proposed',
      delta.refusals.map(({ reason, dependencies }) => `${plural(dependencies, 'use')}: ${reason}`),
      SHOWN,
    ),
    ...(dismissed > 0 && !all ? [`\n${plural(dismissed, 'dismissed finding')} (--all)\n`] : []),
    ...(leftOff > 0 ? [`\n${plural(leftOff, 'finding')} more are not listed\n`] : []),
    ...(uncounted > 0 ? [`\n${plural(uncounted, 'denied conversation')} were too many to be kept one by one\n`] : []),
  ].join('');
}

export function printFinding(finding: Finding): string {
  return `${linesOf(finding, true).join('\n')}\n`;
}

function linesOf(
  { id, severity, words, because, firstSeen, lastSeen, who, whoCount, filter, dismissed }: Finding,
  filters: boolean,
): string[] {
  const shown = who.slice(0, NAMES_SHOWN).join(', ');
  const names = whoCount > NAMES_SHOWN ? `${shown} and ${count(whoCount - NAMES_SHOWN)} more` : shown;
  const letBe = dismissed ? `; dismissed by ${dismissed.by}: ${dismissed.reason}` : '';
  return [
    `${id}  ${severity}: ${words}`,
    `  ${because}${names === '' ? '' : `; ${names}`}; ${formatTime(firstSeen)} to ${formatTime(lastSeen)}${letBe}`,
    ...(filters && filter !== '' ? [`  wayleave conversations '${filter}'`] : []),
  ];
}
