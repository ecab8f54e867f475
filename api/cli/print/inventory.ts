import type { Change, Conflicts, ImportReport, NamedNetwork, PastImport } from '../../../analytics/inventory';
import { count, plural } from './table';

const REJECTS_SHOWN = 5;

export function printImport(report: ImportReport): string {
  const {
    source,
    kind,
    taken,
    claims,
    added,
    changed,
    ended,
    held,
    endsMost,
    networks,
    logOns,
    notes,
    rejected,
    rejects,
  } = report;
  const examples = (sign: string, changes: readonly Change[], all: number, text: (change: Change) => string) => [
    ...changes.map((change) => `  ${sign} ${text(change)}`),
    ...(all > changes.length ? [`  ${sign} and ${count(all - changes.length)} more`] : []),
  ];
  const named = (sign: string, kinds: readonly NamedNetwork[], all: number) => [
    ...kinds.map(({ prefix, scope, name }) => `    ${sign} ${place({ address: prefix, scope })} ${name}`),
    ...(all > kinds.length ? [`    ${sign} and ${count(all - kinds.length)} more`] : []),
  ];
  const others = networks.added + networks.changed + networks.ended;
  return [
    `${source} (${kind}): ${plural(claims, 'address', 'addresses')}, ${count(added)} added, ${count(changed)} changed, ${count(ended)} ended${taken ? '' : '; nothing is taken yet'}`,
    ...(endsMost ? [`  ! ends most of the ${count(held)} addresses that ${source} held: is a file left out?`] : []),
    ...examples('+', report.examples.added, added, (change) => `${place(change)} ${change.name}${since(change)}`),
    ...examples('~', report.examples.changed, changed, (change) => `${place(change)} ${difference(change)}`),
    ...examples(
      '-',
      report.examples.ended,
      ended,
      (change) => `${place(change)} ${change.name}, until ${change.until ?? 'now'}`,
    ),
    ...(others > 0
      ? [
          `  networks: ${count(networks.added)} added, ${count(networks.changed)} changed, ${count(networks.ended)} ended`,
          ...named('+', networks.examples.added, networks.added),
          ...named('~', networks.examples.changed, networks.changed),
          ...named('-', networks.examples.ended, networks.ended),
        ]
      : []),
    ...(logOns > 0 ? [`  ${plural(logOns, 'log-on')}`] : []),
    ...notes.map((note) => `  note: ${note}`),
    ...rejects.slice(0, REJECTS_SHOWN).map(({ where, message }) => `  ${where}: ${message}`),
    ...(rejected > REJECTS_SHOWN ? [`  and ${plural(rejected - REJECTS_SHOWN, 'more reject')}`] : []),
    '',
  ].join('\n');
}

export function printConflicts({ total, conflicts }: Conflicts): string {
  if (total === 0) return 'No two claims contradict each other\n';
  const lines = conflicts.map(
    ({ address, scope, winner, loser, ...span }) =>
      `${place({ address, scope })} ${spanText(span)}: ${winner.name} (${winner.source} ${winner.key}) is believed, not ${loser.name} (${loser.source} ${loser.key})`,
  );
  const rest = total - conflicts.length;
  return [...lines, ...(rest > 0 ? [`and ${plural(rest, 'more conflict')}`] : []), ''].join('\n');
}

export function printImports(imports: readonly PastImport[]): string {
  if (imports.length === 0) return 'Nothing has been imported yet: `wayleave inventory import <files>`\n';
  return imports
    .map(
      ({ source, kind, imported, asOf, claims, added, changed, ended }) =>
        `${imported} ${source} (${kind}) as of ${asOf}: ${plural(claims, 'address', 'addresses')}, ${count(added)} added, ${count(changed)} changed, ${count(ended)} ended\n`,
    )
    .join('');
}

/** `from 2026-11-20T09:00:00Z until now`. */
export function spanText({
  since: from,
  until,
}: {
  readonly since: string | null;
  readonly until: string | null;
}): string {
  if (from === null && until === null) return 'always';
  return [from === null ? '' : `from ${from}`, `until ${until ?? 'now'}`].filter((part) => part !== '').join(' ');
}

export function place({ address, scope }: { readonly address: string; readonly scope: string }): string {
  return scope === '' ? address : `${address} in ${scope}`;
}

function since(change: Change): string {
  return change.since === null ? '' : `, since ${change.since}`;
}

function difference({ name, labels, wasName, wasLabels, until }: Change): string {
  const keys = [...new Set([...Object.keys(wasLabels), ...Object.keys(labels)])].sort();
  const changed = keys
    .filter((key) => labels[key] !== wasLabels[key])
    .map((key) => `${key}: ${wasLabels[key] ?? 'none'} → ${labels[key] ?? 'none'}`);
  const renamed = name === wasName ? [] : [`was ${wasName}`];
  const said = [...renamed, ...changed];
  return `${name}: ${said.length > 0 ? said.join(', ') : `until ${until ?? 'now'}`}`;
}
