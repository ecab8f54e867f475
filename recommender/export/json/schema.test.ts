import type { Policy, Rule } from '../../model/policy';
import { of, ruleOf, SHOP, tcp } from '../../model/policy.fixture';
import { policySchema } from './schema';

const plain = ruleOf('r', [of('web')], [of('app')], [tcp(443)]);
const full: Rule = {
  ...plain,
  services: [
    {
      kind: 'dynamic',
      protocol: 6,
      control: 135,
      observed: { first: 50000, last: 50010 },
      admitted: { first: 49152, last: 65535 },
    },
  ],
  alertOnly: true,
  origin: 'edited',
  context: { l7: ['http'], tlsFloor: '1.2', fqdns: ['shop.example'], users: ['ops'], processes: ['nginx'] },
  lease: {
    expires: '2026-12-01T00:00:00Z',
    reason: 'seen on 1 of 30 days',
    calendar: { period: 'monthly', days: [-1], hours: { from: 22, to: 2 }, words: 'on the last day of the month' },
  },
  extra: { openings: 3, words: 'batch may now reach db', merged: ['r-1', 'r-2'] },
  confidenceParts: [{ name: 'telemetry', value: 0.5, words: 'half of it arrived' }],
  evidence: {
    ...plain.evidence,
    conversations: 4,
    days: 2,
    witnesses: [{ exporter: '10.255.0.1', quality: 0.9, words: 'lost 2.1 % of its records' }],
    filter: 'port 443',
  },
};
const FULL: Policy = {
  ...SHOP,
  scope: { kind: 'environment', environment: 'production' },
  granularity: 'ringfence',
  sections: [{ id: 's', category: 'application', name: 's', rules: [full] }],
  closures: [{ group: 'web', inbound: 'alert', outbound: 'open' }],
  refusals: [
    {
      reason: 'seen once',
      code: 'single-sighting',
      dependencies: 1,
      connections: 1,
      examples: [],
      refused: [
        {
          id: 'x-1',
          client: 'w-1',
          server: 'w-2',
          service: tcp(22),
          connections: 1,
          firstSeen: 1_760_000_000,
          lastSeen: 1_760_000_000,
          words: 'a once reached b on ssh',
        },
      ],
    },
  ],
};

describe('the policy schema', () => {
  it.each([
    ['of an earlier release', SHOP],
    ['with all there is to say', FULL],
  ])('takes a policy %s as it is', (_, policy) => {
    expect(policySchema.parse(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
  });

  it.each<[string, unknown, RegExp]>([
    ['a field it does not know', { ...FULL, enforced: true }, /enforced/],
    ['a missing value that stands there', { ...FULL, closures: null }, /closures/],
    ['a group closed twice', { ...FULL, closures: [...FULL.closures!, ...FULL.closures!] }, /each group once/],
    [
      'a way of closing that is none',
      { ...FULL, closures: [{ group: 'web', inbound: 'drop', outbound: 'deny' }] },
      /inbound/,
    ],
  ])('refuses %s', (_, policy, message) => {
    expect(policySchema.safeParse(policy).error?.message).toMatch(message);
  });
});
