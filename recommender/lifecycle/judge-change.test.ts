import {
  hourOf,
  openTestStore,
  putHours,
  TEN,
  type TestStore,
} from '../../analytics/conversations/query/testing/conversations';
import { SHOP } from '../model/policy.fixture';
import { workloadOf } from '../propose/topology.fixture';
import { groundOf } from '../replay';
import { applyEdits } from './apply-edits';
import { describeEffect } from './describe-effect';
import type { Edit } from './edit';
import { filterChange, findDifferences } from './filter-change';
import { judgeChange } from './judge-change';

jest.setTimeout(60_000);

describe('judgeChange', () => {
  let test: TestStore;
  const day = TEN - (TEN % 86_400);
  const window = { from: day, to: day + 86_400 };
  const hosts = {
    'web-1': '10.0.1.1',
    'web-2': '10.0.1.2',
    'app-1': '10.0.2.1',
    'app-2': '10.0.2.2',
    'db-1': '10.0.3.1',
  };
  const ground = groundOf(
    Object.entries(hosts).map(([id, address]) => workloadOf(id, [address])),
    ['10.0.0.0/8'],
  );
  const nameOf = (address: string) => address;

  beforeAll(async () => {
    test = await openTestStore('judge-change');
    const use = (client: keyof typeof hosts, server: keyof typeof hosts, port: number, established: number) =>
      hourOf(0, hosts[client], hosts[server], { protocol: 6, port, established, connections: established });
    await putHours(test.store, [
      use('app-1', 'db-1', 5432, 40),
      use('app-2', 'db-1', 5432, 2),
      use('web-1', 'db-1', 5432, 3),
      use('web-1', 'app-1', 8443, 7),
    ]);
  });
  afterAll(() => test.close());

  const judged = async (edit: Edit) => {
    const change = { before: SHOP, after: applyEdits(SHOP, [edit]) };
    return { ...change, found: await judgeChange(test.store, change, { window, ground, nameOf }) };
  };

  it('tells what would break', async () => {
    const { found, before, after } = await judged({ kind: 'remove', rule: 'r-app-db' });
    expect(found).toMatchObject({
      opened: 0,
      admitted: [],
      broken: [
        {
          client: 'app of shop',
          server: 'db of shop',
          service: 'postgres (5432/tcp)',
          conversations: 2,
          connections: 42,
        },
      ],
    });
    expect(describeEffect(findDifferences(filterChange(before, after), 1), found)).toEqual([
      'opens 0 host:port pairs, 0 used in the last day of recorded traffic and denied before',
      expect.stringMatching(
        /^breaks 2 conversations of app of shop → db of shop on postgres \(5432\/tcp\), last seen 20/,
      ) as string,
      'denies and did not before: tcp 10.0.2.1 → 10.0.3.1 port 5432',
    ]);
  });

  it('tells what is opened, and how much of it was tried', async () => {
    const { found } = await judged({
      kind: 'add',
      section: 'application:shop',
      rule: {
        action: 'allow',
        sources: [{ kind: 'prefix', prefix: '10.0.1.0/24' }],
        destinations: [{ kind: 'group', group: 'db' }],
        services: [{ kind: 'port', protocol: 6, port: 5432 }],
      },
    });
    expect(found).toMatchObject({
      opened: 1,
      broken: [],
      admitted: [{ client: 'web of shop', server: 'db of shop', conversations: 1, connections: 3 }],
    });
  });

  it('finds nothing where nothing is decided otherwise', async () => {
    const { found } = await judged({ kind: 'rename', name: 'other' });
    expect(found).toEqual({ window, opened: 0, countedAll: true, admitted: [], broken: [] });
  });
});
