import { parseAddress } from '../../../ingest/kernel/ip';
import { groupOf, of, ruleOf, SHOP, tcp } from '../../model/policy.fixture';
import type { Policy, Rule } from '../../model/policy';
import { exportPolicy } from '../export';
import { kubernetes } from '.';

const LABELS = `pods:
  - { address: 10.0.0.1, labels: { app: web } }
  - { address: 10.0.0.2, labels: { app: db } }
  - { address: 10.0.0.3, labels: {} }
`;
const policy = (spec: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db }
spec: { podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress], ${spec} }
`;
const importing =
  (text: string, labels = LABELS) =>
  () =>
    kubernetes.import([
      { path: 'networkpolicies.yaml', text },
      { path: 'labels.yaml', text: labels },
    ]);

/** What the pod's ingress says. */
function ingress(text: string, src: string, dst: string, protocol: number, port: number): string {
  const packet = { src: parseAddress(src), dst: parseAddress(dst), protocol, port };
  const points = importing(text)().filter(
    ({ name, sees }) => name.startsWith('ingress') && sees(packet.src, packet.dst),
  );
  return points.map(({ filter }) => filter.decide(packet).action).join() || 'unseen';
}

describe('the NetworkPolicy importer', () => {
  const fromWeb =
    'ingress: [{ from: [{ podSelector: { matchLabels: { app: web } }, namespaceSelector: {} }], ports: [{ port: 5432 }] }]';
  it.each([
    ['opens what an entry says, TCP unless it says otherwise', fromWeb, '10.0.0.1', '10.0.0.2', 6, 5432, 'allow'],
    ['closes the rest of a selected pod', fromWeb, '10.0.0.1', '10.0.0.2', 6, 5433, 'deny'],
    ['closes it to others', fromWeb, '10.0.0.3', '10.0.0.2', 6, 5432, 'deny'],
    ['has nothing to say at other pods', fromWeb, '10.0.0.2', '10.0.0.1', 6, 1, 'unseen'],
    ['knows nothing of what has no pod', fromWeb, '10.0.0.1', '192.0.2.1', 6, 1, 'unseen'],
    ['takes no entry as nothing', 'ingress: []', '10.0.0.1', '10.0.0.2', 6, 5432, 'deny'],
    ['takes an empty entry as everything', 'ingress: [{}]', '10.0.0.3', '10.0.0.2', 47, 0, 'allow'],
    [
      'takes no peers as everybody',
      'ingress: [{ from: [], ports: [{ port: 1 }] }]',
      '192.0.2.9',
      '10.0.0.2',
      6,
      1,
      'allow',
    ],
    [
      'takes no ports as all',
      'ingress: [{ from: [{ ipBlock: { cidr: 192.0.2.0/24 } }], ports: [] }]',
      '192.0.2.9',
      '10.0.0.2',
      17,
      9,
      'allow',
    ],
    [
      'takes a protocol without a port as all its ports',
      'ingress: [{ ports: [{ protocol: UDP }] }]',
      '10.0.0.3',
      '10.0.0.2',
      17,
      9,
      'allow',
    ],
    ['counts endPort in', 'ingress: [{ ports: [{ port: 5, endPort: 7 }] }]', '10.0.0.3', '10.0.0.2', 6, 7, 'allow'],
  ])('%s', (_, spec, src, dst, protocol, port, expected) => {
    expect(ingress(policy(spec), src, dst, protocol, port)).toBe(expected);
  });

  it.each([
    ['a field it does not know', policy('ingres: []'), /document 1[^]*ingres/],
    ['a port beyond the last', policy('ingress: [{ ports: [{ port: 70000 }] }]'), /65535/],
    ['a range from back to front', policy('ingress: [{ ports: [{ port: 9, endPort: 1 }] }]'), /endPort/],
    ['an endPort alone', policy('ingress: [{ ports: [{ endPort: 1 }] }]'), /endPort/],
    [
      'a peer of both kinds',
      policy('ingress: [{ from: [{ podSelector: {}, namespaceSelector: {}, ipBlock: { cidr: 10.0.0.0/8 } }] }]'),
      /from/,
    ],
    ['an impossible name', policy('ingress: []').replace('name: db', 'name: Db_1'), /RFC 1123/],
    ['what is no YAML', 'a: [', /document 1/],
  ])('refuses %s', (_, text, message) => {
    expect(importing(text)).toThrow(
      expect.objectContaining({ code: 'bad-export', message: expect.stringMatching(message) }),
    );
  });

  it('wants both files', () => {
    expect(() => kubernetes.import([])).toThrow(
      expect.objectContaining({ code: 'bad-export', message: expect.stringContaining('networkpolicies.yaml') }),
    );
  });
});

describe('what NetworkPolicy cannot say', () => {
  const withRule = (rule: Rule, more: Partial<Policy> = {}): Policy => ({
    ...SHOP,
    sections: [{ id: 's', category: 'application', name: 's', rules: [rule] }],
    ...more,
  });
  const echo = { kind: 'icmp', protocol: 1, type: 8, code: 0 } as const;

  it.each([
    [
      'ICMP',
      ruleOf('r', [of('web')], [of('app')], [tcp(80), echo]),
      [{ service: echo, reason: expect.stringContaining('not icmp') }],
      true,
    ],
    [
      'a protocol of its own',
      ruleOf('r', [of('web')], [of('app')], [{ kind: 'protocol', protocol: 47 }]),
      [{ reason: expect.stringContaining('not gre') }],
      true,
    ],
    ['port 0', ruleOf('r', [of('web')], [of('app')], [tcp(0)]), [{ reason: expect.stringContaining('port 0') }], true],
    [
      'a log',
      { ...ruleOf('r', [of('web')], [of('app')], [tcp(80)]), log: true },
      [{ service: null, reason: expect.stringContaining('log') }],
      false,
    ],
    [
      'a deny that the default repeats',
      ruleOf('r', [of('web')], [of('app')], [tcp(80)], 'deny'),
      [{ service: null, reason: expect.stringContaining('deny') }],
      false,
    ],
  ])('is a loss: %s', (_, rule, losses, narrower) => {
    const exported = exportPolicy(withRule(rule), kubernetes);
    expect(exported.losses).toEqual(losses.map((loss) => expect.objectContaining({ rule: 'r', ...loss })));
    expect(exported.proof.lost > 0).toBe(narrower);
  });

  it('is refused: a closed network without workloads', () => {
    const policy = withRule(ruleOf('r', [of('web')], [of('net')], [tcp(80)]), {
      groups: [...SHOP.groups, groupOf('net', 'net', ['10.9.0.0/16'])],
      appliedTo: ['web', 'net'],
    });
    expect(() => kubernetes.render(policy)).toThrow(expect.objectContaining({ code: 'not-expressible' }));
  });

  it('keeps label keys and names within 63 characters', () => {
    const long = {
      ...SHOP,
      groups: SHOP.groups.map((group) => ({ ...group, name: `${group.name} ${'x'.repeat(100)}` })),
    };
    const [policies] = kubernetes.render(long).files;
    const names = [...(policies?.text ?? '').matchAll(/(?:name: |dev\/)([a-z0-9-]+)(?:: member)?\n/g)].map(
      ([, name]) => name ?? '',
    );
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(63);
    expect(() => exportPolicy(long, kubernetes)).not.toThrow();
  });
});
