import * as fc from 'fast-check';
import { seededRng } from '../../analytics/graph/random';
import type { Service } from '../../analytics/model/service';
import type { Workload } from '../../analytics/model/workload';
import { parseAddress } from '../../ingest/kernel/ip';
import { compare } from '../export/compare';
import { arbitraryPolicy } from '../model/arbitrary-policy.fixture';
import { createFilter, rulesInOrder } from '../model/decide';
import type { Policy, Rule } from '../model/policy';
import { groupOf, of, policyOf, ruleOf, SHOP, tcp } from '../model/policy.fixture';
import { rangesOf } from '../model/service-range';
import { consolidate, stepsWithin } from './consolidate';
import { mergePath, type MergeStep } from './merge-path';
import type { Seen } from './seen';

const workload = (address: string, kind: Workload['kind'] = 'managed'): Workload => ({
  id: address,
  name: address,
  kind,
  addresses: [address],
  labels: {},
});
const serving = (server: string, ...services: Service[]) =>
  services.map((service) => ({ server, service, ports: rangesOf(service).map(({ first }) => first) }));

const ADDRESSES = ['10.0.0.0', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.1.1'];
const KNOWN: Seen = {
  workloads: [...ADDRESSES.map((address) => workload(address)), workload('198.51.100.7', 'external')],
  served: ADDRESSES.flatMap((address, at) => serving(address, tcp(443), ...(at % 2 ? [tcp(53)] : [tcp(8443), tcp(0)]))),
};

/** The policy with rules of its own for what the steps say they opened. */
function withExtra(policy: Policy, steps: readonly MergeStep[]): Policy {
  const sections = policy.sections.map((section) => ({
    ...section,
    rules: [
      ...section.rules,
      ...steps
        .filter((step) => step.section === section.id)
        .flatMap(({ extra }) => extra)
        .map(({ sources, destinations, services }, at) => ruleOf(`x-${at}`, sources, destinations, services)),
    ],
  }));
  return { ...policy, sections };
}

function differences(a: Policy, b: Policy) {
  return [...compare(createFilter(a), [{ name: 'other', sees: () => true, filter: createFilter(b) }])];
}

/** By asking for every pair of known workloads and every service. */
function countOpen(policy: Policy, { workloads, served }: Seen): number {
  const filter = createFilter({ ...policy, appliedTo: policy.groups.map(({ id }) => id) });
  const inside = workloads.filter(({ kind }) => kind !== 'external');
  return served
    .filter(({ server }) => inside.some(({ id }) => id === server))
    .reduce(
      (sum, { server, service, ports }) =>
        sum +
        inside.filter(
          ({ id }) =>
            id !== server &&
            ports.some((port) => {
              const packet = { src: parseAddress(id), dst: parseAddress(server), protocol: service.protocol, port };
              return filter.decide(packet).action === 'allow';
            }),
        ).length,
      0,
    );
}

const totals = (rules: readonly Rule[]) => ({
  connections: rules.reduce((sum, { evidence }) => sum + evidence.connections, 0),
  dependencies: rules.reduce((sum, { evidence }) => sum + evidence.dependencies, 0),
  ids: rules.flatMap(({ id, extra }) => extra?.merged ?? [id]).sort(),
});

describe('mergePath', () => {
  it('admits exactly what the rules did and what it names, at every step', () => {
    fc.assert(
      fc.property(arbitraryPolicy(['allow', 'allow', 'allow', 'deny']), (policy) => {
        const path = mergePath(policy, KNOWN);
        for (let count = 0; count <= path.steps.length; count++) {
          const after = path.after(count);
          expect(differences(withExtra(policy, path.steps.slice(0, count)), after)).toEqual([]);
          expect(rulesInOrder(after)).toHaveLength(path.rules - count);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('loses no rule and no evidence, and counts what is open as asking for every pair does', () => {
    fc.assert(
      fc.property(arbitraryPolicy(['allow']), (policy) => {
        const path = mergePath(policy, KNOWN);
        const before = totals(rulesInOrder(policy));
        expect(path.open).toBe(countOpen(policy, KNOWN));
        path.steps.forEach(({ open }, at) => {
          const after = path.after(at + 1);
          expect({ ...before, ids: [...new Set(before.ids)] }).toEqual({
            ...totals(rulesInOrder(after)),
            ids: [...new Set(totals(rulesInOrder(after)).ids)],
          });
          expect(open).toBe(countOpen(after, KNOWN));
        });
      }),
      { numRuns: 200 },
    );
  });

  it('does the same whatever order rules, groups and what was seen come in', () => {
    fc.assert(
      fc.property(arbitraryPolicy(['allow']), fc.integer({ min: 1 }), (policy, seed) => {
        const rng = seededRng(seed);
        const shuffled = <Item>(items: readonly Item[]): Item[] =>
          items
            .map((item) => ({ item, key: rng() }))
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item);
        const other = {
          ...policy,
          groups: shuffled(policy.groups),
          sections: policy.sections.map((section) => ({ ...section, rules: shuffled(section.rules) })),
        };
        const [path, again] = [
          mergePath(policy, KNOWN),
          mergePath(other, { workloads: shuffled(KNOWN.workloads), served: shuffled(KNOWN.served) }),
        ];
        expect(again.steps).toEqual(path.steps);
        const sorted = (found: Policy) => rulesInOrder(found).sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(sorted(again.after(again.steps.length))).toEqual(sorted(path.after(path.steps.length)));
      }),
      { numRuns: 100 },
    );
  });
});

describe('consolidate', () => {
  const groups = ['web', 'app', 'batch', 'ops', 'db'].map((id, at) =>
    groupOf(id, id, [`10.1.${at}.1`, `10.1.${at}.2`]),
  );
  const seen: Seen = {
    workloads: groups.flatMap(({ addresses }) => addresses.map((address) => workload(address))),
    served: ['10.1.4.1', '10.1.4.2'].flatMap((address) => serving(address, tcp(5432), tcp(22), tcp(9100))),
  };
  const policyWith = (...rules: Rule[]) =>
    policyOf(
      [{ id: 'application:shop', category: 'application', name: 'shop', rules }],
      [...groups, groupOf('internet', 'the Internet', ['198.51.100.0/24'], 'external')],
      groups.map(({ id }) => id),
    );
  const [app, batch, ops] = [
    ruleOf('r-app', [of('app')], [of('db')], [tcp(5432)]),
    ruleOf('r-batch', [of('batch')], [of('db')], [tcp(5432)]),
    ruleOf('r-ops', [of('ops')], [of('db')], [tcp(22)]),
  ];
  const rulesAfter = (policy: Policy, limits: Parameters<typeof consolidate>[1], known: Seen = seen) =>
    rulesInOrder(consolidate(policy, limits, known).policy);

  it('puts together what opens nothing, unasked', () => {
    const [rule, ...others] = rulesAfter(policyWith(app, batch, ops), {});
    expect(rule).toMatchObject({
      words: 'app and batch may reach db on postgres (5432/tcp)',
      extra: { openings: 0, words: 'nothing: it admits what they admitted', merged: ['r-app', 'r-batch'] },
    });
    expect(others).toEqual([ops]);
  });

  it('names what a merge opens, and counts only what somebody serves', () => {
    const [rule, ...others] = rulesAfter(policyWith(app, batch, ops), { rules: 1 });
    expect(others).toEqual([]);
    expect(rule?.extra).toEqual({
      openings: 12,
      words:
        'app and batch may now reach db on ssh (22/tcp) (8 combinations); ' +
        'ops may now reach db on postgres (5432/tcp) (4 combinations)',
      merged: ['r-app', 'r-batch', 'r-ops'],
    });
  });

  it('opens no more than it may', () => {
    const policy = policyWith(app, batch, ops);
    // Twelve pairs are open: a merge with ops would double that.
    expect(rulesAfter(policy, { rules: 1, extraShare: 0.99 })).toHaveLength(2);
    expect(rulesAfter(policy, { rules: 1, extraShare: 1 })).toHaveLength(1);
    expect(rulesAfter(policy, { extraShare: 1 })).toHaveLength(1);
  });

  it.each([
    ['a lease', [app, { ...batch, lease: { expires: '2026-12-01T00:00:00Z', reason: 'rare', calendar: null } }]],
    ['a context', [app, { ...batch, context: { l7: ['tls'], tlsFloor: null, fqdns: [], users: [], processes: [] } }]],
    ['a quarantine', [app, { ...batch, origin: 'quarantine' as const }]],
    ['an import among proposals', [app, { ...batch, origin: 'imported' as const }]],
    ['another logging', [app, { ...batch, log: true }]],
    ['a rule that only logs between', [app, { ...ops, alertOnly: true as const }, batch]],
  ])('leaves alone: %s', (_, rules) => {
    expect(rulesAfter(policyWith(...rules), { rules: 1 })).toEqual(rules);
  });

  it('lets the Internet in nowhere new', () => {
    const outside = ruleOf('r-out', [of('internet')], [of('db')], [tcp(9100)]);
    expect(rulesAfter(policyWith(app, outside), { rules: 1 })).toHaveLength(2);
  });

  it('does not cross environments, nor mix them', () => {
    const environments = new Map([
      ['app', 'prod'],
      ['batch', 'dev'],
      ['db', 'prod'],
    ]);
    expect(rulesAfter(policyWith(app, batch), { rules: 1 }, { ...seen, environments })).toHaveLength(2);
  });

  it('opens no service that administers its server', () => {
    const administers = (service: Service) => service.kind === 'port' && service.port === 22;
    expect(rulesAfter(policyWith(app, batch, ops), { rules: 1 }, { ...seen, administers })).toHaveLength(2);
  });

  it('takes nothing away from a rule that denies', () => {
    const never = ruleOf('r-never', [of('batch')], [of('db')], [tcp(22)], 'deny');
    expect(rulesAfter(policyWith(batch, ops, never), { rules: 1 })).toHaveLength(3);
  });

  it('has few rules within reach of 5,000', () => {
    const many = Array.from({ length: 5_000 }, (_, at) =>
      ruleOf(`r-${at}`, [of(`g${at % 400}`)], [of(`g${(at * 7) % 397}`)], [tcp(1_000 + (at % 23))]),
    );
    const tiers = Array.from({ length: 400 }, (_, at) => groupOf(`g${at}`, `g${at}`, [`10.2.${at >> 8}.${at & 255}`]));
    const policy = policyOf([{ id: 's', category: 'application', name: 's', rules: many }], tiers, []);
    const known = {
      workloads: tiers.flatMap(({ addresses }) => addresses.map((address) => workload(address))),
      served: tiers.flatMap(({ addresses }) =>
        addresses.flatMap((address) => serving(address, tcp(1_007), tcp(1_019))),
      ),
    };
    const path = mergePath(policy, known);
    expect(rulesInOrder(path.after(stepsWithin(path, { rules: 1_000 })))).toHaveLength(1_000);
  });

  it('says nothing of a policy that has nothing to merge', () => {
    expect(consolidate(SHOP, {}, { workloads: [], served: [] })).toEqual({ policy: SHOP, steps: [] });
  });
});
