import * as fc from 'fast-check';
import {
  hourOf,
  openTestStore,
  putHours,
  TEN,
  type TestStore,
} from '../../analytics/conversations/query/testing/conversations';
import type { Window } from '../../analytics/model/topology';
import { sumDays } from '../../analytics/conversations';
import { workloadOf } from '../propose/topology.fixture';
import { parseAddress, isV4 } from '../../ingest/kernel/ip';
import { arbitraryPolicy } from '../model/arbitrary-policy.fixture';
import { createFilter } from '../model/decide';
import { groupOf, of, policyOf, ruleOf, tcp } from '../model/policy.fixture';
import type { Policy } from '../model/policy';
import { groundOf } from './ground';
import { listUses, type UseFilter } from './list-uses';
import { replay } from './replay';
import { readRuleUses } from './rule-uses';

jest.setTimeout(60_000);

let test: TestStore;
const HOSTS = ['10.0.0.0', '10.0.0.1', '10.0.0.2', '10.0.1.1', '2001:db8::1', '2001:db8::2', '198.51.100.7'];
const NETWORKS = ['10.0.0.0/8', '2001:db8::/32'];
const GROUND = groundOf([workloadOf('a', ['10.0.0.1', '2001:db8::1']), workloadOf('b', ['10.0.0.2'])], NETWORKS);
const nameOf = (address: string) => address;
/** Days after the first: each test has some of its own. */
const dayOf = (day: number, days = 1) => {
  const from = TEN - (TEN % 86_400) + day * 86_400;
  return { from, to: from + days * 86_400 };
};
const replayed = (policy: Policy, window: Window) => replay(test.store, policy, { window, ground: GROUND, nameOf });

interface Spoken {
  readonly client: string;
  readonly server: string;
  readonly protocol: number;
  readonly port: number;
  readonly established: number;
}

beforeAll(async () => {
  test = await openTestStore('replay');
});
afterAll(() => test.close());

const put = (day: number, spoken: readonly Spoken[]) =>
  putHours(
    test.store,
    spoken.map(({ client, server, ...rest }) =>
      hourOf(24 * day, client, server, { ...rest, connections: rest.established }),
    ),
  );

describe('replay', () => {
  it('decides as the filter does, packet by packet', async () => {
    const spoken = HOSTS.flatMap((client, i) =>
      HOSTS.filter((server) => server !== client && isV4(parseAddress(server)) === isV4(parseAddress(client))).flatMap(
        (server, j) =>
          [443, 444, 33_000, 33_001].map((port, k) => ({
            client,
            server,
            protocol: k === 1 ? 17 : 6,
            port,
            established: 1 + i + 2 * j + 3 * k,
          })),
      ),
    );
    await put(0, spoken);
    await fc.assert(
      fc.asyncProperty(arbitraryPolicy(['allow', 'deny']), async (policy) => {
        const filter = createFilter(policy);
        const decided = spoken.map((use) => ({
          use,
          ...filter.decide({ src: parseAddress(use.client), dst: parseAddress(use.server), ...use }),
        }));
        const total = (action: string) =>
          decided.reduce((sum, each) => sum + (each.action === action ? each.use.established : 0), 0);
        const found = await replayed(policy, dayOf(0));
        expect([found.permitted.connections, found.denied.connections, found.notOurBusiness.connections]).toEqual(
          ['allow', 'deny', 'pass'].map(total),
        );
        expect(found.hits.map(({ rule, connections }) => [rule, connections])).toEqual(
          policy.sections.length === 0 ? [] : hitsOf(policy, decided),
        );
        expect(found.surface.open).toBe(openTo(policy, spoken));
        const denied = decided.filter(({ action }) => action === 'deny');
        expect(found.deniedExamples.map(({ connections }) => connections)).toEqual(
          denied.map(({ use }) => use.established).sort((a, b) => b - a),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('adds up hours and summed days alike', async () => {
    await putHours(
      test.store,
      [48, 51, 74].map((hour) => hourOf(hour, '10.0.0.1', '10.0.0.2', { connections: 4, established: 4 })),
    );
    const policy = policyOf([], [groupOf('a', 'a', ['10.0.0.2'])], ['a']);
    const before = await replayed(policy, dayOf(2, 2));
    expect(before.denied).toMatchObject({ tuples: 1, connections: 12 });
    await sumDays(test.store, dayOf(2, 2));
    expect(await replayed(policy, dayOf(2, 2))).toEqual(before);
  });

  it('sets aside what is no use, with the reason', async () => {
    await putHours(test.store, [
      hourOf(96, '10.0.0.1', '10.0.0.2', { port: 1, established: 0 }),
      hourOf(96, '10.0.0.1', '10.0.0.2', { port: 2, established: 0, denied: 1 }),
      hourOf(96, '10.0.0.1', '10.0.0.2', { port: 3, direction: 6 }),
      hourOf(96, '10.0.0.1', '10.0.0.2', { port: 4, alerts: ['exploit'] }),
      hourOf(96, '10.0.0.1', '224.0.0.251', { port: 5 }),
      hourOf(96, '10.0.9.9', '10.0.0.2', { port: 6 }),
      hourOf(96, '10.0.0.1', '10.0.0.2', { port: 7 }),
    ]);
    const policy = policyOf(
      [],
      [groupOf('a', 'a', ['10.0.0.2']), groupOf('probes', 'probes', ['10.0.9.9'], 'scanner')],
      ['a'],
    );
    const { setAside, legitimate } = await replayed(policy, dayOf(4));
    expect(Object.values(setAside).map(({ tuples }) => tuples)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(legitimate.tuples).toBe(1);
  });

  it('says in words what it would deny, and by whom it is covered', async () => {
    await put(5, [
      { client: '10.0.0.1', server: '10.0.0.2', protocol: 6, port: 5432, established: 3 },
      { client: '10.0.0.2', server: '10.0.0.1', protocol: 6, port: 443, established: 7 },
    ]);
    const policy = policyOf(
      [
        {
          id: 's',
          category: 'application',
          name: 's',
          rules: [ruleOf('r', [{ kind: 'any' }], [of('web')], [tcp(443)])],
        },
      ],
      [groupOf('web', 'web', ['10.0.0.1']), groupOf('db', 'db', ['10.0.0.2'])],
      ['web', 'db'],
    );
    const found = await replayed(policy, dayOf(5));
    expect(found.deniedExamples).toMatchObject([
      {
        words: '10.0.0.1 → 10.0.0.2 on postgres (5432/tcp)',
        why: 'no rule covers web → db on postgres (5432/tcp)',
        connections: 3,
      },
    ]);
    expect(found.pairs).toMatchObject([
      { client: 'web', server: 'db', denied: { connections: 3 } },
      { client: 'db', server: 'web', permitted: { connections: 7 } },
    ]);
    expect(found.uncovered.connections).toBe(3);
    const listed = (filter: UseFilter, offset = 0) =>
      listUses(test.store, policy, { window: dayOf(5), ground: GROUND, nameOf }, { ...filter, limit: 1, offset });
    const { hosts, rules } = await readRuleUses(test.store, policy, { window: dayOf(5), ground: GROUND, nameOf });
    expect(hosts).toEqual(['10.0.0.1', '10.0.0.2']);
    expect([...rules]).toEqual([
      ['r', { tuples: 1, connections: 7, seen: [{ client: '10.0.0.2', server: '10.0.0.1', protocol: 6, port: 443 }] }],
    ]);
    expect(await listed({})).toMatchObject({
      total: { tuples: 2, connections: 10 },
      uses: [{ connections: 7, action: 'allow', rule: 'r' }],
    });
    expect((await listed({}, 1)).uses).toMatchObject([{ connections: 3, action: 'deny' }]);
    expect((await listed({ rule: 'r' })).total.connections).toBe(7);
    expect((await listed({ client: 'web' })).total.connections).toBe(3);
    expect((await listed({ server: 'web', outcome: 'denied' })).uses).toEqual([]);
    expect((await listed({ outcome: 'uncovered' })).total.connections).toBe(3);
    expect(found.unused).toEqual([]);
  });

  it('answers for nothing at all', async () => {
    const found = await replayed(policyOf([], [], []), dayOf(90));
    expect(found.surface).toEqual({ possible: 0, open: 0, share: 0, exact: 0, exactShare: 0 });
    expect(found.denied.shareOfConnections).toBe(0);
  });
});

function hitsOf(policy: Policy, decided: readonly { use: Spoken; rule: string | null }[]): [string, number][] {
  const order = ['emergency', 'infrastructure', 'environment', 'application'].flatMap((category) =>
    policy.sections.filter((section) => section.category === category).flatMap(({ rules }) => rules),
  );
  return order.flatMap(({ id }): [string, number][] => {
    const own = decided.filter(({ rule }) => rule === id);
    return own.length === 0 ? [] : [[id, own.reduce((sum, { use }) => sum + use.established, 0)]];
  });
}

/** By the book: every managed address against every service of every server of the estate. */
function openTo(policy: Policy, spoken: readonly Spoken[]): number {
  const filter = createFilter(policy);
  const managed = ['10.0.0.1', '10.0.0.2', '2001:db8::1'].map(parseAddress);
  const served = new Map<string, Spoken[]>();
  for (const use of spoken.filter(({ server }) => !server.startsWith('198'))) {
    const key = `${use.server} ${use.protocol} ${Math.min(use.port, 32_768)}`;
    served.set(key, [...(served.get(key) ?? []), use]);
  }
  return [...served.values()].flatMap((uses) =>
    managed.filter((src) =>
      uses.some(({ server, protocol, port }) => {
        const dst = parseAddress(server);
        return dst !== src && isV4(dst) === isV4(src) && filter.decide({ src, dst, protocol, port }).action !== 'deny';
      }),
    ),
  ).length;
}
