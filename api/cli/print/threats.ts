import type { KnownThreat } from '../../../analytics/threats';
import { formatTime } from '../../../ingest/kernel/time';
import type { QuarantineChange, ThreatLook } from '../../threats';
import { certainty, cutAt, few, plural, section } from './table';

const EXCUSES = 3;

export function printThreats(
  threats: readonly KnownThreat[],
  { limit, any }: { readonly limit: number; readonly any: boolean },
): string {
  if (threats.length === 0)
    return any
      ? 'No such finding is known: `wayleave threats look` looks for some now, `--all` shows settled ones\n'
      : 'There are no conversations yet: `wayleave ingest` takes flows\n';
  return threats.map(printLine).join('') + cutAt(threats.length, limit);
}

function printLine({ id, severity, state, words, seen, confidence }: KnownThreat): string {
  return (
    `${severity.padEnd(6)}  ${words}\n` +
    `        ${formatTime(seen.from)} to ${formatTime(seen.to)}, ${certainty(confidence)} sure, ${state}  [${id}]\n`
  );
}

export function printThreat(threat: KnownThreat): string {
  const { words, id, kind, state, said, seen, severity, severityReason, confidence, confidenceReason } = threat;
  const because = said && said.reason !== '' ? `: “${said.reason}”` : '';
  return [
    `${words}\n`,
    `  ${kind}, ${id}, ${state}${said ? ` (${said.by}, ${formatTime(said.at)}${because})` : ''}\n`,
    `  ${formatTime(seen.from)} to ${formatTime(seen.to)}\n`,
    `  ${severity}: ${severityReason}\n`,
    `  ${certainty(confidence)} sure: ${confidenceReason}\n`,
    threat.technique ? `  ATT&CK ${threat.technique.id}, ${threat.technique.name}\n` : '',
    section(
      'who',
      threat.workloads.map(
        ({ name, part, addresses, managed }) =>
          `${part}: ${name} (${few(addresses, 5)})${managed ? '' : ', not managed'}`,
      ),
    ),
    section('evidence', threat.evidence),
    section('to see it', [`wayleave conversations '${threat.filter}'`, `wayleave flows '${threat.filter}'`]),
    section('what to do', [threat.response]),
  ].join('');
}

export function printLook({ window, found, added, gone, detectors }: ThreatLook): string {
  const lines = detectors.map(({ detector, findings, more, excused, unjudged }) => {
    const said = excused.slice(0, EXCUSES).map(({ reason, count }) => `${count} ${reason}`);
    const more1 = more > 0 ? ` and ${plural(more, 'more')} that are not kept` : '';
    const held = said.length > 0 ? `; held to be ordinary: ${few(said, EXCUSES)}` : '';
    return `${detector}: ${unjudged ?? `${plural(findings, 'finding')}${more1}${held}`}`;
  });
  return (
    `${plural(found, 'finding')} from ${formatTime(window.from)} to ${formatTime(window.to)}: ` +
    `${added} new, ${gone} no longer there\n${section('by detector', lines)}`
  );
}

/** @param reason as it was given, which also says why no gate is waited for */
export function printQuarantine(change: QuarantineChange, reason: string): string {
  const { policy, revision, name, addresses, quarantined, base, leftOut } = change;
  const others = quarantined.filter((each) => each !== name);
  return (
    (addresses.length === 0
      ? liftedWords(change)
      : `${name} (${few(addresses, 5)}) is to be cut off both ways as of revision ${revision} of ${policy}, a draft that differs from revision ${base} in nothing else:\n` +
        imposing(change, reason)) +
    (leftOut === null
      ? ''
      : `revision ${leftOut}, a newer draft than ${base}, is left as it is: \`wayleave policy revise\` brings it up again\n`) +
    (others.length > 0 ? `also in quarantine: ${few(others, 5)}\n` : '')
  );
}

/** The gate is about what a policy would wrongly deny; of a quarantine that is the purpose, so a reason takes its place. */
function imposing({ policy, revision, name }: QuarantineChange, reason: string): string {
  const about = `${policy} --revision ${revision} --section ${quoted(`quarantine:${name}`)}`;
  const override = `--override ${quoted(`quarantine: ${reason}`)}`;
  return [
    `policy review ${about}`,
    `policy approve ${about}`,
    `policy stage ${about} ${override}`,
    `policy enforce ${about} ${override}`,
  ]
    .map((command) => `  wayleave ${command}\n`)
    .join('');
}

function liftedWords({ policy, revision, name, base, inForce }: QuarantineChange): string {
  const gone = `${name} is no longer in quarantine as of revision ${revision} of ${policy}, which differs from revision ${base} in nothing else`;
  if (!inForce) return `${gone}; nothing of the quarantine is in force\n`;
  return `${gone}; it is in force until this is done:\n  wayleave policy withdraw ${policy} --section ${quoted(`quarantine:${name}`)}\n`;
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w:.@/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
