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
    clock,
    inventory: createInventory({ store, clock, networks: [], trust: DEFAULT_TRUST }),
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
