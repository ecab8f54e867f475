import { generateEstate, generateFlows, startOfDay, type Connection, type Estate } from '../../fixtures/generate';
import { PROTOCOL } from '../../ingest/kernel/port';
import type { Store } from '../../ingest/store';
import type { Window } from '../model/topology';
import { SERVICE_PORTS } from '../services';

type Profile = Parameters<typeof generateEstate>[0]['profile'];

export interface LabelledTraffic {
  readonly profile: Profile;
  readonly seed: number;
  readonly days: number;
  /** Of the profile's traffic. */
  readonly volume: number;
}

/** Connections at a time on their way into the store. */
const BATCH = 50_000;
const ONE_WAY = new Set(SERVICE_PORTS.oneWay.map(({ protocol, port }) => protocol * 65536 + port));
const OUTCOMES = { answered: 'established', refused: 'refused', unanswered: 'unanswered', denied: 'denied' } as const;

/**
 * Generated traffic as conversations whose direction is known, so that what is measured is what is made of them, and
 * beside them the table `labelled`: scope, client, server, protocol, port, kind, cause, service, connections.
 */
export function writeLabelled(store: Store, { profile, seed, ...traffic }: LabelledTraffic): Promise<Window> {
  return writeTraffic(store, generateEstate({ seed, profile }), traffic);
}

/** The same of any estate. */
export async function writeTraffic(
  store: Store,
  estate: Estate,
  { days, volume }: Pick<LabelledTraffic, 'days' | 'volume'>,
): Promise<Window> {
  const { seed } = estate;
  await store.command(
    `CREATE TABLE generated (hour DateTime, client IPv6, server IPv6, protocol UInt8, port UInt16, client_port UInt16,
      client_packets UInt64, server_packets UInt64, client_bytes UInt64, server_bytes UInt64, first DateTime, last DateTime, outcome LowCardinality(String),
      kind LowCardinality(String), cause String, service LowCardinality(String)) ENGINE = MergeTree ORDER BY hour`,
  );
  let rows: object[] = [];
  for (let day = 1; day <= days; day++) {
    for (const connection of generateFlows(estate, { seed, day, volume })) {
      rows.push(rowOf(connection));
      if (rows.length < BATCH) continue;
      await store.insert('generated', rows);
      rows = [];
    }
  }
  await store.insert('generated', rows);
  await store.command(
    `INSERT INTO conversations (hour, version, scope, client, server, protocol, port, connections, established, refused,
       unanswered, denied, client_packets, server_packets, client_bytes, server_bytes, first_seen, last_seen, direction, confidence,
       client_port_low, client_port_high)
     SELECT hour, 1, '', client, server, protocol, port, count(), countIf(outcome = 'established'),
       countIf(outcome = 'refused'), countIf(outcome = 'unanswered'), countIf(outcome = 'denied'),
       sum(client_packets), sum(server_packets), sum(client_bytes), sum(server_bytes), min(first), max(last), 1, 0.99, min(client_port), max(client_port)
     FROM generated GROUP BY hour, client, server, protocol, port`,
  );
  await store.command(
    `INSERT INTO buckets (hour, version, marked, flows) SELECT DISTINCT hour, 1, now64(6), 1 FROM generated`,
  );
  await store.command(
    `CREATE TABLE labelled ENGINE = MergeTree ORDER BY (client, server, protocol, port) AS
     SELECT '' AS scope, client, server, protocol, port, argMax(g.kind, g.n) AS kind, argMax(g.cause, g.n) AS cause,
       argMax(g.service, g.n) AS service, sum(g.n) AS connections, countIf(g.kind IN ('legitimate', 'rare')) > 0 AS needed
     FROM (SELECT client, server, protocol, port, kind, cause, service, count() AS n FROM generated GROUP BY ALL) AS g
     GROUP BY client, server, protocol, port`,
  );
  return { from: startOfDay(estate, 1) / 1000, to: startOfDay(estate, days + 1) / 1000 };
}

function rowOf({ start, end, client, server, label, ...connection }: Connection): object {
  const { protocol, serverPort, clientPort, clientPackets, serverPackets, clientBytes, serverBytes, outcome } =
    connection;
  const first = Math.floor(start / 1000);
  const unanswered = protocol === PROTOCOL.udp && !ONE_WAY.has(protocol * 65536 + serverPort);
  return {
    hour: first - (first % 3600),
    client: mapped(client.address),
    server: mapped(server.address),
    protocol,
    port: serverPort,
    client_port: clientPort,
    client_packets: clientPackets,
    server_packets: serverPackets,
    client_bytes: clientBytes,
    server_bytes: serverBytes,
    first,
    last: Math.floor(end / 1000),
    outcome: outcome === 'one-way' ? (unanswered ? 'unanswered' : 'established') : OUTCOMES[outcome],
    kind: label.kind,
    cause: label.cause,
    service: label.service,
  };
}

function mapped(address: string): string {
  return address.includes(':') ? address : `::ffff:${address}`;
}
