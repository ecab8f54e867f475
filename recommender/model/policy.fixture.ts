import type { Service } from '../../analytics/model/service';
import type { Policy, PolicyGroup, Rule, Section, Selector } from './policy';

/** For tests: what a rule needs beside its sides and services. */
export function ruleOf(
  id: string,
  sources: readonly Selector[],
  destinations: readonly Selector[],
  services: readonly Service[],
  action: Rule['action'] = 'allow',
): Rule {
  return {
    id,
    words: `${id} in words`,
    action,
    sources,
    destinations,
    services,
    log: false,
    confidence: 0.9,
    surface: { unused: 0, opened: 1 },
    evidence: {
      dependencies: 1,
      connections: 10,
      packets: 100,
      bytes: 1000,
      hours: 3,
      firstSeen: 1_760_000_000,
      lastSeen: 1_760_010_000,
      direction: 1,
      reporters: ['10.255.0.1'],
      examples: [],
    },
  };
}

export function policyOf(
  sections: readonly Section[],
  groups: readonly PolicyGroup[],
  appliedTo: readonly string[],
): Policy {
  return {
    id: 'p-000000000000',
    name: 'test',
    created: '2026-03-01T00:00:00.000Z',
    topology: 't-1',
    window: { from: 1_760_000_000, to: 1_760_086_400 },
    granularity: 'tier',
    sections,
    groups,
    appliedTo,
    refusals: [],
  };
}

export function groupOf(
  id: string,
  name: string,
  addresses: readonly string[],
  kind: PolicyGroup['kind'] = 'tier',
): PolicyGroup {
  return { id, kind, name, application: kind === 'tier' ? 'shop' : null, addresses };
}

export const of = (group: string): Selector => ({ kind: 'group', group });
export const tcp = (port: number): Service => ({ kind: 'port', protocol: 6, port });
export const udp = (port: number): Service => ({ kind: 'port', protocol: 17, port });

/** Three tiers with a shared service, both families, a partner's network, dynamic ports and the Internet. */
export const SHOP: Policy = policyOf(
  [
    {
      id: 'infrastructure:shared',
      category: 'infrastructure',
      name: 'Shared services',
      rules: [
        ruleOf('r-dns', [of('web'), of('app'), of('db')], [of('dns')], [udp(53), tcp(53)]),
        ruleOf(
          'r-rpc',
          [of('app')],
          [of('dns')],
          [{ kind: 'dynamic', protocol: 6, control: 135, observed: { first: 49664, last: 49701 } }],
        ),
      ],
    },
    {
      id: 'application:shop',
      category: 'application',
      name: 'shop',
      rules: [
        ruleOf('r-public', [of('internet')], [of('web')], [tcp(443), tcp(80)]),
        ruleOf('r-web-app', [of('web')], [of('app')], [tcp(8443)]),
        ruleOf('r-app-db', [of('app')], [of('db')], [tcp(5432)]),
        ruleOf('r-partner', [{ kind: 'prefix', prefix: '198.51.100.0/24' }], [of('app')], [tcp(22)]),
      ],
    },
  ],
  [
    groupOf('web', 'web of shop', ['10.0.1.1', '10.0.1.2', '2001:db8:1::1']),
    groupOf('app', 'app of shop', ['10.0.2.1', '10.0.2.2', '2001:db8:1::2']),
    groupOf('db', 'db of shop', ['10.0.3.1']),
    groupOf('dns', 'dns', ['10.0.9.1', '2001:db8:1::53'], 'shared-service'),
    groupOf('internet', 'the Internet', ['128.0.0.0/2', '2600::/12'], 'external'),
    groupOf('empty', 'nobody', []),
  ],
  ['app', 'db', 'dns', 'web', 'empty'],
);
