import {
  hourOf,
  openTestStore,
  putHours,
  TEN,
  type TestStore,
} from '../../analytics/conversations/query/testing/conversations';
import { groupOf, of, policyOf, ruleOf, tcp } from '../model/policy.fixture';
import { workloadOf } from '../propose/topology.fixture';
import { groundOf } from '../replay';
import { heldOutJudge } from './held-out';
import { mergePath } from './merge-path';

jest.setTimeout(60_000);

let test: TestStore;
const TIERS = ['app', 'batch', 'db'].map((id, at) => groupOf(id, id, [`10.0.0.${at + 1}`]));
const WORKLOADS = TIERS.flatMap(({ addresses }) => addresses.map((address) => workloadOf(address, [address])));
const GROUND = groundOf(WORKLOADS, ['10.0.0.0/8']);
const POLICY = policyOf(
  [
    {
      id: 's',
      category: 'application',
      name: 's',
      rules: [
        ruleOf('r-1', [of('app')], [of('db')], [tcp(5432)]),
        ruleOf('r-2', [of('batch')], [of('db')], [tcp(9100)]),
      ],
    },
  ],
  TIERS,
  ['app', 'batch', 'db'],
);
const DAY = { from: TEN - (TEN % 86_400), to: TEN - (TEN % 86_400) + 86_400 };

beforeAll(async () => {
  test = await openTestStore('held-out');
  const answered = (connections: number, port: number) => ({
    connections,
    established: connections,
    protocol: 6,
    port,
  });
  await putHours(test.store, [
    hourOf(0, '10.0.0.1', '10.0.0.3', answered(90, 5432)),
    hourOf(0, '10.0.0.2', '10.0.0.3', answered(10, 5432)),
    hourOf(0, '10.7.0.1', '10.7.0.2', answered(500, 80)),
  ]);
});
afterAll(() => test.close());

it('judges what merging makes of a policy by what is its business', async () => {
  const judge = await heldOutJudge(test.store, POLICY, { window: DAY, ground: GROUND });
  const path = mergePath(POLICY, { workloads: WORKLOADS, served: [] });
  expect(judge?.(path.after(0))).toMatchObject({ denied: 0.1 });
  expect(judge?.(path.after(1))).toEqual({ denied: 0, deniedPackets: 0 });
});

it('has nothing to say where nothing was', async () => {
  const window = { from: DAY.from + 10 * 86_400, to: DAY.to + 10 * 86_400 };
  expect(await heldOutJudge(test.store, POLICY, { window, ground: GROUND })).toBeUndefined();
});
