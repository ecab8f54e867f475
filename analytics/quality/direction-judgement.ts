import type { Store } from '../../ingest/store';
import { addressText } from '../conversations';
import type { DirectionLevel } from '../model/conversation';
import type { Capture, Form, KnownSession } from './direction-truth';
import { judge, type Answer, type Outcome, type Verdict } from './direction-verdict';
import type { Networks } from './networks';

const TRANSPORTS = { tcp: 6, udp: 17 } as const;

export interface Figure {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
}

/** Captures as one network, in one form of export, and what the product makes of each session that is known. */
export async function judgeCaptures(networks: Networks, captures: readonly Capture[], form: Form): Promise<Verdict[]> {
  await networks.observe(captures.flatMap(({ exports }) => exports.get(form) ?? []));
  const sessions = captures.flatMap((capture) => capture.sessions);
  const verdicts = judge(sessions, await answersOf(networks.store));
  const absent = verdicts.filter(({ direction }) => direction === undefined).map(({ session }) => session);
  const reported = await reportedOf(networks.store, absent);
  return verdicts.map((verdict) =>
    verdict.direction === undefined && !reported.has(keyOf(verdict.session))
      ? { ...verdict, outcome: 'unseen' }
      : verdict,
  );
}

/**
 * `tcp-right` of those that were decided, `tcp-decided` of those that were seen, `tcp-unseen` which are neither; the same
 * of UDP. Nothing of nothing is no figure.
 */
export function figuresOf(all: readonly Verdict[]): Figure[] {
  return Object.entries(TRANSPORTS).flatMap(([name, protocol]) => {
    const verdicts = all.filter(({ session }) => session.protocol === protocol);
    const count = (...outcomes: Outcome[]): number =>
      verdicts.filter(({ outcome }) => outcomes.includes(outcome)).length;
    const decided = count('right', 'wrong');
    const seen = decided + count('undecided');
    const figures: Figure[] = [];
    if (decided > 0) figures.push({ metric: `${name}-right`, value: (100 * count('right')) / decided, unit: '%' });
    if (seen > 0) figures.push({ metric: `${name}-decided`, value: (100 * decided) / seen, unit: '%' });
    if (verdicts.length > 0) figures.push({ metric: `${name}-unseen`, value: count('unseen'), unit: 'sessions' });
    return figures;
  });
}

async function answersOf(store: Store): Promise<Answer[]> {
  return store.query<Answer & { direction: DirectionLevel }>(
    `SELECT protocol, ${addressText('c.client')} AS client, ${addressText('c.server')} AS server, port,
       min(client_port_low) AS clientPortLow, max(client_port_high) AS clientPortHigh, min(c.direction) AS direction
     FROM current_conversations AS c GROUP BY protocol, c.client, c.server, port`,
  );
}

/** Which of the sessions there are flows of, by key. */
async function reportedOf(store: Store, sessions: readonly KnownSession[]): Promise<ReadonlySet<string>> {
  if (sessions.length === 0) return new Set();
  const source = `concat(${addressText('src')}, ' ', toString(src_port))`;
  const target = `concat(${addressText('dst')}, ' ', toString(dst_port))`;
  const rows = await store.query<{ key: string }>(
    `SELECT DISTINCT concat(toString(protocol), ' ', arrayStringConcat(arraySort([${source}, ${target}]), ' ')) AS key
     FROM flows WHERE key IN {keys:Array(String)}`,
    { keys: sessions.map(keyOf) },
  );
  return new Set(rows.map(({ key }) => key));
}

function keyOf({ protocol, client, server }: KnownSession): string {
  const ends = [client, server].map(({ address, port }) => `${address} ${port}`);
  return `${protocol} ${ends.sort().join(' ')}`;
}
