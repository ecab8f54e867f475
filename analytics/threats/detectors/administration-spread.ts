import { addressText } from '../../conversations/read';
import { actorWords, involved } from '../cast';
import type { Detector, Scene } from '../detector';
import { filterText, oneOf } from '../filter-text';
import type { Detection } from '../finding';
import { noveltyOf } from '../habits';
import { Excuses, outcomeOf, unjudged } from '../outcome';
import { few, plural } from '../words';
import { ADMINISTRATION, ADMINISTRATION_SQL, IS_ADMINISTRATION } from './administration';

const HOUR = 3_600;
/** A week has one of each weekday and weekend day. */
const LEAST_DAYS = 7;
/** One every ten minutes: more than a person does who works on each. */
const LEAST_SERVERS = 6;
/** As for volumes: what has grown to twice the most it ever was is no noise of a heavy tail. */
const LEAST_GROWTH = 2;
const MOST_ROWS = 5_000;

interface Row {
  readonly scope: string;
  readonly client: string;
  readonly family: string;
  readonly hour: number;
  readonly servers: readonly string[];
  readonly fresh: number;
  readonly first: number;
  readonly last: number;
}

interface Habit {
  readonly scope: string;
  readonly client: string;
  readonly family: string;
  /** Servers in its busiest hour before the window. */
  readonly most: number;
  readonly at: number;
}

const BEGIN = 'toDateTime({from:UInt32})';
const USED = `c.established > 0 AND c.direction < 6 AND ${IS_ADMINISTRATION}`;
const OF_HISTORY = `FROM current_conversations AS c WHERE c.hour < ${BEGIN} AND ${USED}`;

const SPREADS_SQL = `
SELECT scope, ${addressText('client')} AS client, family, toUnixTimestamp(hour) AS hour, arrayMap(s -> ${addressText('s')}, servers_) AS servers,
  fresh_ AS fresh, toUnixTimestamp(first_) AS first, toUnixTimestamp(last_) AS last
FROM (
  SELECT c.scope AS scope, c.client AS client, ${ADMINISTRATION_SQL} AS family, c.hour AS hour, arraySort(groupUniqArray(c.server)) AS servers_,
    uniqExactIf(c.server, (c.scope, c.client, c.server, ${ADMINISTRATION_SQL}) NOT IN (
      SELECT DISTINCT c.scope, c.client, c.server, ${ADMINISTRATION_SQL} ${OF_HISTORY})) AS fresh_,
    min(c.first_seen) AS first_, max(c.last_seen) AS last_
  FROM current_conversations AS c
  WHERE c.hour >= ${BEGIN} AND c.hour < toDateTime({to:UInt32}) AND ${USED}
  GROUP BY scope, client, family, hour
  HAVING length(servers_) >= ${LEAST_SERVERS} AND 2 * fresh_ >= length(servers_)
)
ORDER BY length(servers) DESC, scope, client, family, hour LIMIT ${MOST_ROWS}`;

const HABITS_SQL = `
SELECT scope, ${addressText('client')} AS client, family, max(servers) AS most, toUnixTimestamp(argMax(hour, servers)) AS at
FROM (
  SELECT c.scope AS scope, c.client AS client, ${ADMINISTRATION_SQL} AS family, c.hour AS hour, uniqExact(c.server) AS servers
  ${OF_HISTORY} GROUP BY scope, client, family, hour
)
GROUP BY scope, client, family ORDER BY most DESC, scope, client, family LIMIT ${MOST_ROWS}`;

/**
 * Many are administered at once, by whom it may even be the job of: stolen credentials take paths that are open, and
 * show by how many of them, and how fast.
 */
export const administrationSpread: Detector = {
  name: 'administration-spread',
  async detect(scene) {
    const days = (scene.window.from - scene.since) / 86_400;
    if (days < LEAST_DAYS)
      return unjudged(
        `there are ${days.toFixed(1)} days of conversations before the window; expected ${LEAST_DAYS}, for a week has all kinds of days`,
      );
    const rows = await scene.store.query<Row>(SPREADS_SQL, { ...scene.window });
    const most = rows.length === 0 ? new Map<string, number>() : await habitsOf(scene);
    const excuses = new Excuses();
    const found = new Map<string, Detection>();
    for (const row of rows) {
      const client = scene.cast.who(row.scope, row.client, row.first);
      if (!client || client.kind === 'external') continue;
      const usual = most.get(`${row.family} ${client.place?.id ?? client.workload}`) ?? 0;
      const key = `${client.workload} ${row.family}`;
      if (client.duties.has('scanner')) excuses.add('scanners, which log on to all they look at');
      else if (row.servers.length < LEAST_GROWTH * usual)
        excuses.add(`${row.family} to many, as the client or its peers did before`);
      else if (!found.has(key)) found.set(key, detectionOf(row, usual, days, scene));
    }
    return outcomeOf([...found.values()], excuses);
  },
};

/** The most of one client in an hour, by protocol and the place it stands in. */
async function habitsOf({ store, window, cast }: Scene): Promise<Map<string, number>> {
  const most = new Map<string, number>();
  for (const habit of await store.query<Habit>(HABITS_SQL, { from: window.from })) {
    const client = cast.who(habit.scope, habit.client, habit.at);
    if (!client) continue;
    const key = `${habit.family} ${client.place?.id ?? client.workload}`;
    most.set(key, Math.max(most.get(key) ?? 0, habit.most));
  }
  return most;
}

function detectionOf(row: Row, usual: number, days: number, { cast, jewels }: Scene): Detection {
  const { scope, family, servers, first, last, hour } = row;
  const client = cast.who(scope, row.client, first);
  if (!client) throw new Error(`${row.client} was somebody's a moment ago`);
  const targets = servers.flatMap((server) => cast.who(scope, server, first) ?? []);
  const jewel = targets.map(({ workload }) => jewels.get(workload)).find((each) => each !== undefined);
  const ports = ADMINISTRATION.find(({ name }) => name === family)?.ports ?? [];
  return {
    kind: 'administration-spread',
    key: [client.workload, family, Math.floor(hour / 86_400)],
    words: `${actorWords(client)} used ${family} of ${plural(servers.length, 'server')} within an hour, ${row.fresh} of them for the first time`,
    workloads: [involved(client, 'source'), ...targets.slice(0, 20).map((target) => involved(target, 'target'))],
    seen: { from: first, to: Math.min(last, hour + HOUR) },
    severity: jewel ? 'high' : 'medium',
    severityReason: jewel
      ? `among them is a crown jewel (${jewel.reason})`
      : 'a path that is open to the client, used as it never was',
    confidence: noveltyOf(days),
    confidenceReason: `in ${days.toFixed(0)} days neither it nor its peers used ${family} of more than ${usual} within an hour`,
    evidence: [
      `answered by ${few(
        targets.map(({ name }) => name),
        5,
      )}`,
      `${row.fresh} of ${servers.length} were never administered by it before; the most within an hour was ${usual}`,
    ],
    filter: filterText({ scope, client: client.address }, oneOf('port', ports), oneOf('server', servers)),
    technique: { id: 'T1078', name: 'Valid Accounts' },
    response: `Ask who was logged on to ${client.name} then; if nobody was, quarantine it and change the credentials that it holds.`,
  };
}
