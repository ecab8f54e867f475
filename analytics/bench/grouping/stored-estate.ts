import type { Store } from '../../../ingest/store';
import { createDirectory, PRIVATE_NETWORKS, type Directory } from '../../inventory';
import { parsePrefix } from '../../../ingest/kernel/ip';
import { generateEstate, type EstateProfile } from '../../quality/estate';

/** A generated estate whose conversations are in a store. */
export interface StoredEstate {
  /** In the inventory: addresses from 10.0.0.0 on. */
  readonly managed: number;
}

/** Epoch seconds, midnight. */
export const FIRST_DAY = Date.UTC(2026, 10, 2) / 1000;
export const DAY = 86_400;

const ROWS_AT_ONCE = 100_000;
/** Hours of a day in which an edge is used. */
const HOURS_EACH = 2;
/** Of a hundred edges, those that are used on a given day, and those that are not before the last one. */
const USED_DAILY = 97;
const NEW_ON_LAST = 1;

/** Fills an empty store with days of hourly conversations. */
export async function storeEstate(store: Store, profile: EstateProfile, days: number): Promise<StoredEstate> {
  const { workloads, dependencies, truth } = generateEstate(profile, 1);
  const addresses = new Map([...truth.keys()].map((id, at) => [id, hostAddress(at)]));
  for (const [at, { id, kind }] of workloads.filter(({ id: known }) => !truth.has(known)).entries())
    addresses.set(id, kind === 'external' ? `93.184.${at % 256}.1` : `172.16.${Math.floor(at / 256)}.${at % 256}`);
  const mapped = (id: string) => `::ffff:${addresses.get(id)}`;
  await store.command(
    `CREATE TABLE edges (client IPv6, server IPv6, protocol UInt8, port UInt16, connections UInt64)
     ENGINE = MergeTree ORDER BY (server, protocol, port, client)`,
  );
  for (let at = 0; at < dependencies.length; at += ROWS_AT_ONCE) {
    const rows = dependencies.slice(at, at + ROWS_AT_ONCE).map(({ client, server, service, ports, connections }) => ({
      client: mapped(client),
      server: mapped(server),
      protocol: service.protocol,
      port: ports[0],
      connections,
    }));
    await store.insert('edges', rows);
  }
  for (let day = 0; day < days; day++) {
    await store.command(HOURS_SQL, { start: FIRST_DAY + day * DAY, day, last: days - 1 });
  }
  await store.command('DROP TABLE edges');
  return { managed: truth.size };
}

const HOURS_SQL = `
INSERT INTO conversations (hour, version, client, server, protocol, port, connections, established, client_packets,
  server_packets, client_bytes, server_bytes, first_seen, last_seen, direction, confidence, reporters)
SELECT at, 1, client, server, protocol, port, connections, connections, 5 * connections, 5 * connections,
  500 * connections, 4500 * connections, at + 60, at + 3000, 2, 0.97, [toIPv6('192.0.2.1')]
FROM (
  SELECT *, toDateTime({start:UInt32}) + 3600 * ((cityHash64(client, server, port) + 11 * turn) % 24) AS at
  FROM (SELECT *, arrayJoin(range(${HOURS_EACH})) AS turn FROM edges)
  WHERE {last:UInt8} = 0 OR cityHash64(client, server, port, {day:UInt8}) % 100 < ${USED_DAILY}
    AND ({day:UInt8} = {last:UInt8} OR cityHash64(server, client, port) % 100 >= ${NEW_ON_LAST})
)`;

/** Makes the hours of the first days count, as a roll-up does. */
export async function rolledUp(store: Store, days: number): Promise<void> {
  await store.command(
    `INSERT INTO buckets (hour, version, marked, flows, oldest)
     SELECT DISTINCT hour, 1, now64(6), 1, toDate(hour) FROM conversations WHERE hour < toDateTime({end:UInt32})`,
    { end: FIRST_DAY + days * DAY },
  );
}

export function directoryOf({ managed }: StoredEstate): Directory {
  const inventory = Array.from({ length: managed }, (_, at) => ({
    address: hostAddress(at),
    name: hostAddress(at),
    labels: {},
  }));
  return createDirectory(inventory, PRIVATE_NETWORKS.map(parsePrefix));
}

function hostAddress(at: number): string {
  return `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;
}
