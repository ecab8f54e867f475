import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Directory } from '../../analytics/inventory';
import { START, writeConversations } from '../../analytics/noise/conversations.fixture';
import { parsePrefix } from '../../ingest/kernel/ip';
import { migrate, openEmbedded, type Store } from '../../ingest/store';
import { tcp } from '../model/policy.fixture';
import { use } from '../propose/topology.fixture';
import { readActivity } from './activity';
import { readRecognitions } from './recognitions';
import { readSuspicion } from './suspicion';

const DAY = 86_400;
const WINDOW = { from: START, to: START + 40 * DAY };
/** 10.0.0.1 and 10.0.0.2 are one workload, everybody else is who they are. */
const DIRECTORY: Pick<Directory, 'resolve'> = {
  resolve: (address) => (address === '10.0.0.1' || address === '10.0.0.2' ? 'web' : address),
};
const directory = { ...DIRECTORY, workloads: () => [] };
const range = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('sightings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-sightings-'));
  let store: Store;

  beforeAll(async () => {
    store = openEmbedded(folder);
    await migrate(store);
    const row = { server: '10.0.1.1', port: 443 };
    await writeConversations(store, [
      { ...row, hour: 3, client: '10.0.0.1' },
      { ...row, hour: 35 * 24 + 4, client: '10.0.0.2' },
      ...range(70).map((hour) => ({ hour, client: '10.0.0.9', server: '10.0.1.1', port: 22 })),
      ...range(200).map((n) => ({
        hour: 2,
        client: '10.0.0.66',
        server: `10.0.9.${n}`,
        port: 445,
        outcome: n < 10 ? ('established' as const) : ('unanswered' as const),
      })),
    ]);
    const recognised = (client: string, more: Readonly<Record<string, readonly string[]>>) => ({
      hour: START + 5 * 3600,
      version: 1,
      scope: '',
      client: `::ffff:${client}`,
      server: '::ffff:10.0.1.1',
      protocol: 6,
      port: 8443,
      connections: 2,
      established: 2,
      first_seen: START + 5 * 3600,
      last_seen: START + 5 * 3600,
      direction: 1,
      confidence: 0.9,
      ...more,
    });
    await store.insert('conversations', [
      recognised('10.0.0.1', { l7: ['tls'], tls_versions: ['TLSv1.3'] }),
      recognised('10.0.0.2', { l7: ['grpc'], users: ['ann'] }),
      recognised('10.0.0.9', { alerts: ['ET SCAN'] }),
    ]);
    await store.insert('buckets', [
      { hour: START + 5 * 3600, version: 1, marked: (START + 5 * 3600) * 1e6 + 1, flows: 3 },
    ]);
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('puts together what addresses of one workload were recognised as', async () => {
    expect(await readRecognitions(store, WINDOW, directory)).toEqual([
      {
        client: 'web',
        server: '10.0.1.1',
        protocol: 6,
        port: 8443,
        l7: ['grpc', 'tls'],
        fqdns: [],
        tlsVersions: ['TLSv1.3'],
        users: ['ann'],
        processes: [],
      },
    ]);
  });

  it('tells on which days a use was active, and when, if that was rare', async () => {
    const found = (await readActivity(store, WINDOW, directory)) ?? [];
    const of = (client: string, port: number) => found.find((each) => each.client === client && each.port === port);
    expect(of('web', 443)).toMatchObject({
      days: [1, 2 ** 4],
      hours: [START + 3 * 3600, START + (35 * 24 + 4) * 3600],
    });
    expect(of('10.0.0.9', 22)).toMatchObject({ days: [7, 0], hours: [] });
    expect(await readActivity(store, { from: START, to: START + 70 * DAY }, directory)).toBeUndefined();
  });

  it('knows what raised an alert, and what is a scan', async () => {
    const { isAlerted, isNoise } = await readSuspicion(store, WINDOW, directory, [parsePrefix('10.0.0.0/8')]);
    expect(isAlerted(use('10.0.0.9', '10.0.1.1', tcp(8443)))).toBe(true);
    expect(isAlerted(use('web', '10.0.1.1', tcp(8443)))).toBe(false);
    expect(isNoise(use('10.0.0.66', '10.0.9.3', tcp(445)))).toBe(true);
    expect(isNoise(use('web', '10.0.1.1', tcp(443)))).toBe(false);
  });
});
