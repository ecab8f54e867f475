import { formatTime } from '../../../ingest/kernel/time';
import type { NoiseFinding } from '../../../analytics/noise';
import { few, plural, share } from './table';

/** Of one kind: the Internet alone makes thousands. */
const SHOWN = 20;
const EXAMPLES = 3;

export function printNoise(findings: readonly NoiseFinding[]): string {
  if (findings.length === 0) return 'No noise was found in this time; --from and --to choose another\n';
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

function printFinding({ address, scope, reason, seen, examples, peers, confidence }: NoiseFinding): string {
  const where = scope === '' ? '' : ` in ${scope}`;
  const others = peers > 0 && examples.length > 0 ? `; among them ${few(examples, EXAMPLES)}` : '';
  return (
    `  ${address}${where}: ${reason}\n` +
    `    ${formatTime(seen.from)} to ${formatTime(seen.to)}, ${share(confidence)} sure${others}\n`
  );
}
