import { formatTime } from '../../../ingest/kernel/time';
import type { NoiseFinding } from '../../../analytics/noise';
import { certainty, few, hostName, plural } from './table';

/** Of one kind: the Internet alone makes thousands. */
const SHOWN = 20;
const EXAMPLES = 3;

type NamedFinding = NoiseFinding & { readonly names: readonly string[] };

export function printNoise(findings: readonly NamedFinding[]): string {
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const found = findings.filter((finding) => finding.kind === kind);
      const more = found.length - SHOWN;
      const rest = more > 0 ? `  and ${plural(more, 'more')} (--json lists all)\n` : '';
      return `${kind}: ${plural(found.length, 'address', 'addresses')}\n${found.slice(0, SHOWN).map(printFinding).join('')}${rest}`;
    })
    .join('\n');
}

function printFinding({ reason, seen, examples, peers, confidence, ...host }: NamedFinding): string {
  const others = peers > 0 && examples.length > 0 ? `; among them ${few(examples, EXAMPLES)}` : '';
  return (
    `  ${hostName(host)}: ${reason}\n` +
    `    ${formatTime(seen.from)} to ${formatTime(seen.to)}, ${certainty(confidence)} sure${others}\n`
  );
}
