import * as fc from 'fast-check';
import { exportPolicy } from '../export';
import { BACKENDS } from '../export/registry';
import { arbitraryPolicy } from '../model/arbitrary-policy.fixture';
import { rulesInOrder } from '../model/decide';
import { SHOP } from '../model/policy.fixture';
import type { Policy } from '../model/policy';
import { readRuleset } from './read-ruleset';

const naming = { name: 'cluster', created: new Date('2026-03-01T00:00:00Z') };
const back = (policy: Policy, known?: Policy) =>
  readRuleset('kubernetes', exportPolicy(policy, BACKENDS.get('kubernetes')!).files, { ...naming, known });

describe('reading back NetworkPolicies of our own', () => {
  it('finds the rules by their ids and words', () => {
    const { policy } = back(SHOP);
    const found = new Map(rulesInOrder(policy).map(({ id, words }) => [id, words]));
    for (const { id, words } of rulesInOrder(SHOP)) expect(found.get(id)).toBe(words);
    expect(policy.groups.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['web-of-shop', 'app-of-shop', 'dns']),
    );
  });

  it('knows the groups of a policy that is at hand', () => {
    expect(back(SHOP, SHOP).policy.appliedTo).toEqual(expect.arrayContaining(['app', 'db', 'dns', 'web']));
  });

  it('means any small policy of allow rules', () => {
    fc.assert(
      fc.property(arbitraryPolicy(['allow']), (policy) => {
        expect(() => back(policy)).not.toThrow();
      }),
      { numRuns: 80, seed: 41 },
    );
  });
});

const POLICIES = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop, uid: x-1 }
spec: { podSelector: {}, policyTypes: [Ingress] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress:
    - from:
        - ipBlock: { cidr: 192.0.2.0/24, except: [192.0.2.128/25] }
        - namespaceSelector: { matchLabels: { team: ops } }
      ports: [{ port: 443 }, { port: 8000, endPort: 8010 }]
  egress:
    - to: [{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [db] }] } }]
      ports: [{ port: 5432 }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 5432 }] }]
`;
const pod = (namespace: string, app: string, ip: string) => ({
  kind: 'Pod',
  metadata: { namespace, labels: { app } },
  status: { podIP: ip },
});
const CLUSTER = JSON.stringify({
  kind: 'List',
  items: [
    { kind: 'Namespace', metadata: { name: 'ops', labels: { team: 'ops' } } },
    pod('shop', 'web', '10.1.0.1'),
    pod('shop', 'db', '10.1.0.2'),
    pod('shop', 'cart', '10.1.0.3'),
    pod('ops', 'probe', '10.2.0.1'),
    { ...pod('ops', 'node', '10.0.0.1'), spec: { hostNetwork: true } },
  ],
});
const reading =
  (policies: string, cluster = CLUSTER) =>
  () =>
    readRuleset(
      'kubernetes',
      [
        { path: 'policies.yaml', text: policies },
        { path: 'cluster.json', text: cluster },
      ],
      naming,
    );

describe('NetworkPolicies that somebody wrote', () => {
  it('become rules: what an egress and an ingress entry have in common', () => {
    const { policy } = reading(POLICIES)();
    expect(rulesInOrder(policy).map(({ words }) => words)).toEqual([
      '10.2.0.1 and 192.0.2.0/25 may reach shop/app=web on https (443/tcp) and tcp dynamic (8000 to 8010)',
      '10.1.0.2/31 may reach shop/app=db on postgres (5432/tcp)',
      'shop/app=web may reach shop/app=db on postgres (5432/tcp)',
    ]);
    expect(policy.closures?.map(({ inbound, outbound }) => [inbound, outbound])).toEqual([
      ['deny', 'open'],
      ['deny', 'open'],
    ]);
  });

  it.each([
    [
      'a named port',
      POLICIES.replace('port: 443', 'port: https'),
      /policies\.yaml, document 2: [^]*a named port[^]*ports\[0\]/,
    ],
    [
      'another object',
      'kind: Deployment\n',
      /policies\.yaml, document 1: expected a NetworkPolicy, .* found Deployment/,
    ],
    [
      'a block and a selector',
      POLICIES.replace('{ podSelector: {} }', '{ podSelector: {}, ipBlock: { cidr: 10.0.0.0/8 } }'),
      /either an ipBlock or selectors/,
    ],
  ])('are refused with file, object and what was expected: %s', (_, text, message) => {
    expect(reading(text)).toThrow(
      expect.objectContaining({ code: 'bad-export', message: expect.stringMatching(message) }),
    );
  });

  it('are nothing without their pods', () => {
    expect(() => readRuleset('kubernetes', [{ path: 'p.yaml', text: POLICIES }], naming)).toThrow(/kubectl get pods/);
  });
});
