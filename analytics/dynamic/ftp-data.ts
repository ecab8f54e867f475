import { PROTOCOL } from '../../ingest/kernel/port';
import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import { confidenceOf, leastShare } from '../noise/confidence';
import type { DynamicService } from './dynamic-service';
import { livesOf } from './stability';
import { askedAbout, questionParams, type DynamicQuestion } from './uses';

const CONTROL = 21;
const DATA = 20;
const MOST_PORTS = 65_536;

interface Row {
  readonly scope: string;
  readonly server: string;
  readonly lives: readonly (readonly [port: number, first: number, last: number])[];
  readonly callers: readonly string[];
  readonly asked: number;
  readonly unasked: number;
}

/** Active FTP (RFC 959): the file server calls its client back, from port 20 to a port that the client told it on 21. */
const FTP_DATA_SQL = `
SELECT scope, ${addressText('server')} AS server, lives, arrayMap(a -> ${addressText('a')}, callers_) AS callers, asked, unasked
FROM (
  SELECT d.scope AS scope, d.server AS server,
    arraySort(groupUniqArray(${MOST_PORTS})((d.port, toUnixTimestamp(d.first), toUnixTimestamp(d.last)))) AS lives,
    arraySort(groupUniqArray(20)(d.client)) AS callers_, countIf(c.opened) AS asked, countIf(NOT c.opened) AS unasked
  FROM (
    SELECT q.scope AS scope, q.client AS client, q.server AS server, q.port AS port, q.hour AS hour,
      min(q.first_seen) AS first, max(q.last_seen) AS last
    FROM current_conversations AS q
    WHERE hour >= toDateTime({from:UInt32}) AND hour < toDateTime({to:UInt32}) AND protocol = ${PROTOCOL.tcp}
      AND established > 0 AND client_port_low = ${DATA} AND client_port_high = ${DATA} AND q.port >= 1024
      AND ${askedAbout('q')}
    GROUP BY scope, client, server, port, hour
  ) AS d
  LEFT JOIN (
    SELECT DISTINCT scope, client, server, arrayJoin([hour, hour + INTERVAL 1 HOUR]) AS hour, true AS opened
    FROM current_conversations
    WHERE hour >= toDateTime({from:UInt32}) - INTERVAL 1 HOUR AND hour < toDateTime({to:UInt32})
      AND protocol = ${PROTOCOL.tcp} AND port = ${CONTROL} AND established > 0
  ) AS c ON c.scope = d.scope AND c.client = d.server AND c.server = d.client AND c.hour = d.hour
  GROUP BY scope, server
  HAVING asked > 0
)
ORDER BY scope, server`;

export async function findFtpData(store: Store, { window, of }: DynamicQuestion): Promise<DynamicService[]> {
  const rows = await store.query<Row>(FTP_DATA_SQL, questionParams({ window, of }));
  return rows.map(({ scope, server, lives, callers, asked, unasked }) => ({
    scope,
    server,
    protocol: PROTOCOL.tcp,
    control: null,
    ...livesOf(mergeLives(lives)),
    clients: callers.length,
    confidence: confidenceOf(leastShare(asked + 1, asked + unasked + 1)),
    reason: `FTP servers (${callers.slice(0, 3).join(', ')}) that it had asked on port ${CONTROL} called back from port ${DATA}`,
    evidence: { kind: 'ftp-data', callers },
  }));
}

function mergeLives(lives: Row['lives']): { port: number; first: number; last: number }[] {
  const byPort = new Map<number, { port: number; first: number; last: number }>();
  for (const [port, first, last] of lives) {
    const life = byPort.get(port);
    byPort.set(port, { port, first: Math.min(first, life?.first ?? first), last: Math.max(last, life?.last ?? last) });
  }
  return [...byPort.values()];
}
