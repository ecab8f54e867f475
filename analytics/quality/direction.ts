import { FORMS, readCaptures, type Form } from './direction-truth';
import { figuresOf, judgeCaptures } from './direction-judgement';
import type { Verdict } from './direction-verdict';
import { openNetworks } from './networks';

type Report = (metric: string, value: number, unit: string) => void;

const DEFAULT_DATA = '../shared/data/direction';
/** Forms that say themselves who opened what, or that nothing came back: kept out of the overall figures. */
const BOTH_WAYS: ReadonlySet<Form> = new Set(['ipfix_biflow', 'zeek']);
const EXAMPLES = 3;

/**
 * How often the client is the client, by form of export (`nfv9/tcp-right`) and over those that report each direction
 * apart (`tcp-right`). Each capture is a network of its own; under `mixed/` all of them are one, in which addresses may
 * collide. What was wrong or undecided goes to stderr, with what was unseen: NetFlow v5 has no IPv6.
 */
export async function quality({ data = DEFAULT_DATA }: { data?: string }, report: Report): Promise<void> {
  const captures = await readCaptures(data);
  for (const { name, unknown } of captures)
    if (unknown > 0) process.stderr.write(`${name}: ${unknown} sessions that nobody knows the opener of, not judged\n`);
  const networks = await openNetworks();
  try {
    const alone = new Map<Form, Verdict[]>();
    const mixed = new Map<Form, Verdict[]>();
    for (const form of FORMS) {
      const exported = captures.filter(({ exports }) => exports.has(form));
      if (exported.length === 0) continue;
      const verdicts: Verdict[] = [];
      for (const capture of exported) {
        const found = await judgeCaptures(networks, [capture], form);
        explain(`${form} ${capture.name}`, found);
        verdicts.push(...found);
      }
      alone.set(form, verdicts);
      mixed.set(form, await judgeCaptures(networks, exported, form));
    }
    reportAll(alone, '', report);
    reportAll(mixed, 'mixed/', report);
  } finally {
    await networks.close();
  }
}

function reportAll(verdicts: ReadonlyMap<Form, readonly Verdict[]>, prefix: string, report: Report): void {
  const apart = [...verdicts].flatMap(([form, found]) => (BOTH_WAYS.has(form) ? [] : found));
  const sets: [string, readonly Verdict[]][] = [
    ...[...verdicts].map(([form, found]): [string, readonly Verdict[]] => [`${form}/`, found]),
    ['', apart],
  ];
  for (const [name, found] of sets)
    for (const { metric, value, unit } of figuresOf(found)) report(`${prefix}${name}${metric}`, value, unit);
}

/** What was not right, alike ones together. */
function explain(where: string, verdicts: readonly Verdict[]): void {
  const kinds = new Map<string, string[]>();
  for (const { session, outcome, direction } of verdicts) {
    if (outcome === 'right') continue;
    const level = direction === undefined ? '' : ` at level ${direction}`;
    const kind = `${outcome}${level}, protocol ${session.protocol}`;
    const { client, server } = session;
    const example = `${client.address} ${client.port} → ${server.address} ${server.port}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), example]);
  }
  for (const [kind, sessions] of kinds) {
    const shown = sessions.slice(0, EXAMPLES).join(', ');
    const more = sessions.length > EXAMPLES ? ', …' : '';
    process.stderr.write(`${where}: ${sessions.length} ${kind}: ${shown}${more}\n`);
  }
}
