import { randomUUID } from 'node:crypto';
import type { Store } from '../../ingest/store';
import type { Policy } from '../model/policy';
import type { Places } from '../replay/places';
import { withJudgedCells, type JudgedCell } from '../replay/judged-cells';
import { withUses, type UseTables } from '../replay/uses';
import type { DueHour } from './due-hours';

/** Denied conversations of an hour that are kept one by one; those that were answered go first. */
const MOST_DENIED = 20_000;
/** Combinations of places and services that are denied in an hour: a scan of all ports has more, and nobody reads them. */
const MOST_CELLS = 100_000;
const HOUR = 3600;

/** What a policy cannot tell apart. */
interface Cell {
  readonly clientPlace: number;
  readonly serverPlace: number;
  readonly protocol: number;
  readonly port: number;
  readonly tuples: number;
  /** Connections of legitimate use. */
  readonly used: number;
  /** Of legitimate use, epoch seconds. */
  readonly lastSeen: number;
  /** Conversations that firewalls denied. */
  readonly blocked: number;
}

/** Scanners and multicast are nobody's need; what raised an alert is for the threats to tell. */
const cellsSql = (uses: string) => `
SELECT u.client_place AS clientPlace, u.server_place AS serverPlace, u.protocol AS protocol, u.port AS port,
  toUInt32(count()) AS tuples, toFloat64(sumIf(u.established, u.fate = 'legitimate')) AS used,
  toUnixTimestamp(maxIf(u.last_seen, u.fate = 'legitimate')) AS lastSeen, toUInt32(countIf(u.fate = 'denied')) AS blocked
FROM ${uses} AS u WHERE u.fate NOT IN ('multicast', 'scanner', 'alert')
GROUP BY clientPlace, serverPlace, protocol, port
ORDER BY clientPlace, serverPlace, protocol, port`;

const COPIED =
  `hour scope client server protocol port connections established refused unanswered half_open denied client_packets
  server_packets client_bytes server_bytes first_seen last_seen direction confidence reporters client_from server_from`.split(
    /\s+/,
  );

const keepSql = ({ uses }: UseTables, cells: string) => `
INSERT INTO drift_denied (policy, evaluation, verdict, rule, ${COPIED.join(', ')})
SELECT {policy:String}, {evaluation:UUID}, f.verdict, f.rule, ${COPIED.map((name) => `c.${name}`).join(', ')}
FROM (SELECT * FROM current_conversations WHERE hour = toDateTime({hour:UInt32})) AS c
INNER JOIN (
  SELECT u.client AS client, u.server AS server, u.protocol AS protocol, u.port AS port, b.verdict AS verdict, b.rule AS rule
  FROM ${uses} AS u
  INNER JOIN ${cells} AS b ON b.client_place = u.client_place AND b.server_place = u.server_place
    AND b.protocol = u.protocol AND b.port = u.port
  WHERE u.fate NOT IN ('multicast', 'scanner', 'alert') AND (b.verdict = 'deny' OR u.fate = 'denied')
) AS f ON f.client = c.client AND f.server = c.server AND f.protocol = c.protocol AND f.port = c.port
ORDER BY c.established DESC, c.connections DESC, c.server, c.protocol, c.port, c.client, c.scope
LIMIT ${MOST_DENIED}`;

/**
 * Compares an hour with a policy: what each rule was used for, and what the policy or a firewall denies. All of it counts
 * from the last statement on, or nothing: a run that is killed leaves rows that nobody reads.
 */
export async function evaluateHour(
  store: Store,
  { policy, places, due: { hour, version } }: { policy: Policy; places: Places; due: DueHour },
): Promise<void> {
  const evaluation = randomUUID();
  const uncounted = await withUses(store, { window: { from: hour, to: hour + HOUR }, places }, async (tables) => {
    const { uses, denied, left } = await judgeCells(store, tables, places);
    if (uses.length > 0) {
      await store.insert(
        'drift_uses',
        uses.map((use) => ({ policy: policy.id, evaluation, hour, ...use })),
      );
    }
    if (denied.length > 0) {
      await withJudgedCells(store, denied, (cells) =>
        store.command(keepSql(tables, cells), { policy: policy.id, evaluation, hour }),
      );
    }
    const kept = denied.reduce((sum, { tuples }) => sum + tuples, 0);
    return left + Math.max(0, kept - MOST_DENIED);
  });
  const [heard] = await store.query<{ reporters: string[] }>(
    `SELECT groupUniqArrayArray(c.reporters) AS reporters FROM current_conversations AS c WHERE c.hour = toDateTime({hour:UInt32})`,
    { hour },
  );
  const reporters = heard?.reporters ?? [];
  await store.insert('drift_hours', [{ policy: policy.id, hour, version, evaluation, uncounted, reporters }]);
}

type DeniedCell = Cell & JudgedCell;

interface Judged {
  readonly uses: readonly { readonly rule: string; readonly connections: number; readonly last_seen: number }[];
  readonly denied: readonly DeniedCell[];
  /** Conversations of cells beyond those. */
  readonly left: number;
}

async function judgeCells(store: Store, { uses: from }: UseTables, places: Places): Promise<Judged> {
  const uses = new Map<string, { connections: number; last_seen: number }>();
  const answered: DeniedCell[] = [];
  const others: DeniedCell[] = [];
  let left = 0;
  for await (const cells of store.stream<Cell>(cellsSql(from))) {
    for (const cell of cells) {
      const { action, rule } = places.between(cell.clientPlace, cell.serverPlace).decide(cell.protocol, cell.port);
      if (action === 'allow' && rule !== null && cell.used > 0) {
        const known = uses.get(rule) ?? { connections: 0, last_seen: 0 };
        uses.set(rule, {
          connections: known.connections + cell.used,
          last_seen: Math.max(known.last_seen, cell.lastSeen),
        });
      }
      if (action !== 'deny' && (action === 'pass' || cell.blocked === 0)) continue;
      const list = cell.used > 0 ? answered : others;
      if (list.length < MOST_CELLS) list.push({ ...cell, verdict: action, rule: rule ?? '' });
      else left += cell.tuples;
    }
  }
  const denied = [...answered, ...others].slice(0, MOST_CELLS);
  const beyond = [...answered, ...others].slice(MOST_CELLS).reduce((sum, { tuples }) => sum + tuples, 0);
  return { uses: [...uses].map(([rule, use]) => ({ rule, ...use })), denied, left: left + beyond };
}
