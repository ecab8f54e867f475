import { addressText } from '../../analytics/conversations';
import type { DirectionLevel } from '../../analytics/model/conversation';
import type { Store } from '../../ingest/store';
import type { Heard, JudgedConversation, Observed, RuleUse } from './observed';

/** The busiest: what is answered is what a policy must not deny, and what is tried in vain is told of by its kind. */
const MOST_ANSWERED = 100_000;
const MOST_TRIED = 10_000;
const HOUR = 3600;

/** The evaluations that count: the latest of each hour. */
const LATEST = `
SELECT h.hour AS hour, argMax((h.evaluation, h.uncounted, h.reporters), h.recorded) AS latest FROM drift_hours AS h
WHERE h.policy = {policy:String} GROUP BY hour`;
const COUNTED = `SELECT tupleElement(latest, 1) FROM (${LATEST})`;

const HEARD_SQL = `
SELECT ${addressText('reporter')} AS exporter, toUInt32(toDate(h.hour)) AS day, toUInt32(count()) AS hours,
  toUnixTimestamp(max(h.hour)) + ${HOUR} AS until
FROM (SELECT hour, arrayJoin(tupleElement(latest, 3)) AS reporter FROM (${LATEST})) AS h
GROUP BY reporter, day ORDER BY exporter, day`;

const USES_SQL = `
SELECT u.rule AS rule, toFloat64(sum(u.connections)) AS connections, toUnixTimestamp(max(u.last_seen)) AS lastSeen,
  arraySort(groupUniqArray(toUInt32(toDate(u.hour)))) AS days
FROM drift_uses AS u WHERE u.policy = {policy:String} AND u.evaluation IN (${COUNTED})
GROUP BY rule ORDER BY rule`;

const SUMMED: readonly (readonly [name: string, column: string])[] = [
  ['connections', 'connections'],
  ['established', 'established'],
  ['refused', 'refused'],
  ['unanswered', 'unanswered'],
  ['halfOpen', 'half_open'],
  ['denied', 'denied'],
  ['clientPackets', 'client_packets'],
  ['serverPackets', 'server_packets'],
  ['clientBytes', 'client_bytes'],
  ['serverBytes', 'server_bytes'],
];

const deniedSql = (which: string, most: number) => `
SELECT scope, ${addressText('d.client')} AS client, ${addressText('d.server')} AS server, protocol, port, verdict, rule,
  ${SUMMED.map(([name, column]) => `toFloat64(sum(d.${column})) AS ${name}`).join(', ')},
  toUInt32(uniqExact(d.hour)) AS hours, toUnixTimestamp(min(d.first_seen)) AS firstSeen,
  toUnixTimestamp(max(d.last_seen)) AS lastSeen, min(d.direction) AS level,
  round(argMin(d.confidence, (d.direction, -d.confidence)), 3) AS sure,
  arrayMap(r -> ${addressText('r')}, arraySort(groupUniqArrayArray(d.reporters))) AS seenBy,
  toUnixTimestamp(max(d.client_from)) AS clientAsOf, toUnixTimestamp(max(d.server_from)) AS serverAsOf,
  toUInt32(count() OVER ()) AS total
FROM drift_denied AS d WHERE d.policy = {policy:String} AND d.evaluation IN (${COUNTED})
GROUP BY scope, d.client, d.server, protocol, port, verdict, rule
HAVING ${which}
ORDER BY established DESC, connections DESC, d.server, protocol, port, d.client, scope
LIMIT ${most}`;
const DENIED_SQL = [deniedSql('established > 0', MOST_ANSWERED), deniedSql('established = 0', MOST_TRIED)];

type DeniedRow = Omit<JudgedConversation, 'direction' | 'confidence' | 'reporters'> & {
  readonly level: DirectionLevel;
  readonly sure: number;
  readonly seenBy: readonly string[];
  /** Rows of which this is one, with those beyond the most that are read. */
  readonly total: number;
};

/** What has been evaluated of a policy so far, whoever did it. */
export async function readObserved(store: Store, policy: string): Promise<Observed> {
  const [span] = await store.query<{ from: number; to: number; hours: number; uncounted: number }>(
    `SELECT toUnixTimestamp(min(hour)) AS "from", toUnixTimestamp(max(hour)) + ${HOUR} AS "to",
       toUInt32(count()) AS hours, toFloat64(sum(tupleElement(latest, 2))) AS uncounted FROM (${LATEST})`,
    { policy },
  );
  if (!span || span.hours === 0)
    return { window: null, hours: 0, uses: new Map(), heard: new Map(), denied: [], uncounted: 0 };
  const uses = await store.query<RuleUse & { readonly rule: string }>(USES_SQL, { policy });
  const denied: JudgedConversation[] = [];
  let beyond = 0;
  for (const sql of DENIED_SQL) {
    const rows = await store.query<DeniedRow>(sql, { policy });
    beyond += (rows[0]?.total ?? 0) - rows.length;
    for (const row of rows) denied.push(conversationOf(row));
  }
  return {
    window: { from: span.from, to: span.to },
    hours: span.hours,
    uses: new Map(uses.map(({ rule, ...use }) => [rule, use])),
    heard: await readHeard(store, policy),
    denied,
    uncounted: span.uncounted + beyond,
  };
}

function conversationOf(read: DeniedRow): JudgedConversation {
  const { level, sure, seenBy, total: _, ...row } = read;
  return { ...row, direction: level, confidence: sure, reporters: seenBy };
}

async function readHeard(store: Store, policy: string): Promise<Map<string, Heard>> {
  const heard = new Map<string, { until: number; hours: Map<number, number> }>();
  const rows = await store.query<{ exporter: string; day: number; hours: number; until: number }>(HEARD_SQL, {
    policy,
  });
  for (const { exporter, day, hours, until } of rows) {
    const known = heard.get(exporter) ?? { until, hours: new Map<number, number>() };
    known.hours.set(day, hours);
    heard.set(exporter, { until: Math.max(known.until, until), hours: known.hours });
  }
  return heard;
}
