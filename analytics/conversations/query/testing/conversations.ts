import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openEmbedded, type Store } from '../../../../ingest/store';

/** A Monday, 10:00 UTC. */
export const TEN = Date.UTC(2026, 10, 16, 10) / 1000;
const FOREVER = { since: '1900-01-01 00:00:00', until: '2299-01-01 00:00:00' };
const TIME = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

export interface TestStore {
  readonly store: Store;
  close(): Promise<void>;
}

export async function openTestStore(name: string): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), `wayleave-${name}-`));
  const store = openEmbedded(join(folder, 'data'));
  await migrate(store);
  return {
    store,
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An hour of a conversation: a connection to port 443, established, unless told otherwise. */
export function hourOf(hours: number, client: string, server: string, more: Record<string, unknown> = {}): object {
  const hour = TEN + hours * 3600;
  return {
    hour,
    version: 1,
    scope: '',
    client,
    server,
    protocol: 6,
    port: 443,
    connections: 1,
    established: 1,
    client_packets: 5,
    server_packets: 4,
    client_bytes: 500,
    server_bytes: 4000,
    first_seen: hour + 60,
    last_seen: hour + 120,
    direction: 1,
    confidence: 0.99,
    reporters: ['192.0.2.1'],
    client_from: hour,
    server_from: hour,
    client_port_low: 40000,
    client_port_high: 40010,
    ...more,
  };
}

export async function putHours(store: Store, rows: readonly object[]): Promise<void> {
  await store.insert('conversations', rows);
  const hours = [...new Set(rows.map((row) => (row as { hour: number }).hour))];
  await store.insert(
    'buckets',
    hours.map((hour) => ({ hour, version: 1, marked: hour * 1e6, flows: 1 })),
  );
}

/** Makes an address somebody's, from and to given hours after `TEN`. */
export async function own(
  store: Store,
  address: string,
  name: string,
  more: { labels?: object; from?: number; to?: number; scope?: string } = {},
): Promise<void> {
  const { labels = {}, from, to, scope = '' } = more;
  const span = {
    since: from === undefined ? FOREVER.since : TIME(TEN + from * 3600),
    until: to === undefined ? FOREVER.until : TIME(TEN + to * 3600),
  };
  const claim = { source: 'cmdb', key: `key-${name}`, scope, address, ...span, name, type: 'host', labels };
  await store.insert('claims', [{ ...claim, version: 1 }]);
  await store.insert('owners', [
    { scope, address, ...span, workload: `id-${name}`, source: 'cmdb', key: claim.key, version: 1 },
  ]);
  await store.insert('settlements', [{ version: 1 }]);
}
