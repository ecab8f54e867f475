import { PROTOCOL } from '../../ingest/kernel/port';
import type { Store } from '../../ingest/store';
import type { Window } from '../model/topology';
import { addressText } from '../conversations/read';
import { confidenceOf, leastShare } from './confidence';
import { ALIVE_SQL } from './contacts';
import type { EstateNetworks } from './estate';
import type { Detected } from './finding';

/** One stranger at a closed door is a mistake; the Internet's noise comes from everywhere. */
const LEAST_STRANGERS = 3;
/** Addresses of ours that lone answers went to. Who spoofs draws senders at random, so that many are hit. */
const LEAST_ANSWERED_TO = 5;
/** SYN-ACKs and resets, and their repetitions (Linux: five); real connections of which one direction is seen have more. */
const MOST_ANSWERS = 6;
const MOST_ALIVE = 1_000;
const MOST_FINDINGS = 10_000;

interface Row {
  readonly scope: string;
  readonly server: string;
  readonly peers: number;
  readonly services: number;
  readonly connections: number;
  readonly first: number;
  readonly last: number;
  readonly examples: readonly string[];
  readonly alive: readonly number[];
}

const MEASURES = `uniqCombined(c.client) AS peers, uniqExact(c.protocol, c.port) AS services, sum(c.connections) AS connections_,
  toUnixTimestamp(min(c.first_seen)) AS first, toUnixTimestamp(max(c.last_seen)) AS last,
  arraySort(groupArraySample(5, 1)(c.client)) AS examples_`;
const ROWS = `SELECT scope, ${addressText('server')} AS server, peers, services, connections_ AS connections, first, last,
  arrayMap(s -> ${addressText('s')}, examples_) AS examples`;
const IN_WINDOW = 'c.hour >= toDateTime({from:UInt32}) AND c.hour < toDateTime({to:UInt32})';

/** Strangers at services of ours that answer nobody. `alive` are those of the same server that do answer. */
const backgroundSql = (estate: EstateNetworks) => `
${ROWS}, alive
FROM (
  SELECT c.scope AS scope, c.server AS server, ${MEASURES}
  FROM current_conversations AS c
  WHERE ${IN_WINDOW} AND c.established = 0 AND ${estate.insideSql('c.server')} AND NOT ${estate.insideSql('c.client')}
    AND (c.denied > 0 OR cityHash64(c.scope, c.server, c.protocol, c.port) NOT IN (${ALIVE_SQL}))
  GROUP BY scope, server HAVING peers >= ${LEAST_STRANGERS}
  ORDER BY connections_ DESC, scope, server LIMIT ${MOST_FINDINGS}
) AS tried
LEFT JOIN (
  SELECT c.scope AS scope, c.server AS server,
    arraySort(groupUniqArray(${MOST_ALIVE})(toUInt32(c.protocol) * 65536 + c.port)) AS alive
  FROM current_conversations AS c WHERE ${IN_WINDOW} AND c.established > 0 AND ${estate.insideSql('c.server')}
  GROUP BY scope, server
) AS offered USING (scope, server)
ORDER BY connections DESC, scope, server`;

export async function findBackground(store: Store, window: Window, estate: EstateNetworks): Promise<Detected> {
  const rows = await store.query<Row>(backgroundSql(estate), { ...window, ...estate.params });
  return {
    findings: rows.map((row) => ({
      ...common(row),
      kind: 'background',
      confidence: confidenceOf(leastShare(row.peers, row.peers)),
      reason:
        `${row.peers} addresses outside the estate tried ${row.services} services it offers nobody, ` +
        `${row.connections} times, and none was answered`,
    })),
    marks: rows.map((row, finding) => ({ ...mark(row, finding), alive: row.alive, answered: false })),
  };
}

/** Answers from outside to many of ours, none of which was ever seen asking. */
const backscatterSql = (estate: EstateNetworks) => `
${ROWS}, [] AS alive
FROM (
  SELECT c.scope AS scope, c.server AS server, ${MEASURES}
  FROM current_conversations AS c
  WHERE ${IN_WINDOW} AND c.protocol = ${PROTOCOL.tcp} AND NOT ${estate.insideSql('c.server')}
  GROUP BY scope, server
  HAVING sum(c.client_packets) = 0 AND peers >= ${LEAST_ANSWERED_TO}
    AND sum(c.server_packets) BETWEEN 1 AND connections_ * ${MOST_ANSWERS}
  ORDER BY connections_ DESC, scope, server LIMIT ${MOST_FINDINGS}
)`;

export async function findBackscatter(store: Store, window: Window, estate: EstateNetworks): Promise<Detected> {
  const rows = await store.query<Row>(backscatterSql(estate), { ...window, ...estate.params });
  return {
    findings: rows.map((row) => ({
      ...common(row),
      kind: 'backscatter',
      confidence: confidenceOf(leastShare(row.peers, row.peers)),
      reason: `answered ${row.peers} addresses of ours ${row.connections} times, none of which was seen asking: somebody sends in their name`,
    })),
    marks: rows.map((row, finding) => ({ ...mark(row, finding), alive: [], answered: true })),
  };
}

function common({ scope, server, peers, examples, first, last, connections }: Row) {
  return { scope, address: server, peers, examples, seen: { from: first, to: last }, connections, answered: 0 };
}

function mark({ scope, server }: Row, finding: number) {
  const outsideOnly = true;
  return { finding, scope, client: null, server, service: null, outsideOnly };
}
