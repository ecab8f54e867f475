import type { Prefix } from '../../ingest/kernel/ip';
import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import type { Window } from '../model/topology';
import { directoryOf, type Description, type Directory } from './directory';
import { IN_WINDOW, readDescriptions } from './descriptions';
import { readLoggedOn } from './read-logged-on';
import { readNetworks } from './named-networks';
import { readSeenNames } from './seen-names';
import { Timeline, type OwnedAddress } from './timeline';

/** Rows that are read together. */
const ROWS_AT_ONCE = 200_000;

/** Workloads of a page that have an address. */
const OWNING = `cityHash64(workload) % {pages:UInt32} = {page:UInt32}
  AND workload IN (SELECT workload FROM current_owners WHERE ${IN_WINDOW})`;

/** What virtual addresses were seen to hand on to. Parameters: `from`, `to`. */
const SEEN_POOLS_SQL = `
SELECT ${addressText('p.vip')} AS vip, groupUniqArray(1000)(${addressText('p.server')}) AS members
FROM (
  SELECT DISTINCT arrayJoin(via) AS vip, server FROM current_conversations
  WHERE hour >= toDateTime({from:Int64}) AND hour < toDateTime({to:Int64}) AND notEmpty(via)
) AS p
WHERE p.vip != p.server GROUP BY p.vip`;

export interface DirectoryOptions {
  /** What is ours. */
  readonly estate: readonly Prefix[];
  /** Names and kinds of sources, most trusted first. */
  readonly trust: readonly string[];
}

/** Who was who in a window (epoch seconds, end exclusive), as it is settled at present. */
export async function readDirectory(
  store: Store,
  window: Window,
  { estate, trust }: DirectoryOptions,
): Promise<Directory> {
  const params = { from: window.from, to: window.to };
  const [count] = await store.query<{ rows: number }>(
    `SELECT count() AS rows FROM current_owners WHERE ${IN_WINDOW}`,
    params,
  );
  const pages = Math.max(1, Math.ceil((count?.rows ?? 0) / ROWS_AT_ONCE));
  const owners = new Timeline();
  const descriptions = new Map<string, Description>();
  for (let page = 0; page < pages; page++) {
    const paged = { ...params, pages, page };
    const rows = await store.query<OwnedAddress>(
      `SELECT ${addressText('o.address')} AS address, scope, intDiv(toUnixTimestamp64Milli(o.since), 1000) AS since,
         intDiv(toUnixTimestamp64Milli(o.until), 1000) AS until, workload
       FROM current_owners AS o WHERE ${IN_WINDOW} AND cityHash64(o.address) % {pages:UInt32} = {page:UInt32}
       ORDER BY o.address, scope, o.since`,
      paged,
    );
    for (const row of rows) owners.add(row);
    const described = await readDescriptions(store, window, { workloads: OWNING, trust, pages, page });
    for (const [workload, description] of described) descriptions.set(workload, description);
  }
  const at = window.to - 1;
  await addSeenPools(store, window, owners, descriptions);
  const [networks, names] = [await readNetworks(store, trust), await readSeenNames(store, window)];
  const users = await readLoggedOn(store, window);
  const inventoried = await isInventoried(store);
  return directoryOf({ owners, descriptions, networks, names, users, estate, inventoried, at });
}

/** Whether any source names any workload, now or ever. */
export async function isInventoried(store: Store): Promise<boolean> {
  const [any] = await store.query<{ claimed: number }>('SELECT count() > 0 AS claimed FROM current_owners');
  return (any?.claimed ?? 0) > 0;
}

/** Of virtual addresses alone: beyond other translation there are clients, and hosts under another name. */
async function addSeenPools(
  store: Store,
  { from, to }: Window,
  owners: Timeline,
  descriptions: Map<string, Description>,
): Promise<void> {
  for (const { vip, members } of await store.query<{ vip: string; members: string[] }>(SEEN_POOLS_SQL, { from, to })) {
    const workload = owners.at(vip, '', to - 1);
    const description = workload === undefined ? undefined : descriptions.get(workload);
    if (workload === undefined || description?.type !== 'vip') continue;
    descriptions.set(workload, { ...description, pool: [...new Set([...description.pool, ...members])].sort() });
  }
}
