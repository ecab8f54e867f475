import { findDependencies } from '../dependencies';
import type { Directory } from '../inventory';
import { readConversations } from './read';
import { address, between, both, HOUR, later, openFlows, type RolledFlows } from './flows.fixture';

let rolled: RolledFlows;
beforeAll(async () => {
  rolled = await openFlows();
});
afterEach(() => rolled.clear());
afterAll(() => rolled.close());

const EVER = { from: '1900-01-01 00:00:00', to: '2299-01-01 00:00:00' };
const at = (seconds: number) => new Date((HOUR + seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');

/** Gives an address to workloads one after the other, each with the second of `HOUR` it begins at. */
async function handOver(text: string, ...owners: readonly (readonly [workload: string, from: number | undefined])[]) {
  const rows = owners.map(([workload, from], n) => {
    const until = owners[n + 1]?.[1];
    return {
      scope: '',
      address: address(text),
      since: from === undefined ? EVER.from : at(from),
      until: until === undefined ? EVER.to : at(until),
      workload,
      version: 1,
    };
  });
  await rolled.store.insert('owners', rows);
  await rolled.store.insert('settlements', [{ version: 1, settled: at(0) }]);
}

const POD = '10.0.0.9';
const use = (from: number, port: number) => both(POD, port, '10.0.0.1', 443, between(from, from + 5));
const offer = (from: number, port: number) => both('10.0.0.1', port, POD, 443, between(from, from + 5));

describe('an address that changes hands within an hour', () => {
  it('is a client of its own before and after', async () => {
    await handOver(POD, ['old', undefined], ['new', 1800]);
    const found = await rolled.take(
      ...use(100, 40_000),
      ...use(1799, 40_001),
      ...use(1800, 40_002),
      ...use(3000, 40_003),
    );
    expect(found).toMatchObject([
      { client: POD, connections: 2, clientAsOf: HOUR, serverAsOf: HOUR },
      { client: POD, connections: 2, clientAsOf: HOUR + 1800, serverAsOf: HOUR },
    ]);
  });

  it('is a server of its own before and after', async () => {
    await handOver(POD, ['old', undefined], ['new', 1800]);
    expect(await rolled.take(...offer(100, 40_000), ...offer(1800, 40_001))).toMatchObject([
      { server: POD, connections: 1, clientAsOf: HOUR, serverAsOf: HOUR },
      { server: POD, connections: 1, clientAsOf: HOUR, serverAsOf: HOUR + 1800 },
    ]);
  });

  it('is used by as many as it belonged to', async () => {
    await handOver(POD, ['one', undefined], ['two', 600], ['three', 1200]);
    const found = await rolled.take(...[0, 600, 700, 1200].flatMap((from, n) => use(from, 40_000 + n)));
    expect(found).toMatchObject([
      { connections: 1, clientAsOf: HOUR },
      { connections: 2, clientAsOf: HOUR + 600 },
      { connections: 1, clientAsOf: HOUR + 1200 },
    ]);
  });

  it('is resolved to who it was', async () => {
    await handOver(POD, ['old', undefined], ['new', 1800]);
    const conversations = await rolled.take(...use(100, 40_000), ...use(1800, 40_001));
    const directory: Directory = {
      resolve: (text, { at: moment = 0 } = {}) => (text !== POD ? text : moment < HOUR + 1800 ? 'old' : 'new'),
      workloads: () => [],
    };
    expect(
      findDependencies(conversations, directory, [])
        .map(({ client }) => client)
        .sort(),
    ).toEqual(['new', 'old']);
  });
});

it('over a window, hours of one owner are summed and owners told apart', async () => {
  await handOver(POD, ['old', undefined], ['new', 2 * 3600]);
  await rolled.add([0, 1, 2, 3].flatMap((hours) => later(hours, use(100, 40_000))));
  await rolled.rollUp();
  const found = await readConversations(rolled.store, { from: HOUR, to: HOUR + 4 * 3600 });
  expect(found).toMatchObject([
    { connections: 2, hours: 2, clientAsOf: HOUR + 3600 },
    { connections: 2, hours: 2, clientAsOf: HOUR + 3 * 3600 },
  ]);
});

it('an owner for good never changes, whatever the year', async () => {
  await handOver(POD, ['only', undefined]);
  // 2299 in 32 bits of seconds is this moment; 1900 one in 2036.
  const wrapped = Math.floor(((Date.UTC(2299, 0, 1) / 1000) % 2 ** 32) / 3600) * 3600;
  const hours = (wrapped - HOUR) / 3600;
  await rolled.add([...later(hours - 1, use(100, 40_000)), ...later(hours + 1, use(100, 40_000))]);
  await rolled.rollUp();
  const found = await readConversations(rolled.store, { from: wrapped - 3600, to: wrapped + 7200 });
  expect(found).toMatchObject([{ connections: 2, hours: 2 }]);
});
