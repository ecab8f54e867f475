import { parseFilter } from '../../../ingest/query';
import { CONVERSATION_FIELDS } from './fields';
import { listConversations, SORTS, type ListQuery, type Sort } from './list';
import { createIdentity } from './owners';
import { hourOf, openTestStore, own, putHours, TEN, type TestStore } from './testing/conversations';

jest.setTimeout(60_000);

let test: TestStore;
const EVER: Pick<ListQuery, 'by' | 'sort' | 'limit'> = { by: 'total', sort: 'bytes', limit: 100 };
const list = (filter: string, query: Partial<ListQuery> = {}) =>
  listConversations(
    { ...EVER, ...query, ...(filter === '' ? {} : { filter: parseFilter(CONVERSATION_FIELDS, filter) }) },
    { store: test.store, identity: createIdentity(test.store), now: (TEN + 36 * 3600) * 1000 },
  );

beforeAll(async () => {
  test = await openTestStore('list');
  await putHours(test.store, [
    hourOf(0, '10.0.0.9', '10.1.1.5', {
      reporters: ['192.0.2.1', '192.0.2.2'],
      l7: ['SSL/TLS'],
      fqdns: ['shop.example.com'],
    }),
    hourOf(1, '10.0.0.9', '10.1.1.5', { connections: 3, established: 2, refused: 1, direction: 3, confidence: 0.95 }),
    hourOf(24, '10.0.0.9', '10.1.1.5', { client_bytes: 20_000_000 }),
    hourOf(0, '10.0.0.8', '10.1.1.6', { port: 5432, direction: 4, confidence: 0.9, users: ['ann'] }),
    hourOf(2, '10.0.0.8', '10.1.1.7', { protocol: 17, port: 53, established: 0, unanswered: 1, direction: 6 }),
    hourOf(3, '10.0.0.7', '10.1.1.7', { protocol: 1, port: 2048, scope: 'vpc-1', denied: 1, established: 0 }),
    hourOf(5, '2001:db8::9', '2001:db8::5', { port: 22, half_open: 1, established: 0 }),
  ]);
  await own(test.store, '10.1.1.5', 'web1', { labels: { app: 'shop', role: 'web' } });
  await own(test.store, '10.0.0.9', 'laptop', { to: 1 });
  await own(test.store, '10.0.0.9', 'desktop', { from: 1, labels: { app: 'office' } });
  await own(test.store, '10.1.1.7', 'dns1');
  await own(test.store, '10.1.1.7', 'gateway', { scope: 'vpc-2' });
  await own(test.store, '10.1.1.6', 'db1', { labels: { app: 'shop', role: 'db' } });
});
afterAll(() => test.close());

it('sums hours, with who it was at the time', async () => {
  expect((await list('server 10.1.1.5'))[0]).toEqual({
    conversation: '10.0.0.9 -> 10.1.1.5:443/tcp',
    scope: '',
    client: '10.0.0.9',
    server: '10.1.1.5',
    protocol: 6,
    port: 443,
    service: 'https',
    clientNames: ['laptop', 'desktop'],
    serverNames: ['web1'],
    connections: 5,
    established: 4,
    refused: 1,
    unanswered: 0,
    halfOpen: 0,
    denied: 0,
    stated: 0,
    clientPackets: 15,
    serverPackets: 12,
    clientBytes: 20_001_000,
    serverBytes: 12_000,
    packets: 27,
    bytes: 20_013_000,
    firstSeen: TEN + 60,
    lastSeen: TEN + 24 * 3600 + 120,
    hours: 3,
    days: 2,
    weekdays: [2, 1, 0, 0, 0, 0, 0],
    direction: 1,
    confidence: 0.99,
    reporters: ['192.0.2.1', '192.0.2.2'],
    points: [],
    via: [],
    sampling: 0,
    clientPortLow: 40000,
    clientPortHigh: 40010,
    l7: ['SSL/TLS'],
    fqdns: ['shop.example.com'],
    tlsVersions: [],
    users: [],
    processes: [],
    alerts: [],
    rules: [],
  });
});

it('lists by hour, in order of time', async () => {
  const hours = await list('port 443', { by: 'hour' });
  expect(hours.map(({ hour, clientNames, connections }) => [hour, clientNames, connections])).toEqual([
    [TEN, ['laptop'], 1],
    [TEN + 3600, ['desktop'], 3],
    [TEN + 24 * 3600, ['desktop'], 1],
  ]);
});

it.each<[string, number[]]>([
  ['', [443, 5432, 53, 2048, 22]],
  ['server in 10.1.0.0/16 and port 5432 and not refused', [5432]],
  ['client = 10.0.0.9 or server = 10.1.1.7', [443, 53, 2048]],
  ['host 2001:db8::/32', [22]],
  ['service https', [443]],
  ['service in (dns, postgres)', [5432, 53]],
  ['service 22/tcp or service icmp/8/0', [2048, 22]],
  ['protocol tcp and not port 443', [5432, 22]],
  ['established', [443, 5432]],
  ['refused', [443]],
  ['unanswered', [53]],
  ['half_open', [22]],
  ['denied', [2048]],
  ['connections > 3', [443]],
  ['bytes > 10M', [443]],
  ['hours >= 2 and days = 2', [443]],
  ['direction <= 3', [443, 2048, 22]],
  ['direction in (ephemeral, lower_port)', [5432, 53]],
  ['confidence < 0.95', [5432]],
  ['last_seen > -24h', [443]],
  ['first_seen >= 2026-11-16T12:00 and first_seen < 2026-11-17', [53, 2048, 22]],
  ['scope "vpc-1"', [2048]],
  ['l7 ~ "(?i)ssl"', [443]],
  ['l7 !~ SSL and user', [5432]],
  ['fqdn like *.example.com', [443]],
  ['user ann', [5432]],
  ['exporter 192.0.2.2', [443]],
  ['server is dns1', [53, 2048]],
  ['server is gateway', []],
  ['client is desktop', [443]],
  ['client is "laptop" and last_seen > -24h', []],
  ['workload web1', [443]],
  ['workload id-db1', [5432]],
  ['server.app = shop', [443, 5432]],
  ['server.app = shop and server.role != web', [5432]],
  ['host.app like off*', [443]],
  ['client.workload', [443]],
  ['server is not web1 and not server.app', [53, 2048, 22]],
  ['server is web1 or bytes < 5000', [443, 5432, 53, 2048, 22]],
])('narrows by %s', async (filter, ports) => {
  const found = await list(filter);
  expect(new Set(found.map(({ port }) => port))).toEqual(new Set(ports));
  expect(found).toHaveLength(ports.length);
});

it('sees only the hours in which an address was theirs', async () => {
  expect(await list('client is laptop')).toMatchObject([{ hours: 1, connections: 1, clientNames: ['laptop'] }]);
  expect(await list('client is desktop')).toMatchObject([{ hours: 2, connections: 4 }]);
});

it('keeps to a window, a limit and an order', async () => {
  expect(await list('', { from: TEN + 3600, to: TEN + 2 * 3600 })).toMatchObject([{ port: 443, hours: 1 }]);
  expect(await list('', { limit: 2 })).toHaveLength(2);
  for (const sort of Object.keys(SORTS) as Sort[]) expect(await list('', { sort })).toHaveLength(5);
  expect((await list('', { sort: 'port' })).map(({ port }) => port)).toEqual([22, 53, 443, 2048, 5432]);
});

it('takes a filter of every field', async () => {
  const each = CONVERSATION_FIELDS.fields.map(({ name, kind }) => {
    if (!kind.operators.includes('=')) return `${name} > 2026-01-01`;
    return ['1', '::1', 'https'].flatMap((value) =>
      kind.problem('=', value) === undefined ? [`${name} = ${value}`] : [],
    )[0];
  });
  expect(each.length).toBeGreaterThan(35);
  expect(await list(`not (${each.join(' and ')})`)).toHaveLength(5);
});
