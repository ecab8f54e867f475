import fc from 'fast-check';
import type { Inventory } from './inventory';
import { createInventory } from './inventory';
import type { Claim, Snapshot } from './source';
import { openIdentityStore, type IdentityStore } from './testing/identity-store';
import { DEFAULT_TRUST } from './trust';

jest.setTimeout(300_000);

const HOUR = 3_600_000;
const DAY = Date.UTC(2026, 0, 5);
const NOW = Date.UTC(2026, 5, 1);

/** `name` is also the key; hours after DAY. */
interface Said {
  readonly name: string;
  readonly key?: string;
  readonly address: string;
  readonly scope?: string;
  readonly since?: number;
  readonly until?: number;
  readonly app?: string;
}

const claimOf = ({ name, key = name, address, scope = '', since, until, app }: Said): Claim => ({
  key,
  name,
  type: 'host',
  labels: app === undefined ? {} : { app },
  addresses: [
    {
      address,
      scope,
      ...(since === undefined ? {} : { since: DAY + since * HOUR }),
      ...(until === undefined ? {} : { until: DAY + until * HOUR }),
    },
  ],
});
const snapshotOf = (hour: number, said: readonly Said[], complete = true): Snapshot => ({
  claims: said.map(claimOf),
  networks: [],
  logOns: [],
  rejects: [],
  asOf: DAY + hour * HOUR,
  complete,
});

let opened: IdentityStore;
let inventory: Inventory;
beforeAll(async () => {
  opened = await openIdentityStore();
});
beforeEach(async () => {
  await opened.clear();
  const clock = () => new Date(NOW);
  inventory = createInventory({ store: opened.store, clock, trust: DEFAULT_TRUST, networks: ['10.0.0.0/8'] });
});
afterAll(() => opened.close());

const take = (source: string, snapshot: Snapshot, kind = 'csv') => inventory.import({ source, kind, snapshot });

/** `web-1 -..10`: whose an address was, in hours after DAY. */
const ownersOf = async (address: string): Promise<string[]> => {
  const rows = await opened.store.query<{ workload: string; since: number; until: number }>(
    `SELECT workload, intDiv(toUnixTimestamp64Milli(since) - {day:Int64}, 3600000) AS since,
       intDiv(toUnixTimestamp64Milli(until) - {day:Int64}, 3600000) AS until
     FROM current_owners WHERE address = toIPv6({address:String}) ORDER BY current_owners.since, scope`,
    { day: DAY, address },
  );
  const end = (hours: number) => (Math.abs(hours) > 1_000_000 ? '' : String(hours));
  return rows.map(({ workload, since, until }) => `${workload} ${end(since)}..${end(until)}`);
};

describe('complete snapshots, one after the other', () => {
  const web: Said = { name: 'web-1', address: '10.0.0.1' };

  /** Snapshots at hours 0, 10 and 20, and who had the address according to them. */
  const cases: readonly [string, readonly Said[][], readonly string[]][] = [
    ['what is in the first was always so', [[web]], ['web-1 ..']],
    ['unless the source says since when', [[{ ...web, since: -5, until: 40 }]], ['web-1 -5..40']],
    ['what is gone ends with the snapshot', [[web], []], ['web-1 ..10']],
    ['or when it says', [[web], [{ ...web, until: 7 }]], ['web-1 ..7']],
    ['what is new is so since the one before', [[], [web]], ['web-1 0..']],
    [
      'an address changes hands with the snapshot that says so',
      [[web], [{ ...web, name: 'db-1' }]],
      ['web-1 ..10', 'db-1 10..'],
    ],
    [
      'or when the new owner is said to have begun',
      [[web], [{ ...web, name: 'db-1', since: 6 }]],
      ['web-1 ..6', 'db-1 6..'],
    ],
    ['what is back is so since the one before, too', [[web], [], [web]], ['web-1 ..']],
    [
      'what is over in the first snapshot was somebody’s',
      [
        [
          { ...web, since: -9, until: -4 },
          { ...web, name: 'db-1', since: -3 },
        ],
      ],
      ['web-1 -9..-4', 'db-1 -3..'],
    ],
  ];

  it('say from when to when an address was whose', async () => {
    const addressOf = (index: number) => `10.0.1.${index}`;
    // Side by side, each on an address of its own, in the source that has as many snapshots: an import takes half a second.
    for (const length of [1, 2, 3])
      for (let turn = 0; turn < length; turn++) {
        const said = cases.flatMap(([, snapshots], index) =>
          (snapshots.length === length ? (snapshots[turn] ?? []) : []).map((each) => {
            return { ...each, name: `${each.name} of ${index}`, address: addressOf(index) };
          }),
        );
        await take(`${length} snapshots`, snapshotOf(turn * 10, said));
      }
    const found: [string, string[]][] = [];
    for (const [index, [title]] of cases.entries()) {
      const owners = await ownersOf(addressOf(index));
      found.push([title, owners.map((owner) => owner.replace(` of ${index}`, ''))]);
    }
    expect(found).toEqual(cases.map(([title, , expected]) => [title, expected]));
  });

  it('are not taken where they end most of what there was, unless that is said', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ name: `web-${index}`, address: `10.0.2.${index}` }));
    await take('cmdb', snapshotOf(0, many(21)));
    const given = { source: 'cmdb', kind: 'csv', snapshot: snapshotOf(10, many(10)) };
    expect(await inventory.diff(given)).toMatchObject({ ended: 11, held: 21, endsMost: true });
    await expect(inventory.import(given)).rejects.toMatchObject({ code: 'ends-most' });
    expect(await ownersOf('10.0.2.20')).toEqual(['web-20 ..']);
    expect(await take('cmdb', snapshotOf(10, many(11)))).toMatchObject({ ended: 10, endsMost: false });
    const rest = { ...given, snapshot: snapshotOf(20, many(1)), mayEndMost: true };
    expect(await inventory.import(rest)).toMatchObject({ taken: true, ended: 10, held: 11 });
  });

  it('end one claim and begin another where labels change, of one workload', async () => {
    await take('cmdb', snapshotOf(0, [{ ...web, app: 'shop' }]));
    const report = await take('cmdb', snapshotOf(10, [{ ...web, app: 'bank' }]));
    expect(report).toMatchObject({
      added: 0,
      changed: 1,
      ended: 0,
      examples: {
        changed: [
          {
            name: 'web-1',
            labels: { app: 'bank' },
            wasLabels: { app: 'shop' },
          },
        ],
      },
    });
    expect(await ownersOf('10.0.0.1')).toEqual(['web-1 ..']);
    const labels = async (hour: number) => {
      const at = DAY / 1000 + hour * 3600;
      const { workloads } = await inventory.workloads({ at, kind: 'managed', text: '', after: '', limit: 9 });
      return workloads.map((each) => each.labels.app);
    };
    expect([await labels(9), await labels(10)]).toEqual([['shop'], ['bank']]);
  });

  it('leave what is over described as it was, however it is described since', async () => {
    const over = { ...web, app: 'shop', since: -9, until: 8 };
    await take('cmdb', snapshotOf(0, [{ ...web, since: -3 }]));
    const counts = async () => {
      const { added, changed, ended } = await take('cmdb', snapshotOf(10, [over]));
      return [added, changed, ended];
    };
    expect(await counts()).toEqual([1, 0, 1]);
    expect(await counts()).toEqual([0, 0, 0]);
    expect(await ownersOf('10.0.0.1')).toEqual(['web-1 -9..8']);
    const apps = `SELECT labels['app'] AS app FROM claims FINAL WHERE NOT withdrawn ORDER BY since`;
    expect(await opened.store.query(apps)).toEqual([{ app: 'shop' }, { app: '' }]);
  });

  it('are shown before they are taken, and change nothing until then', async () => {
    await take('cmdb', snapshotOf(0, [web]));
    const given = { source: 'cmdb', kind: 'csv', snapshot: snapshotOf(10, [{ ...web, name: 'db-1' }]) };
    expect(await inventory.diff(given)).toMatchObject({ taken: false, added: 1, ended: 1 });
    expect(await ownersOf('10.0.0.1')).toEqual(['web-1 ..']);
    expect(await inventory.import(given)).toMatchObject({ taken: true, added: 1, ended: 1 });
    expect(await opened.store.query('SELECT count() AS rows FROM staged_claims')).toEqual([{ rows: 0 }]);
  });

  it('are refused out of order', async () => {
    await take('cmdb', snapshotOf(10, [web]));
    await expect(take('cmdb', snapshotOf(9, []))).rejects.toMatchObject({ code: 'older-snapshot' });
    expect(await ownersOf('10.0.0.1')).toEqual(['web-1 ..']);
  });
});

describe('logs', () => {
  const lease = (name: string, since: number, until: number): Said => ({ name, address: '10.0.0.1', since, until });
  const log = (...said: Said[]) => snapshotOf(100, said, false);

  it('only add, and join what meets', async () => {
    await take('leases', log(lease('a', 0, 8), lease('b', 20, 28)), 'dhcp-leases');
    await take('leases', log(lease('a', 4, 12), lease('c', 30, 31)), 'dhcp-leases');
    expect(await ownersOf('10.0.0.1')).toEqual(['a 0..12', 'b 20..28', 'c 30..31']);
    expect(await take('leases', log(lease('a', 4, 12)), 'dhcp-leases')).toMatchObject({
      added: 0,
      changed: 0,
      ended: 0,
    });
  });

  it('that contradict themselves are taken by what lasts longest', async () => {
    const hostname = log(lease('a', 0, 8), { ...lease('a', 0, 9), name: 'laptop', key: 'a' });
    expect(await take('leases', hostname, 'dhcp-leases')).toMatchObject({ added: 1, changed: 0 });
    expect(await take('leases', hostname, 'dhcp-leases')).toMatchObject({ added: 0, changed: 0 });
    expect(await ownersOf('10.0.0.1')).toEqual(['laptop 0..9']);
  });

  it('may come late', async () => {
    await take('leases', log(lease('b', 20, 28)), 'dhcp-leases');
    await take('leases', snapshotOf(10, [lease('a', 0, 8)], false), 'dhcp-leases');
    expect(await ownersOf('10.0.0.1')).toEqual(['a 0..8', 'b 20..28']);
  });
});

describe('several sources', () => {
  it('are settled by trust, in the order that is configured', async () => {
    await take('cmdb', snapshotOf(0, [{ name: 'old', address: '10.0.0.1' }]));
    await take('aws-prod', snapshotOf(0, [{ name: 'new', address: '10.0.0.1', since: 5 }]), 'aws');
    expect(await ownersOf('10.0.0.1')).toEqual(['old ..5', 'new 5..']);
    expect(await inventory.conflicts(10)).toEqual({
      total: 1,
      conflicts: [
        {
          address: '10.0.0.1',
          scope: '',
          since: '2026-01-05T05:00:00Z',
          until: null,
          winner: {
            workload: 'new',
            source: 'aws-prod',
            key: 'new',
            name: 'new',
          },
          loser: {
            workload: 'old',
            source: 'cmdb',
            key: 'old',
            name: 'old',
          },
        },
      ],
    });
    const clock = () => new Date(NOW);
    const byHand = createInventory({ store: opened.store, clock, trust: ['cmdb', 'aws'], networks: [] });
    expect((await byHand.conflicts(10)).conflicts).toMatchObject([{ winner: { name: 'old' }, loser: { name: 'new' } }]);
    expect(await ownersOf('10.0.0.1')).toEqual(['old ..']);
  });

  it('speak of one workload under one name, with or without its domain', async () => {
    await take('cmdb', snapshotOf(0, [{ name: 'web-1', address: '10.0.0.1', app: 'shop' }]));
    const instance = { key: 'i-1', name: 'WEB-1.prod.example.com', app: 'ignored' };
    await take(
      'aws',
      snapshotOf(0, [
        { ...instance, address: '10.0.0.1', scope: 'vpc' },
        { ...instance, address: '10.0.0.9', since: 1 },
      ]),
      'aws',
    );
    expect(await ownersOf('10.0.0.9')).toEqual(['web-1 1..']);
    const details = await inventory.workload('web-1', NOW / 1000);
    expect(details).toMatchObject({ keys: [{ key: 'i-1' }, { key: 'web-1' }], conflicts: [] });
    expect(details.labels).toEqual([{ label: 'app', value: 'ignored', source: 'aws' }]);
  });

  it('are not taken for one workload by a name alone, nor by a name in another domain', async () => {
    await take('cmdb', snapshotOf(0, [{ name: 'bastion', address: '10.0.0.1' }]));
    await take('aws-test', snapshotOf(0, [{ key: 'i-1', name: 'bastion', address: '10.0.0.2' }]), 'aws');
    expect(await ownersOf('10.0.0.2')).toEqual(['bastion (i-1) ..']);
    await take('a', snapshotOf(0, [{ name: 'ns.a.example', address: '10.0.0.3' }]));
    await take('b', snapshotOf(0, [{ name: 'ns.b.example', address: '10.0.0.3' }]));
    expect((await inventory.conflicts(10)).total).toBe(1);
  });

  it('give instances of one name ids that stay', async () => {
    const group = (...keys: string[]) => keys.map((key, at) => ({ key, name: 'web', address: `10.0.0.${at + 1}` }));
    await take('aws', snapshotOf(0, group('i-1', 'i-2')), 'aws');
    await take('aws', snapshotOf(1, group('i-1', 'i-2', 'i-3')), 'aws');
    const { workloads } = await inventory.workloads({ at: NOW / 1000, kind: 'managed', text: '', after: '', limit: 9 });
    expect(workloads.map(({ id }) => id)).toEqual(['web (i-1)', 'web (i-2)', 'web (i-3)']);
  });
});

/** Histories that have nothing to do with each other, so that one import takes a step in each. */
const APART = 6;
const said = fc
  .record({
    apart: fc.nat(APART - 1),
    name: fc.constantFrom('a', 'b', 'c'),
    host: fc.constantFrom(1, 2),
    app: fc.constantFrom(undefined, 'x', 'y'),
    since: fc.constantFrom(undefined, -30, -3, 2, 7),
    until: fc.constantFrom(undefined, undefined, -2, 8, 25),
  })
  .map(({ apart, name, host, ...rest }) => ({ ...rest, name: `${name}${apart}`, address: `10.0.${apart}.${host}` }));
const saids = fc.uniqueArray(said, {
  minLength: APART,
  maxLength: 4 * APART,
  selector: ({ name, address }) => `${name} ${address}`,
});
const histories = fc.array(saids, { minLength: 2, maxLength: 3 });

const state = (columns: string, table: string) => opened.store.query(`SELECT ${columns} FROM ${table} ORDER BY ALL`);

/** What most of a source ends with is no matter here. */
const takeAny = (source: string, snapshot: Snapshot, kind = 'csv') =>
  inventory.import({ source, kind, snapshot, mayEndMost: true });

describe('whatever is imported', () => {
  it('owners never overlap, and importing the same again changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.boolean(), async (history, complete) => {
        await opened.clear();
        for (const [index, each] of history.entries()) await takeAny('cmdb', snapshotOf(index * 5, each, complete));
        const claims = 'address, key, since, until, name, type, labels, withdrawn';
        const before = await state(claims, '(SELECT * FROM claims FINAL WHERE NOT withdrawn)');
        const last = snapshotOf((history.length - 1) * 5, history.at(-1) ?? [], complete);
        const { added, changed, ended } = await takeAny('cmdb', last);
        expect([added, changed, ended]).toEqual([0, 0, 0]);
        expect(await state(claims, '(SELECT * FROM claims FINAL WHERE NOT withdrawn)')).toEqual(before);
        const overlapping = `SELECT a.address FROM current_owners AS a INNER JOIN current_owners AS b
          ON a.address = b.address AND a.scope = b.scope WHERE a.since < b.since AND b.since < a.until OR a.since >= a.until`;
        expect(await opened.store.query(overlapping)).toEqual([]);
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });

  it('the order in which two sources are imported does not matter', async () => {
    const settled = async (imports: readonly (readonly [string, string, Snapshot])[]) => {
      await opened.clear();
      for (const [source, kind, snapshot] of imports) await takeAny(source, snapshot, kind);
      const members = `SELECT workload, arraySort(groupArray((source, key))) AS members FROM identities FINAL GROUP BY workload`;
      return state(
        'address, since, until, members',
        `(SELECT * FROM current_owners AS o INNER JOIN (${members}) AS m ON m.workload = o.workload)`,
      );
    };
    await fc.assert(
      fc.asyncProperty(histories, histories, async (first, second) => {
        const one = first.map((each, index) => ['cmdb', 'csv', snapshotOf(index * 5, each)] as const);
        const other = second.map((each, index) => ['aws', 'aws', snapshotOf(index * 5, each)] as const);
        expect(await settled([...other, ...one])).toEqual(await settled([...one, ...other]));
      }),
      { numRuns: 1, endOnFailure: true },
    );
  });
});
