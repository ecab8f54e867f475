import {
  hourOf,
  openTestStore,
  putHours,
  TEN,
  type TestStore,
} from '../../analytics/conversations/query/testing/conversations';
import { groupOf, of, policyOf, ruleOf, tcp } from '../model/policy.fixture';
import type { Policy } from '../model/policy';
import { workloadOf } from '../propose/topology.fixture';
import { groundOf } from '../replay';
import { mapCompliance } from './compliance';
import { listCompliance, type PageQuery } from './list';

jest.setTimeout(60_000);

const WINDOW = { from: TEN, to: TEN + 3600 };
const NETWORKS = ['10.0.0.0/8'];
const GROUND = groundOf(
  ['10.0.1.1', '10.0.2.1', '10.0.3.1', '10.0.5.1', '10.0.5.2'].map((address) => workloadOf(address, [address])),
  NETWORKS,
);
const POLICY: Policy = {
  ...policyOf(
    [
      {
        id: 'application:shop',
        category: 'application',
        name: 'Shop',
        rules: [
          ruleOf('r-web-app', [of('web')], [of('app')], [tcp(8443)]),
          ruleOf('r-out', [of('open')], [of('app')], [tcp(9000)]),
        ],
      },
    ],
    [
      groupOf('app', 'app of shop', ['10.0.2.1']),
      groupOf('db', 'db of shop', ['10.0.3.1']),
      { ...groupOf('open', 'open', ['10.0.5.1', '10.0.5.2']), application: null },
      groupOf('web', 'web of shop', ['10.0.1.1']),
    ],
    ['app', 'db', 'web'],
  ),
};

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore('compliance');
  await putHours(test.store, [
    hourOf(0, '10.0.1.1', '10.0.2.1', { port: 8443, connections: 10, established: 10 }),
    // No firewall said anything of this one, and one let that one through.
    hourOf(0, '10.0.1.1', '10.0.3.1', { port: 5432, connections: 4, established: 4 }),
    hourOf(0, '10.0.1.1', '10.0.3.1', { port: 22, connections: 3, established: 3, rules: ['acl-7'] }),
    hourOf(0, '10.0.5.1', '10.0.2.1', { port: 9000, connections: 2, established: 0, denied: 2 }),
    hourOf(0, '10.0.5.1', '10.0.5.2', { port: 80 }),
    hourOf(0, '10.0.5.1', '203.0.113.9', { port: 443 }),
    hourOf(0, '10.0.5.1', '10.0.77.7', { port: 81 }),
    hourOf(0, '10.0.5.1', '10.0.3.1', { port: 23, established: 0 }),
    hourOf(0, '10.0.5.1', '224.0.0.251', { port: 5353, protocol: 17 }),
  ]);
});
afterAll(() => test.close());

const page = (query: Partial<PageQuery>) =>
  listCompliance(test.store, POLICY, { window: WINDOW, ground: GROUND }, { limit: 100, ...query });

describe('the compliance map', () => {
  it('tells what is allowed, denied, unprotected and unknown', async () => {
    const map = await mapCompliance(test.store, POLICY, { window: WINDOW, ground: GROUND });
    const tuples = (volumes: Readonly<Record<string, { tuples: number }>>) =>
      Object.fromEntries(Object.entries(volumes).map(([name, volume]) => [name, volume.tuples]));
    expect(tuples(map.stances)).toEqual({ allowed: 2, denied: 3, unprotected: 2, unknown: 1 });
    expect(tuples(map.outcomes)).toEqual({ passed: 1, seen: 5, blocked: 1, unanswered: 1 });
    expect(tuples(map.differences)).toEqual({
      'allowed-but-policy-denies': 1,
      'potentially-blocked': 1,
      'denied-though-policy-allows': 1,
    });
    expect(tuples(map.tries)).toEqual({ allowed: 1, denied: 1, unprotected: 0, unknown: 0 });
    expect(map.words).toMatch(
      /^of 8 conversations .*rules allow 2 \(1 of them tried in vain\), the policy denies 3 .*, unprotected are 2, and/,
    );
  });

  it('says of a policy that only alerts what it would deny', async () => {
    const staged: Policy = {
      ...POLICY,
      closures: POLICY.appliedTo.map((group) => ({ group, inbound: 'alert', outbound: 'alert' })),
    };
    const map = await mapCompliance(test.store, staged, { window: WINDOW, ground: GROUND, onceEnforced: POLICY });
    expect(map.stances.denied.tuples).toBe(0);
    expect(map.onceEnforced).toMatchObject({ denied: { tuples: 3 }, answered: { tuples: 2 } });
    expect(map.words).toMatch(
      /unprotected are 5 \(1 of them tried in vain\).*; .* it would deny 3, of which 2 are answered/,
    );
  });

  it('puts the edges of most concern first, with services, rules and closed ends', async () => {
    const { edges } = await mapCompliance(test.store, POLICY, { window: WINDOW, ground: GROUND });
    expect(edges.map(({ client, server }) => [client.name, server.name])).toEqual([
      ['web of shop', 'db of shop'],
      ['open', 'app of shop'],
      ['open', 'db of shop'],
      ['web of shop', 'app of shop'],
      ['open', 'hosts that nobody knows'],
      ['open', 'open'],
      ['open', 'outside'],
    ]);
    expect(edges[0]?.services).toEqual([
      { words: 'postgres (5432/tcp)', stance: 'denied', connections: 4 },
      { words: 'ssh (22/tcp)', stance: 'denied', connections: 3 },
    ]);
    expect(edges[1]).toMatchObject({
      rules: [{ rule: 'r-out', connections: 2 }],
      ends: { server: { tuples: 1 }, both: { tuples: 0 } },
    });
    expect(edges[3]).toMatchObject({ rules: [{ rule: 'r-web-app', connections: 10 }], ends: { both: { tuples: 1 } } });
  });

  it('says how far rules cover an application', async () => {
    const { applications } = await mapCompliance(test.store, POLICY, { window: WINDOW, ground: GROUND });
    expect(applications).toEqual([
      {
        application: 'shop',
        name: 'Shop',
        connections: 17,
        covered: 10,
        share: 10 / 17,
        denied: 7,
        unprotected: 0,
        unknown: 0,
      },
    ]);
  });

  it('knows nothing without a policy', async () => {
    const map = await mapCompliance(test.store, undefined, { window: WINDOW, ground: GROUND });
    expect([map.policy, map.stances.unknown.tuples, map.stances.unprotected.tuples]).toEqual([null, 8, 0]);
    expect(map.words).toContain('there is no policy');
  });

  it('lists the conversations behind a figure, page by page', async () => {
    const first = await page({ stance: 'denied', limit: 2 });
    const second = await page({ stance: 'denied', limit: 2, after: first.next ?? '' });
    expect([first, second].map(({ conversations }) => conversations.map(({ port }) => port))).toEqual([
      [5432, 22],
      [23],
    ]);
    expect(second.next).toBeNull();
    expect(first.conversations[0]).toMatchObject({
      conversation: '10.0.1.1 -> 10.0.3.1:5432/tcp',
      service: 'postgres',
      outcome: 'seen',
      difference: 'potentially-blocked',
      rule: null,
    });
  });

  it.each([
    [{ difference: 'denied-though-policy-allows' }, [9000]],
    [{ difference: 'allowed-but-policy-denies' }, [22]],
    [{ client: 'web' }, [8443, 5432, 22]],
    [{ server: null, stance: 'unprotected' }, [443]],
    [{ stance: 'unknown' }, [81]],
  ] as const)('narrows to %j', async (query, ports) => {
    expect((await page(query)).conversations.map(({ port }) => port)).toEqual(ports);
  });

  it('refuses a page that none before named', async () => {
    await expect(page({ after: "1,a' OR 1" })).rejects.toMatchObject({ code: 'bad-page' });
  });
});
