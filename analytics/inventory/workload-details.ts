import { WayleaveError } from '../../ingest/kernel/errors';
import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import type { WorkloadType } from '../model/workload';
import { readConflicts, type Conflict } from './conflicts';
import { readDescriptions, saidSql } from './descriptions';
import type { Directory } from './directory';
import { isoText } from './span';
import { readUsers, type UserSpan } from './users';

/** ISO 8601. */
export interface AddressSpan {
  readonly address: string;
  readonly scope: string;
  /** Null: as long as anybody knows. */
  readonly since: string | null;
  /** Null: still. */
  readonly until: string | null;
  /** On whose word. */
  readonly source: string;
}

export interface SourcedLabel {
  readonly label: string;
  readonly value: string;
  readonly source: string;
}

export interface SeenName {
  readonly name: string;
  readonly times: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** All that is known of one workload. Lists are cut at a thousand. */
export interface WorkloadDetails {
  readonly id: string;
  readonly name: string;
  readonly type: WorkloadType;
  /** What sources call it. */
  readonly keys: readonly { readonly source: string; readonly key: string }[];
  /** Latest first. */
  readonly addresses: readonly AddressSpan[];
  readonly labels: readonly SourcedLabel[];
  readonly users: readonly UserSpan[];
  /** DNS names its addresses were seen under while it had them. */
  readonly names: readonly SeenName[];
  readonly conflicts: readonly Conflict[];
  /** Ids of the workloads behind a virtual address. */
  readonly pool: readonly string[];
}

const MOST = 1000;
const HELD = 'SELECT address, since, until FROM current_owners WHERE workload = {id:String}';
const NAMED = 'workload = {id:String}';

/**
 * @param at epoch seconds: as of when labels and the pool are told; addresses, users and names are told of all time
 * @param directory of that time
 * @throws WayleaveError `not-found`
 */
export async function readWorkload(
  store: Store,
  id: string,
  { at, trust, directory }: { readonly at: number; readonly trust: readonly string[]; readonly directory: Directory },
): Promise<WorkloadDetails> {
  const addresses = await store.query<AddressSpan>(
    `SELECT ${addressText('o.address')} AS address, scope, ${isoText('o.since')} AS since,
       ${isoText('o.until')} AS until, source
     FROM current_owners AS o WHERE workload = {id:String} ORDER BY o.until DESC, o.since DESC, o.address LIMIT {most:UInt32}`,
    { id, most: MOST },
  );
  const [last] = await store.query<{ end: number }>(
    `SELECT max(toUnixTimestamp64Milli(until)) AS end FROM (${HELD}) HAVING count() > 0`,
    { id },
  );
  if (last === undefined)
    throw new WayleaveError(
      `no source names a workload ${id}: \`wayleave workloads\` lists those of the inventory, \`--unknown\` and ` +
        '`--external` what else was seen',
      { code: 'not-found' },
    );
  // What is gone is described as it was.
  const moment = Math.min(at, Math.max(Math.floor(last.end / 1000) - 1, 0));
  const window = { from: moment, to: moment + 1 };
  const description = (await readDescriptions(store, window, { workloads: NAMED, trust, id })).get(id);
  const known = directory.workloads().find((workload) => workload.id === id);
  return {
    id,
    name: description?.name ?? id,
    type: description?.type ?? 'host',
    keys: await store.query(
      'SELECT source, key FROM identities FINAL WHERE workload = {id:String} ORDER BY source, key LIMIT {most:UInt32}',
      {
        id,
        most: MOST,
      },
    ),
    addresses,
    labels: await store.query<SourcedLabel>(
      `SELECT label, argMin(value, order) AS value, toString(argMin(source, order)) AS source FROM (${saidSql(NAMED)})
       ARRAY JOIN mapKeys(labels) AS label, mapValues(labels) AS value GROUP BY label ORDER BY label`,
      { ...window, trust, id },
    ),
    users: await readUsers(store, HELD, { id }, MOST),
    names: await readNames(store, id),
    conflicts: (await readConflicts(store, { workload: id, limit: MOST })).conflicts,
    pool: known?.pool ?? [],
  };
}

function readNames(store: Store, id: string): Promise<SeenName[]> {
  return store.query<SeenName>(
    `SELECT s.value AS name, count() AS times, ${isoText('min(s.seen)')} AS firstSeen, ${isoText('max(s.seen)')} AS lastSeen
     FROM (
       SELECT address, value, seen FROM sightings
       WHERE kind = 'name' AND address IN (SELECT address FROM (${HELD}))
     ) AS s
     INNER JOIN (${HELD}) AS h ON h.address = s.address
     WHERE s.seen >= h.since AND s.seen < h.until
     GROUP BY s.value ORDER BY times DESC, name LIMIT {most:UInt32}`,
    { id, most: MOST },
  );
}
