import type { Prefix } from '../../ingest/kernel/ip';
import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import type { Workload, WorkloadKind, WorkloadType } from '../model/workload';
import { estateNetworks, findBroadcasts } from '../noise';
import { descriptionsSql } from './descriptions';
import type { Directory } from './directory';

/** What a list of workloads is narrowed to. */
export interface WorkloadFilter {
  /** Epoch seconds. */
  readonly at: number;
  readonly kind: WorkloadKind;
  /** Part of an id, a name, an address or a label, whatever its case. */
  readonly text: string;
  /** The id that the list goes on after; '' from the beginning. */
  readonly after: string;
  readonly limit: number;
}

export interface WorkloadList {
  readonly workloads: readonly Workload[];
  /** Those after the ones that are shown. */
  readonly more: number;
  /** Whether any source names any workload; while none does, the estate's own addresses are listed. */
  readonly inventoried: boolean;
}

/** Conversations so long before tell which unknown and external workloads there are. */
export const SEEN_WITHIN_SECONDS = 7 * 86_400;
/** Addresses that are looked at to find those. */
const MOST_ADDRESSES = 500_000;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly type: WorkloadType;
  readonly labels: Record<string, string>;
  readonly addresses: string[];
  readonly left: number;
}

/** Workloads of the inventory that had an address at a time, by id. */
export async function listManaged(
  store: Store,
  { at, text, after, limit }: WorkloadFilter,
  trust: readonly string[],
): Promise<WorkloadList> {
  const rows = await store.query<Row>(
    `SELECT id, name, type, labels, addresses, count() OVER () AS left
     FROM (
       SELECT o.workload AS id, d.name AS name, d.type AS type, d.labels AS labels, o.addresses AS addresses
       FROM (
         SELECT workload, arraySort(groupUniqArray(${addressText('address')})) AS addresses FROM current_owners
         WHERE since <= toDateTime64({from:Int64}, 3) AND until > toDateTime64({from:Int64}, 3) GROUP BY workload
       ) AS o
       INNER JOIN (${descriptionsSql('true')}) AS d ON d.workload = o.workload
     )
     WHERE id > {after:String} AND arrayExists(said -> positionCaseInsensitiveUTF8(said, {text:String}) > 0,
       arrayConcat([id, name], addresses, mapValues(labels), arrayMap((label, value) -> concat(label, ':', value, '\\n', label, '=', value), mapKeys(labels), mapValues(labels))))
     ORDER BY id LIMIT {limit:UInt32}`,
    { from: at, to: at + 1, trust, text, after, limit },
  );
  const workloads = rows.map(({ id, name, type, labels, addresses }) => ({
    id,
    name,
    labels,
    addresses,
    kind: 'managed' as const,
    ...(type === 'host' ? {} : { type }),
  }));
  return { workloads, more: Math.max(0, (rows[0]?.left ?? 0) - rows.length), inventoried: true };
}

/** What workloads that no source names are found with. */
export interface Seeing {
  readonly directory: Directory;
  readonly estate: readonly Prefix[];
  readonly inventoried: boolean;
}

/** Workloads that no source names, found in the conversations of the days before a time. */
export async function listSeen(
  store: Store,
  { at, kind, text, after, limit }: WorkloadFilter,
  { directory, estate, inventoried }: Seeing,
): Promise<WorkloadList> {
  const since = Math.max(0, at - SEEN_WITHIN_SECONDS);
  const rows = await store.query<{ address: string; scope: string; seen: number }>(
    `SELECT ${addressText('s.address')} AS address, scope, toUnixTimestamp(max(s.last)) AS seen
     FROM (
       SELECT arrayJoin([client, server]) AS address, scope, least(last_seen, toDateTime({at:Int64})) AS last
       FROM current_conversations WHERE hour > toDateTime({since:Int64}) AND hour <= toDateTime({at:Int64})
     ) AS s
     GROUP BY s.address, scope ORDER BY seen DESC LIMIT {most:UInt32}`,
    { at, since, most: MOST_ADDRESSES },
  );
  const { findings } = await findBroadcasts(store, { from: since, to: at + 1 }, estateNetworks(estate));
  const broadcasts = new Set(findings.map(({ address, scope }) => `${address} ${scope}`));
  for (const { address, scope, seen } of rows)
    if (!broadcasts.has(`${address} ${scope}`)) directory.resolve(address, { scope, at: seen });
  const sought = text.toLowerCase();
  const found = directory
    .workloads()
    .map((workload) =>
      inventoried || workload.kind !== 'managed' ? workload : { ...workload, kind: 'unknown' as const },
    )
    .filter((workload) => workload.kind === kind && workload.id > after && textOf(workload).includes(sought));
  return { workloads: found.slice(0, limit), more: Math.max(0, found.length - limit), inventoried };
}

function textOf({ id, name, addresses, labels, names = [] }: Workload): string {
  const said = Object.entries(labels).flatMap(([label, value]) => [`${label}:${value}`, `${label}=${value}`]);
  return [id, name, ...addresses, ...names, ...said].join('\n').toLowerCase();
}
