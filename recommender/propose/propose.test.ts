import * as fc from 'fast-check';
import type { Dependency } from '../../analytics/model/dependency';
import type { Service } from '../../analytics/model/service';
import { serviceKey } from '../../analytics/services';
import { isV4, parseAddress } from '../../ingest/kernel/ip';
import { createFilter } from '../model/decide';
import { tcp, udp } from '../model/policy.fixture';
import type { Policy, RefusalCode } from '../model/policy';
import { propose } from './propose';
import { PUBLIC, TOPOLOGY, topologyGroup, topologyOf, use, workloadOf } from './topology.fixture';

const NOW = '2026-03-01T00:00:00.000Z';
const from = (dependencies: readonly Dependency[], scope?: readonly string[]): Policy =>
  propose({
    topology: TOPOLOGY,
    dependencies,
    name: 'test',
    now: NOW,
    ...(scope ? { scope: { kind: 'applications', applications: scope } } : {}),
  });
const wordsIn = ({ sections }: Policy) =>
  sections.flatMap(({ name, rules }) => rules.map(({ words }) => `${name}: ${words}`));
const rpc = (first: number, last: number): Service => ({
  kind: 'dynamic',
  protocol: 6,
  control: 135,
  observed: { first, last },
});

describe('propose', () => {
  it.each<[string, Dependency[], string[]]>([
    [
      'one rule for two tiers, its services together',
      [use('web-1', 'app-1', tcp(8443)), use('web-2', 'app-2', tcp(8443)), use('web-2', 'app-1', tcp(9443))],
      ['shop: web of shop may reach app of shop on 8443/tcp and 9443/tcp'],
    ],
    [
      'a tier talking to itself',
      [use('app-1', 'app-2', tcp(7800))],
      ['shop: app of shop may reach app of shop on jgroups (7800/tcp)'],
    ],
    [
      'a rule with the application whose door it opens',
      [use('etl-1', 'db-1', tcp(5432))],
      ['shop: etl of lake may reach db of shop on postgres (5432/tcp)'],
    ],
    [
      'a dynamic service once, over the range its ports are drawn from',
      [use('web-1', 'app-1', rpc(49664, 49670)), use('web-2', 'app-1', rpc(49668, 49701))],
      ['shop: web of shop may reach app of shop on ms-rpc dynamic (135/tcp, handing out 49152 to 65535)'],
    ],
    [
      'few users of a shared service by name',
      [use('web-1', 'dns-1', udp(53))],
      ['Shared services: web of shop may reach dns on dns (53/udp)'],
    ],
    [
      'a shared service for everyone once most use it, naming the rest',
      [
        use('web-1', 'dns-1', udp(53)),
        use('app-1', 'dns-1', udp(53)),
        use('db-1', 'dns-1', udp(53)),
        use('web-1', 'dns-1', tcp(53)),
      ],
      [
        'Shared services: every managed workload may reach dns on dns (53/udp) (not seen from dns and etl of lake)',
        'Shared services: web of shop may reach dns on dns (53/tcp)',
      ],
    ],
    [
      'a partner network as its prefix',
      [use('203.0.113.0/24', 'web-1', tcp(443))],
      ['shop: 203.0.113.0/24 may reach web of shop on https (443/tcp)'],
    ],
    [
      'the Internet as such',
      ['203.0.113.0/24', '198.51.100.0/24', '80.1.2.0/24', '81.1.2.0/24'].map((client) =>
        use(client, 'web-1', tcp(443), { hours: 1 }),
      ),
      ['shop: the Internet may reach web of shop on https (443/tcp)'],
    ],
    [
      'what leaves the estate, with who leaves',
      [use('app-1', '192.0.2.0/24', tcp(443))],
      ['shop: app of shop may reach 192.0.2.0/24 on https (443/tcp)'],
    ],
    [
      'a stranger by address',
      [use('10.0.7.7', 'web-1', tcp(22))],
      ['shop: 10.0.7.7 may reach web of shop on ssh (22/tcp)'],
    ],
    [
      'strangers as a group when half of it was seen',
      [use('10.0.7.7', 'web-1', tcp(22)), use('10.0.7.8', 'web-1', tcp(22))],
      ['shop: strangers may reach web of shop on ssh (22/tcp)'],
    ],
  ])('proposes %s', (_, dependencies, words) => {
    expect(wordsIn(from(dependencies))).toEqual(words);
  });

  it.each<[RefusalCode, Dependency]>([
    ['unanswered', use('web-1', 'app-1', tcp(8443), { established: 0 })],
    ['denied', use('web-1', 'app-1', tcp(8443), { established: 0, denied: 4 })],
    ['scanner', use('probe', 'app-1', tcp(8443))],
    ['ambiguous-direction', use('web-1', 'app-1', tcp(8443), { direction: 6 })],
    ['external-client', use('203.0.113.0/24', 'web-1', tcp(22), { hours: 1 })],
    ['not-managed', use('10.0.7.7', '203.0.113.0/24', tcp(443))],
    ['not-managed', use('web-1', 'born-later', tcp(443))],
  ])('refuses %s', (code, dependency) => {
    const { sections, refusals } = from([dependency]);
    expect(sections).toEqual([]);
    expect(refusals).toEqual([
      expect.objectContaining({
        code,
        dependencies: 1,
        connections: 100,
        examples: [expect.stringContaining('100 connections')],
      }),
    ]);
  });

  it('refuses multicast', () => {
    const topology = topologyOf(
      [...TOPOLOGY.workloads, workloadOf('all-hosts', ['224.0.0.1'], 'unknown')],
      TOPOLOGY.groups,
    );
    const { refusals } = propose({
      topology,
      dependencies: [use('web-1', 'all-hosts', udp(5353))],
      name: 'test',
      now: NOW,
    });
    expect(refusals.map(({ code }) => code)).toEqual(['multicast']);
  });

  it('says why there is nothing', () => {
    expect(from([]).refusals).toEqual([
      expect.objectContaining({ code: 'nothing-seen', reason: expect.stringContaining('no traffic') }),
    ]);
    const empty = propose({ topology: topologyOf([], []), dependencies: [], name: 'test', now: NOW });
    expect(empty.refusals).toEqual([
      expect.objectContaining({ code: 'nothing-seen', reason: expect.stringContaining('nothing to protect') }),
    ]);
  });

  it('keeps the evidence', () => {
    const [rule] = from([
      use('web-1', 'app-1', tcp(8443), {
        connections: 1204,
        established: 1204,
        reporters: ['10.255.0.2'],
        direction: 3,
      }),
      use('web-2', 'app-1', tcp(8443), { connections: 6, established: 6, hours: 2, firstSeen: 5, lastSeen: 9 }),
    ]).sections.flatMap(({ rules }) => rules);
    expect(rule?.evidence).toEqual({
      dependencies: 2,
      conversations: 2,
      connections: 1210,
      packets: 2000,
      bytes: 200_000,
      hours: 9,
      firstSeen: 5,
      lastSeen: 1_760_086_740,
      direction: 1,
      reporters: ['10.255.0.1', '10.255.0.2'],
      examples: ['web-1 → app-1 on 8443/tcp, 1,204 connections', 'web-2 → app-1 on 8443/tcp, 6 connections'],
      filter: 'client in (10.0.1.1-10.0.1.2) and server 10.0.2.1 and protocol 6 and port 8443',
    });
    expect(rule?.surface).toEqual({ opened: 4, unused: 2 });
    expect(rule?.confidence).toBe(0.9);
  });

  it('closes only what a scope asks for, and leaves out what is not its business', () => {
    const policy = from(
      [use('etl-1', 'db-1', tcp(5432)), use('etl-1', 'dns-1', udp(53)), use('web-1', 'dns-1', udp(53))],
      ['lake'],
    );
    expect(policy.appliedTo).toEqual(['lake-etl']);
    expect(wordsIn(policy)).toEqual([
      'Shared services: etl of lake may reach dns on dns (53/udp)',
      'shop: etl of lake may reach db of shop on postgres (5432/tcp)',
    ]);
    expect(policy.refusals).toEqual([]);
    expect(() => from([], ['no such'])).toThrow(expect.objectContaining({ code: 'unknown-application' }));
  });

  it('closes only the managed part of a mixed shared service', () => {
    const resolvers = topologyGroup('resolvers', 'shared-service', ['dns-1', '203.0.113.0/24']);
    const topology = topologyOf(TOPOLOGY.workloads, [...TOPOLOGY.groups.filter(({ id }) => id !== 'dns'), resolvers]);
    const policy = propose({
      topology,
      dependencies: [use('web-1', '203.0.113.0/24', udp(53))],
      name: 'test',
      now: NOW,
    });
    expect(policy.appliedTo).toContain('resolvers:managed');
    expect(policy.groups.find(({ id }) => id === 'resolvers:managed')?.addresses).toEqual(['10.0.9.1']);
    expect(wordsIn(policy)).toEqual(['Shared services: web of shop may reach resolvers on dns (53/udp)']);
  });

  it('lets a workload in two groups act for the one that the service is typical of', () => {
    const groups = [...TOPOLOGY.groups, topologyGroup('monitoring', 'shared-service', ['app-1'])];
    const policy = propose({
      topology: topologyOf(TOPOLOGY.workloads, groups),
      dependencies: [
        use('web-1', 'app-1', tcp(8443)),
        use('web-1', 'app-2', tcp(8443)),
        use('web-1', 'app-1', tcp(3000)),
      ],
      name: 'test',
      now: NOW,
    });
    expect(wordsIn(policy)).toEqual([
      'Shared services: web of shop may reach monitoring on 3000/tcp',
      'shop: web of shop may reach app of shop on 8443/tcp',
    ]);
  });

  it('takes partners in private address space for their networks, beside the Internet', () => {
    const partners = ['172.31.1.0/24', '172.31.2.0/24'].map((id) =>
      workloadOf(id, [id.replace('0/24', '9')], 'external'),
    );
    const outside = topologyGroup('outside', 'external', [...PUBLIC, ...partners.map(({ id }) => id)]);
    const topology = topologyOf(
      [...TOPOLOGY.workloads, ...partners],
      [...TOPOLOGY.groups.filter(({ id }) => id !== 'outside'), outside],
    );
    const clients = [...PUBLIC, ...partners.map(({ id }) => id)];
    const dependencies = clients.map((client) => use(client, 'web-1', tcp(443)));
    expect(wordsIn(propose({ topology, dependencies, name: 'test', now: NOW }))).toEqual([
      'shop: 172.31.1.0/24 and 172.31.2.0/24 may reach web of shop on https (443/tcp)',
      'shop: the Internet may reach web of shop on https (443/tcp)',
    ]);
  });

  it('keeps the Internet out of the estate’s own public networks', () => {
    const workloads = [...TOPOLOGY.workloads, workloadOf('edge', ['20.5.5.5'])];
    const groups = [...TOPOLOGY.groups, topologyGroup('shop-edge', 'tier', ['edge'], 'shop')];
    const dependencies = ['203.0.113.0/24', '192.0.2.0/24', '80.1.2.0/24', '81.1.2.0/24'].map((client) =>
      use(client, 'web-1', tcp(443)),
    );
    const filter = createFilter(
      propose({ topology: topologyOf(workloads, groups), dependencies, name: 'test', now: NOW }),
    );
    const decide = (src: string) =>
      filter.decide({ src: parseAddress(src), dst: parseAddress('10.0.1.1'), protocol: 6, port: 443 }).action;
    expect([decide('8.8.8.8'), decide('20.5.5.77'), decide('20.5.6.1'), decide('10.0.2.1')]).toEqual([
      'allow',
      'deny',
      'allow',
      'deny',
    ]);
  });
});

describe('any traffic', () => {
  const ids = TOPOLOGY.workloads.map(({ id }) => id);
  const service = fc.constantFrom<Service>(tcp(22), tcp(443), udp(53), rpc(49664, 49670), rpc(50000, 50009), {
    kind: 'icmp',
    protocol: 1,
    type: 8,
    code: 0,
  });
  const dependency = fc
    .record({
      client: fc.constantFrom(...ids),
      server: fc.constantFrom(...ids),
      service,
      established: fc.constantFrom(0, 100),
      hours: fc.constantFrom(1, 9),
      direction: fc.constantFrom(1 as const, 5 as const, 6 as const),
    })
    .filter(({ client, server }) => client !== server)
    .map(({ client, server, service, ...more }) => use(client, server, service, more));
  const traffic = fc.uniqueArray(dependency, {
    maxLength: 25,
    selector: ({ client, server, service }) => [client, server, serviceKey(service)].join(),
  });
  const addresses = new Map(TOPOLOGY.workloads.map(({ id, addresses }) => [id, addresses.map(parseAddress)]));
  const isAllowed = (
    policy: Policy,
    client: string,
    server: string,
    protocol: number,
    ports: readonly number[],
  ): boolean => {
    const filter = createFilter(policy);
    const pairs = (addresses.get(client) ?? []).flatMap((src) =>
      (addresses.get(server) ?? []).filter((dst) => isV4(dst) === isV4(src)).map((dst) => ({ src, dst })),
    );
    return pairs.some((pair) => ports.some((port) => filter.decide({ ...pair, protocol, port }).action === 'allow'));
  };
  const together = (a: string, b: string) =>
    a === b ||
    TOPOLOGY.groups.some(
      ({ kind, members }) =>
        kind !== 'application' && [a, b].every((id) => members.some(({ workload }) => workload === id)),
    );

  it('gets a policy that allows it, or a refusal', () => {
    fc.assert(
      fc.property(traffic, (dependencies) => {
        const policy = from(dependencies);
        const allowed = dependencies.filter(({ client, server, service, ports }) =>
          isAllowed(policy, client, server, service.protocol, ports),
        );
        const refused = policy.refusals.reduce((sum, refusal) => sum + refusal.dependencies, 0);
        const approved = policy.sections
          .flatMap(({ rules }) => rules)
          .reduce((sum, { evidence }) => sum + evidence.dependencies, 0);
        expect(approved).toBe(dependencies.length - refused);
        expect(allowed.length).toBeGreaterThanOrEqual(approved);
      }),
      { numRuns: 150, seed: 5 },
    );
  });

  it('gets rules that open to a workload only what its group was seen doing, or what they say is for everyone', () => {
    fc.assert(
      fc.property(
        traffic,
        fc.constantFrom(...ids),
        fc.constantFrom(...ids),
        service,
        (dependencies, client, server, service) => {
          const policy = from(dependencies);
          fc.pre(client !== server && wordsIn(policy).every((words) => !words.includes('every managed workload')));
          const ports = use(client, server, service).ports;
          if (!isAllowed(policy, client, server, service.protocol, ports)) return;
          const seen = dependencies.some(
            (each) =>
              each.service.protocol === service.protocol &&
              together(each.client, client) &&
              together(each.server, server),
          );
          expect(seen).toBe(true);
        },
      ),
      { numRuns: 400, seed: 8 },
    );
  });

  it('gets rules that admit exactly what they say they open', () => {
    fc.assert(
      fc.property(traffic, (dependencies) => {
        for (const { surface, evidence } of from(dependencies).sections.flatMap(({ rules }) => rules)) {
          expect(surface.opened - surface.unused).toBe(evidence.dependencies);
          expect(surface.unused).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 150, seed: 6 },
    );
  });

  it('gets the same bytes in whatever order it comes', () => {
    const shuffled = traffic.chain((dependencies) =>
      fc.tuple(fc.constant(dependencies), fc.shuffledSubarray(dependencies, { minLength: dependencies.length })),
    );
    fc.assert(
      fc.property(shuffled, ([dependencies, otherwise]) =>
        expect(JSON.stringify(from(otherwise))).toBe(JSON.stringify(from(dependencies))),
      ),
      { numRuns: 150, seed: 7 },
    );
  });
});
