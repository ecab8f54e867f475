import { randomUUID } from 'node:crypto';
import type { SqlSource, Store } from '../../ingest/store';
import { mapped, type EstateNetworks } from './estate';
import type { Noise, NoiseMark } from './finding';

const NOBODY = '::';
const NO_SERVICE = 0;
const OWN_USE = 'own use';

/**
 * The conversations of the noise's window with what they are part of, as a table expression: `scope, client, server,
 * protocol, port` and `noise`, `reason`, `confidence`, empty where they are none. The same rules as
 * `noiseLabels`, for more conversations than JavaScript should hold.
 */
export async function withLabels<T>(
  store: Store,
  noise: Noise,
  estate: EstateNetworks,
  use: (labelled: SqlSource) => Promise<T>,
): Promise<T> {
  const table = `noise_marks_${randomUUID().replaceAll('-', '')}`;
  try {
    await store.command(
      `CREATE TABLE ${table} (finding UInt32, kind LowCardinality(String), reason String, confidence Float32,
        scope String, client IPv6, server IPv6, service UInt32, outside_only Bool, alive Array(UInt32), answered Bool)
        ENGINE = Memory`,
    );
    await store.insert(
      table,
      noise.marks.map((mark) => markRow(mark, noise)),
    );
    await store.insert(
      table,
      noise.ownUses.map((use) => ({ ...use, kind: OWN_USE, client: mapped(use.client), server: mapped(use.server) })),
    );
    return await use({ sql: labelledSql(table, estate), params: { ...noise.window, ...estate.params } });
  } finally {
    await store.command(`DROP TABLE IF EXISTS ${table}`);
  }
}

/** Lookups by equality, one for each way a mark names what it is about; the first finding of those that fit. */
function labelledSql(marks: string, estate: EstateNetworks): string {
  const lookUp = (name: string, keys: readonly string[], where: string) => `
  LEFT JOIN (
    SELECT ${keys.join(', ')},
      groupArray((finding, kind, reason, confidence, outside_only, alive, answered)) AS ${name}
    FROM ${marks} WHERE ${where} GROUP BY ${keys.join(', ')}
  ) AS j_${name} ON ${keys.map((key) => `c.${key} = j_${name}.${key}`).join(' AND ')}`;
  const none = `toIPv6('${NOBODY}')`;
  return `(
SELECT scope, client, server, protocol, port, fit.2 AS noise, fit.3 AS reason, fit.4 AS confidence
FROM (
  SELECT c.scope AS scope, c.client AS client, c.server AS server, c.protocol AS protocol, c.port AS port,
    (c.scope, c.client, c.server, c.service) IN (
      SELECT scope, client, server, service FROM ${marks} WHERE kind = '${OWN_USE}') AS own,
    arraySort(m -> m.1, arrayFilter(
      m -> (NOT m.5 OR c.outside)
        AND if(c.answered, m.7 AND NOT own, c.denied > 0 OR NOT has(m.6, c.service)),
      arrayConcat(of_server, of_service, of_pair)))[1] AS fit
  FROM (
    SELECT scope, client, server, protocol, port, toUInt32(protocol) * 65536 + port AS service,
      sum(established) > 0 AS answered, sum(denied) AS denied,
      NOT ${estate.insideSql('client')} AS outside
    FROM (
      SELECT scope, client, server, protocol, port, established, denied FROM current_conversations
      WHERE hour >= toDateTime({from:UInt32}) AND hour < toDateTime({to:UInt32})
    )
    GROUP BY scope, client, server, protocol, port
  ) AS c
  ${lookUp('of_server', ['scope', 'server'], `client = ${none}`)}
  ${lookUp('of_service', ['scope', 'client', 'service'], `server = ${none} AND client != ${none}`)}
  ${lookUp('of_pair', ['scope', 'client', 'server'], `client != ${none} AND server != ${none} AND kind != '${OWN_USE}'`)}
))`;
}

function markRow(
  { finding, scope, client, server, service, outsideOnly, alive, answered }: NoiseMark,
  { findings }: Noise,
) {
  const { kind, reason, confidence } = findings[finding] ?? { kind: '', reason: '', confidence: 0 };
  return {
    finding,
    kind,
    reason,
    confidence,
    scope,
    alive,
    answered,
    client: client === null ? NOBODY : mapped(client),
    server: server === null ? NOBODY : mapped(server),
    service: service ?? NO_SERVICE,
    outside_only: outsideOnly,
  };
}
