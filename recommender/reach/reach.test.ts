import type { Service } from '../../analytics/model/service';
import type { Topology } from '../../analytics/model/topology';
import type { Workload } from '../../analytics/model/workload';
import type { Policy } from '../model/policy';
import { groupOf, of, policyOf, ruleOf, tcp, udp } from '../model/policy.fixture';
import { topologyGroup, topologyOf, use, workloadOf } from '../propose/topology.fixture';
import { rangesOf } from '../model/service-range';
import { administrationOf } from './administration';
import { suggestJewels } from './jewels';
import { measureReach } from './reach';

const TIERS = {
  web: ['10.0.1.1', '10.0.1.2'],
  app: ['10.0.2.1', '10.0.2.2'],
  db: ['10.0.3.1'],
  desk: ['10.0.4.1', '10.0.4.2', '10.0.4.3'],
  dc: ['10.0.5.1'],
} as const;
const rpc: Service = { kind: 'dynamic', protocol: 6, control: 135, observed: { first: 49_664, last: 49_701 } };
const SERVED: readonly (readonly [keyof typeof TIERS, readonly Service[]])[] = [
  ['web', [tcp(443)]],
  ['app', [tcp(8443)]],
  ['db', [tcp(5432), tcp(22)]],
  ['desk', [tcp(445), tcp(3389)]],
  ['dc', [udp(389), tcp(445), rpc]],
];
const tierOf = new Map<string, string>(
  Object.entries(TIERS).flatMap(([tier, addresses]) => addresses.map((id) => [id, tier] as const)),
);
const workloads: Workload[] = [...tierOf.keys()].map((id) => workloadOf(id, [id]));
const served = SERVED.flatMap(([tier, services]) =>
  TIERS[tier].flatMap((server) =>
    services.map((service) => ({ server, service, ports: rangesOf(service).map(({ last }) => last) })),
  ),
);
const GROUNDS = { workloads, served, groupOf: (id: string) => tierOf.get(id) };
const policy = (...rules: Policy['sections'][number]['rules']) =>
  policyOf(
    [{ id: 's', category: 'application', name: 'shop', rules }],
    Object.entries(TIERS).map(([id, addresses]) => groupOf(id, id, addresses)),
    Object.keys(TIERS),
  );
const CHAIN = policy(
  ruleOf('r-1', [of('desk')], [of('web')], [tcp(443)]),
  ruleOf('r-2', [of('web')], [of('app')], [tcp(8443)]),
  ruleOf('r-3', [of('app')], [of('db')], [tcp(5432)]),
  ruleOf('r-4', [of('desk')], [of('dc')], [udp(389), tcp(445), rpc]),
);
const jewel = (id: 'db' | 'dc') => ({ id, name: id, workloads: TIERS[id], reason: 'it is' });

describe('measureReach', () => {
  it('counts by hops what an intruder gets to, before and after', () => {
    const { any, administration } = measureReach(CHAIN, GROUNDS, []);
    expect(any.before).toEqual({ starts: 9, hops: [8], most: 8 });
    // From desks 2 webs and the controller, then 2 apps, then the database; from webs 2 and 1; from apps 1.
    expect(any.after).toEqual({
      starts: 9,
      hops: [3 * 3 + 2 * 2 + 2, 3 * 5 + 2 * 3 + 2, 3 * 6 + 2 * 3 + 2].map((n) => n / 9),
      most: 6,
    });
    expect(administration.before.most).toBe(5);
    expect(administration.after).toEqual({ starts: 9, hops: [3 / 9], most: 1 });
  });

  it('tells the ways to a crown jewel that are left, and the rule of each hop', () => {
    const [db] = measureReach(CHAIN, GROUNDS, [jewel('db')]).jewels;
    expect(db).toMatchObject({ workloads: 1, before: 8, after: 7, administration: { before: 8, after: 0 } });
    expect(db?.path).toBe('app → db on postgres (5432/tcp)');
    expect(db?.paths.map((path) => path.map(({ to, rule }) => `${rule} ${to}`))).toEqual([
      ['r-3 db'],
      ['r-2 app', 'r-3 db'],
      ['r-1 web', 'r-2 app', 'r-3 db'],
    ]);
    expect(db?.paths[0]?.[0]).toMatchObject({ words: 'r-3 in words', administration: null });
  });

  it('begins where it is told to', () => {
    const [db, dc] = measureReach(CHAIN, GROUNDS, [jewel('db'), jewel('dc')], new Set(['10.0.1.1'])).jewels;
    expect(db?.paths.map((path) => path.length)).toEqual([2]);
    expect(dc).toMatchObject({ before: 1, after: 0, path: null, paths: [] });
  });

  it('leaves open what no rule closes, and says so', () => {
    const open = { ...CHAIN, appliedTo: [] };
    const [db] = measureReach(open, GROUNDS, [jewel('db')]).jewels;
    expect(db).toMatchObject({ before: 8, after: 8 });
    expect(db?.paths.at(0)?.[0]).toMatchObject({ rule: null, words: 'no rule is about it' });
  });

  it('says it in words', () => {
    expect(measureReach(CHAIN, GROUNDS, []).words).toEqual([
      'by whatever is served, an intruder on one of 9 workloads reaches 1.7 others in one hop and 2.9 in any number, on average; without a policy 8; at worst 6',
      'by administration protocols, an intruder on one of 9 workloads reaches 0.3 others in one hop and 0.3 in any number, on average; without a policy 4.4; at worst 1',
    ]);
  });

  it('does not ask host by host', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => `10.${1 + (at >> 14)}.${(at >> 8) & 63}.${at & 255}`);
    const tier = (id: string) => `t${Number(id.split('.')[2])}`;
    const groups = new Map<string, string[]>();
    for (const id of many) groups.set(tier(id), [...(groups.get(tier(id)) ?? []), id]);
    const names = [...groups.keys()];
    const large = policyOf(
      [
        {
          id: 's',
          category: 'application',
          name: 's',
          rules: names.slice(1).map((name, at) => ruleOf(`r-${at}`, [of(names[at] ?? '')], [of(name)], [tcp(22)])),
        },
      ],
      [...groups].map(([id, addresses]) => groupOf(id, id, addresses)),
      names,
    );
    const { any } = measureReach(
      large,
      {
        workloads: many.map((id) => workloadOf(id, [id])),
        served: many.map((server) => ({ server, service: tcp(22), ports: [22] })),
        groupOf: tier,
      },
      [],
    );
    expect(any.after.starts).toBe(10_000);
    expect(any.after.hops).toHaveLength(names.length - 1);
  });
});

describe('suggestJewels', () => {
  const named = (topology: Topology, uses: Parameters<typeof suggestJewels>[1]) =>
    suggestJewels(topology, uses).map(({ name, reason }) => `${name} ${reason}`);

  it('takes what most of a group serves', () => {
    const topology = topologyOf(workloads, [
      topologyGroup('shop-db', 'tier', TIERS.db, 'shop'),
      topologyGroup('shop-web', 'tier', TIERS.web, 'shop'),
      topologyGroup('directory', 'shared-service', TIERS.dc),
    ]);
    expect(
      named(
        topology,
        served.map((use) => ({ ...use, client: '10.0.4.1' })),
      ),
    ).toEqual([
      'db of shop keeps data: 1 of 1 serve postgres',
      'directory answers for who everybody is: 1 of 1 serve ldap',
    ]);
  });

  it.each([
    ['whose server calls on agents', tcp(1556), false],
    ['whose clients call on it', tcp(9392), true],
  ])('takes the server of a backup %s, not its clients', (_, service, called) => {
    const topology = topologyOf(workloads, [
      topologyGroup('shop-web', 'tier', TIERS.web, 'shop'),
      topologyGroup('shop-desk', 'tier', TIERS.desk, 'shop'),
      topologyGroup('backup', 'shared-service', TIERS.dc),
    ]);
    const uses = [...TIERS.web, ...TIERS.desk].map((agent) =>
      called ? use(agent, TIERS.dc[0], service) : use(TIERS.dc[0], agent, service),
    );
    expect(named(topology, uses)).toEqual(['backup keeps a copy of what others have: backup traffic with 5 workloads']);
  });
});

it.each<[Service, string | undefined]>([
  [tcp(22), 'ssh'],
  [tcp(5986), 'winrm'],
  [udp(22), undefined],
  [rpc, 'rpc'],
  [{ ...rpc, control: null }, undefined],
  [{ kind: 'protocol', protocol: 6 }, undefined],
])('administration %#', (service, name) => {
  expect(administrationOf(service)).toBe(name);
});
