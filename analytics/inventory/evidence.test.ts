import { HANDOVERS_SQL } from './handovers';
import { createInventory, type Inventory } from './inventory';
import type { Claim, Snapshot } from './source';
import { openIdentityStore, type IdentityStore } from './testing/identity-store';

jest.setTimeout(120_000);

const HOUR = 3_600_000;
const DAY = Date.UTC(2026, 0, 5);
const seconds = (hour: number) => (DAY + hour * HOUR) / 1000;

const pod = (name: string, since: number, until: number): Claim => ({
  key: name,
  name,
  type: 'pod',
  labels: {},
  addresses: [{ address: '10.0.0.1', scope: '', since: DAY + since * HOUR, until: DAY + until * HOUR }],
});
const empty: Snapshot = { claims: [], networks: [], logOns: [], rejects: [], complete: false, asOf: DAY };

let opened: IdentityStore;
let inventory: Inventory;
beforeAll(async () => {
  opened = await openIdentityStore();
  const clock = () => new Date(DAY + 48 * HOUR);
  inventory = createInventory({ store: opened.store, clock, trust: [], networks: ['10.0.0.0/8'] });
  await opened.store.insert('buckets', [{ hour: seconds(1), version: 1, marked: 1, flows: 1 }]);
  const claims = [pod('a', 0, 1.25), pod('b', 1.5, 4), pod('c', 4, 9)];
  await inventory.import({ source: 'pods', kind: 'kubernetes', snapshot: { ...empty, claims } });
});
afterAll(() => opened.close());

it('knows when addresses change hands within an hour, and has hours that were rolled up rolled up again', async () => {
  const found = await opened.store.query(`SELECT toUnixTimestamp(at) AS at FROM (${HANDOVERS_SQL}) ORDER BY at`, {
    hours: [0, 1, 2, 3, 4].map(seconds),
  });
  expect(found).toEqual([{ at: seconds(1.25) }, { at: seconds(1.5) }]);
  const stale = 'SELECT DISTINCT toUnixTimestamp(hour) AS hour FROM stale_hours';
  expect(await opened.store.query(stale)).toEqual([{ hour: seconds(1) }]);
});

it('joins what is seen of a user into spans, cut where the address changed hands', async () => {
  const logOns = [
    { user: 'ann', address: '10.0.0.1', scope: '', since: DAY + 2 * HOUR, until: DAY + 3 * HOUR },
    { user: 'ann', address: '10.0.0.1', scope: '', since: DAY + 6 * HOUR },
    { user: 'ben', address: '10.0.0.1', scope: '', since: DAY + 20 * HOUR },
  ];
  await inventory.import({ source: 'log', kind: 'log-ons', snapshot: { ...empty, logOns } });
  const users = async (id: string) =>
    (await inventory.workload(id, seconds(48))).users.map(({ user, since, until }) => [user, since, until]);
  expect(await users('a')).toEqual([]);
  expect(await users('b')).toEqual([['ann', '2026-01-05T02:00:00Z', '2026-01-05T04:00:00Z']]);
  expect(await users('c')).toEqual([['ann', '2026-01-05T04:00:00Z', '2026-01-05T06:00:00Z']]);
});

it('tells who was logged on in a window, to workloads and to addresses that nobody owns', async () => {
  const on = (user: string, address: string, since: number, until?: number) => ({
    user,
    address,
    scope: '',
    since: DAY + since * HOUR,
    ...(until === undefined ? {} : { until: DAY + until * HOUR }),
  });
  const many = Array.from({ length: 30 }, (_, n) => on(`user-${String(n).padStart(2, '0')}`, '10.0.0.8', 1));
  const logOns = [on('cat', '10.0.0.9', 1, 2), on('dan', '10.0.0.9', 1, 2), on('dan', '10.0.0.9', 3, 4), ...many];
  await inventory.import({ source: 'other log', kind: 'log-ons', snapshot: { ...empty, logOns } });
  const users = async (from: number, to: number) => {
    const directory = await inventory.directory({ from: seconds(from), to: seconds(to) });
    for (const address of ['10.0.0.8', '10.0.0.9']) directory.resolve(address);
    return Object.fromEntries(directory.workloads().flatMap((each) => (each.users ? [[each.id, each.users]] : [])));
  };
  expect(await users(0, 9)).toEqual({
    b: ['ann'],
    c: ['ann'],
    '10.0.0.8': many.slice(0, 20).map(({ user }) => user),
    '10.0.0.9': ['dan', 'cat'],
  });
  // Whoever was seen counts as logged on for eight hours more.
  expect(await users(11, 12)).toEqual({ '10.0.0.9': ['dan'] });
  expect(await users(13, 14)).toEqual({});
});

it('takes networks as a whole, and names what is found in them', async () => {
  const network = (prefix: string, name: string) => ({ prefix, name, scope: '', labels: {} });
  const take = (...networks: Snapshot['networks']) =>
    inventory.import({ source: 'ranges', kind: 'cloud-ranges', snapshot: { ...empty, complete: true, networks } });
  expect((await take(network('198.51.100.0/24', 'cloud'), network('2001:db8::/32', 'cloud'))).networks).toMatchObject({
    added: 2,
    changed: 0,
    ended: 0,
  });
  expect((await take(network('198.51.100.0/24', 'partner'))).networks).toMatchObject({
    added: 0,
    changed: 1,
    ended: 1,
    examples: { added: [], changed: [{ name: 'partner' }], ended: [{ prefix: '2001:db8::/32', name: 'cloud' }] },
  });
  const { resolve } = await inventory.directory({ from: seconds(0), to: seconds(1) });
  expect([resolve('198.51.100.9'), resolve('2001:db8::9')]).toEqual(['partner', '2001:db8::/64']);
});
