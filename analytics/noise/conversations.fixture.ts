import type { Store } from '../../ingest/store';

/** 2026-03-02T00:00:00Z, a Monday. */
export const START = 1_772_409_600;

/** An hourly row of the `conversations` table: answered, unless its counts say otherwise. */
export interface HourlyRow {
  /** From `START`. */
  readonly hour: number;
  readonly client: string;
  readonly server: string;
  readonly port: number;
  readonly protocol?: number;
  readonly connections?: number;
  readonly outcome?: 'established' | 'refused' | 'unanswered' | 'half_open' | 'denied';
  readonly clientPort?: number;
  readonly direction?: number;
  readonly clientPackets?: number;
  readonly clientBytes?: number;
  readonly serverPackets?: number;
  /** Seconds into the hour. */
  readonly at?: number;
}

const mapped = (address: string) => (address.includes(':') ? address : `::ffff:${address}`);

/** Writes rows as if flows had been rolled up to them. */
export async function writeConversations(store: Store, rows: readonly HourlyRow[]): Promise<void> {
  const hours = [...new Set(rows.map(({ hour }) => hour))];
  await store.insert(
    'conversations',
    rows.map(
      ({ hour, client, server, port, protocol = 6, connections = 1, outcome = 'established', at = 0, ...row }) => {
        const silent = outcome === 'unanswered' || outcome === 'denied';
        return {
          hour: START + hour * 3600,
          version: 1,
          scope: '',
          client: mapped(client),
          server: mapped(server),
          protocol,
          port,
          connections,
          [outcome]: connections,
          client_packets: row.clientPackets ?? 5 * connections,
          client_bytes: row.clientBytes ?? 0,
          server_packets: row.serverPackets ?? (silent ? 0 : 5 * connections),
          first_seen: START + hour * 3600 + at,
          last_seen: START + hour * 3600 + at,
          direction: row.direction ?? 1,
          confidence: 0.99,
          client_port_low: row.clientPort ?? 40_000,
          client_port_high: row.clientPort ?? 50_000,
        };
      },
    ),
  );
  await store.insert(
    'buckets',
    hours.map((hour) => ({ hour: START + hour * 3600, version: 1, marked: (START + hour * 3600) * 1e6, flows: 1 })),
  );
}
