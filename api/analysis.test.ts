import { hourOf, openTestStore, own, putHours, TEN } from '../analytics/conversations/query/testing/conversations';
import { createInventory, DEFAULT_TRUST } from '../analytics/inventory';
import type { Topology } from '../analytics/model/topology';
import type { Store } from '../ingest/store';
import { createAnalysis } from './analysis';
import { configSchema } from './config/config';
import { createDocuments } from './documents';

jest.setTimeout(60_000);

const DAY = 86_400;
const warn = jest.fn();
const clock = () => new Date((TEN + 3 * DAY) * 1000);

let opened: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  opened = await openTestStore('analysis');
});
afterAll(() => opened.close());

function analysisOf(store: Store) {
  return createAnalysis({
    store,
    documents: createDocuments(store, clock),
    decisions: { list: async () => [] },
    threats: { list: async () => [] },
    clock,
    inventory: createInventory({ store, clock, networks: ['10.0.0.0/8'], trust: DEFAULT_TRUST }),
    config: configSchema.parse({}),
    log: { warn },
  });
}

it('compares a run with the one before it, however many came later', async () => {
  const run = (number: number): Topology => ({
    id: `topology-${number}`,
    window: { from: TEN, to: TEN + number },
    workloads: [],
    groups: [],
  });
  const rows = Array.from({ length: 104 }, (_, at) => {
    const body = run(at);
    return { kind: 'topology', id: body.id, created: (TEN + at) * 1e6, body: JSON.stringify(body) };
  });
  await opened.store.insert('documents', rows);
  const { diff } = analysisOf(opened.store);
  const compared = async (before?: string, after?: string) => {
    const found = await diff(before, after);
    return [found.before.id, found.after.id];
  };
  expect(await compared(undefined, 'topology-1')).toEqual(['topology-0', 'topology-1']);
  expect(await compared()).toEqual(['topology-102', 'topology-103']);
  expect(await compared('topology-5', 'topology-2')).toEqual(['topology-5', 'topology-2']);
  await expect(diff(undefined, 'topology-0')).rejects.toMatchObject({
    code: 'no-topology',
    message: expect.stringContaining('before topology-0'),
  });
});

it('groups from hours where days cannot be summed, and says so', async () => {
  const { store } = opened;
  await putHours(store, [hourOf(0, '10.1.1.5', '10.1.2.1'), hourOf(24, '10.1.1.5', '10.1.2.1')]);
  await own(store, '10.1.1.5', 'web1');
  const full: Store = {
    ...store,
    command: (sql, params) =>
      sql.includes('INSERT INTO conversation_days')
        ? Promise.reject(new Error('no space left'))
        : store.command(sql, params),
  };
  const midnight = TEN - (TEN % DAY);
  const { topology } = await analysisOf(full).analyze({ from: midnight, to: midnight + 2 * DAY });
  expect(topology.workloads.map(({ addresses }) => addresses)).toContainEqual(['10.1.1.5']);
  expect(warn.mock.calls).toEqual([[{ reason: 'no space left' }, expect.stringContaining('days are not summed')]]);
});

it('makes a group of the addresses of a network that people were logged on to', async () => {
  const { store } = opened;
  const clients = ['10.9.0.1', '10.9.0.2', '10.9.0.3', '10.9.0.4'];
  await putHours(
    store,
    clients.map((client) => hourOf(48, client, '10.1.2.1')),
  );
  await own(store, '10.1.2.1', 'db1');
  await store.insert(
    'log_ons',
    ['ann', 'bob', 'cat'].map((user, at) => ({
      source: 'events',
      scope: '',
      address: `::ffff:${clients[at]}`,
      user,
      version: 1,
      since: `${TEN + 47 * 3600}`,
      until: `${TEN + 49 * 3600}`,
    })),
  );
  const analysis = analysisOf(store);
  const window = { from: TEN + 48 * 3600, to: TEN + 49 * 3600 };
  const { topology } = await analysis.analyze(window);
  const found = topology.groups.filter(({ kind }) => kind === 'unknown');
  expect(found.map(({ name, members }) => [name, members.map(({ workload }) => workload)])).toEqual([
    ['clients in 10.9.0.0/24', ['10.9.0.4']],
    ['users in 10.9.0.0/24', ['10.9.0.1', '10.9.0.2', '10.9.0.3']],
  ]);
  const { workload, groups } = await analysis.explain('10.9.0.2');
  expect(workload.users).toEqual(['bob']);
  expect(groups[0]?.reasons.map(({ text }) => text)).toContain(
    'ann, bob and 1 more were logged on to 3 of its 3 workloads',
  );
});

it('gives up grouping when it is stopped', async () => {
  const { store } = opened;
  await putHours(store, [hourOf(72, '10.1.1.5', '10.1.2.1')]);
  const analysis = analysisOf(store);
  analysis.stop();
  const from = TEN + 72 * 3600;
  await expect(analysis.analyze({ from, to: from + 3600 })).rejects.toMatchObject({ code: 'stopped', retriable: true });
});

it('keeps a look back aside: shown and compared by its id, neither current nor continued', async () => {
  const { store } = opened;
  const hours = Array.from({ length: 4 }, (_, hour) => hourOf(hour, '10.1.1.5', '10.1.2.1'));
  await putHours(store, hours);
  const analysis = analysisOf(store);
  const now = await analysis.analyze();
  const back = await analysis.analyze({ from: TEN, to: TEN + 3600 });
  expect([now.aside, back.aside]).toEqual([false, true]);
  expect((await analysis.topology()).id).toBe(now.topology.id);
  expect((await analysis.topology(back.topology.id)).window).toEqual({ from: TEN, to: TEN + 3600 });
  expect((await analysis.diff(undefined, back.topology.id)).before.id).toBe(now.topology.id);
  const beginning = back.topology.id.slice('topology-'.length, -4);
  expect((await analysis.diff(undefined, beginning)).after.id).toBe(back.topology.id);
  expect((await analysis.recommend('back', { run: back.topology.id })).topology).toBe(back.topology.id);
  expect(await analysis.topologies()).toContainEqual({
    id: back.topology.id,
    created: expect.any(String),
    window: { from: TEN, to: TEN + 3600 },
    aside: true,
  });
});
