import { addressText } from '../../analytics/conversations';
import { findNoise, estateNetworks, withLabels } from '../../analytics/noise';
import type { Directory } from '../../analytics/inventory';
import type { Dependency } from '../../analytics/model/dependency';
import type { Window } from '../../analytics/model/topology';
import type { Prefix } from '../../ingest/kernel/ip';
import type { SqlParams, Store } from '../../ingest/store';
import type { Suspicion } from '../propose';
import { IN_WINDOW, keyOfUse, MOST_ROWS, resolveUse, USE_COLUMNS, USE_KEY, type UseRow } from './use';

const ALERTED_SQL = `
SELECT ${USE_COLUMNS} FROM current_conversations AS c
WHERE ${IN_WINDOW} AND notEmpty(c.alerts)
GROUP BY ${USE_KEY} ORDER BY ${USE_KEY} LIMIT ${MOST_ROWS}`;

/** What was never answered is refused as that. */
const SCANS = ['horizontal-scan', 'sweep', 'vertical-scan', 'slow-scan', 'backscatter'];

/**
 * What of the conversations of a window (end exclusive) raised an alert or is part of a scan.
 *
 * @param networks prefixes that are ours
 */
export async function readSuspicion(
  store: Store,
  window: Window,
  directory: Directory,
  networks: readonly Prefix[],
): Promise<Suspicion> {
  const alerted = await keysOf(store, ALERTED_SQL, { from: window.from, to: window.to }, directory);
  const noise = await findNoise(store, window, networks);
  const scanning = await withLabels(store, noise, estateNetworks(networks), ({ sql, params }) =>
    keysOf(
      store,
      `SELECT l.scope AS scope, ${addressText('l.client')} AS client, ${addressText('l.server')} AS server, l.protocol AS protocol, l.port AS port,
         toUnixTimestamp(toDateTime({to:UInt32})) - 1 AS "clientAsOf", "clientAsOf" AS "serverAsOf"
       FROM ${sql} AS l WHERE l.noise IN {scans:Array(String)} ORDER BY scope, client, server, protocol, port LIMIT ${MOST_ROWS}`,
      { ...params, scans: SCANS },
      directory,
    ),
  );
  const among = (keys: ReadonlySet<string>) => (dependency: Dependency) =>
    keys.size > 0 && dependency.ports.some((port) => keys.has(keyOfUse({ ...useOf(dependency), port })));
  return { isAlerted: among(alerted), isNoise: among(scanning) };
}

function useOf({ client, server, service: { protocol } }: Dependency) {
  return { client, server, protocol };
}

async function keysOf(store: Store, sql: string, params: SqlParams, directory: Directory): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const rows of store.stream<UseRow>(sql, params))
    for (const row of rows) {
      const use = resolveUse(row, directory);
      if (use) found.add(keyOfUse(use));
    }
  return found;
}
