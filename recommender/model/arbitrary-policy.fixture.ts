import * as fc from 'fast-check';
import type { Service } from '../../analytics/model/service';
import { groupOf, policyOf, ruleOf } from './policy.fixture';
import { CATEGORIES, type Closing, type Closure, type Policy, type Rule, type Selector } from './policy';

/** Few addresses, so that groups overlap, neighbour and nest. */
const ADDRESSES = [
  '10.0.0.0',
  '10.0.0.1',
  '10.0.0.2',
  '10.0.0.3',
  '10.0.0.4',
  '10.0.1.1',
  '2001:db8::1',
  '2001:db8::2',
];
const PREFIXES = ['10.0.0.0/30', '10.0.0.0/8', '0.0.0.0/0', '::/0', '2001:db8::/126', '198.51.100.0/24', '10.0.0.2'];
const GROUPS = ['a', 'b', 'c', 'd', 'outside'];

const port = fc.constantFrom(0, 1, 53, 443, 444, 8443, 65535);
const service: fc.Arbitrary<Service> = fc.oneof(
  fc.record({ kind: fc.constant('port' as const), protocol: fc.constantFrom(6, 17, 132), port }),
  fc.record({
    kind: fc.constant('icmp' as const),
    protocol: fc.constantFrom(1, 58),
    type: fc.constantFrom(0, 8, 128),
    code: fc.constantFrom(0, 1),
  }),
  fc.record({ kind: fc.constant('protocol' as const), protocol: fc.constantFrom(6, 47, 50) }),
  fc.record({
    kind: fc.constant('dynamic' as const),
    protocol: fc.constant(6),
    control: fc.constantFrom(135, 444, null),
    observed: fc.constantFrom({ first: 440, last: 450 }, { first: 49152, last: 65535 }),
  }),
  fc.constant<Service>({
    kind: 'dynamic',
    protocol: 6,
    control: 135,
    observed: { first: 443, last: 444 },
    admitted: { first: 443, last: 8443 },
  }),
);
const selector: fc.Arbitrary<Selector> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('group' as const), group: fc.constantFrom(...GROUPS) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('prefix' as const), prefix: fc.constantFrom(...PREFIXES) }) },
  { weight: 1, arbitrary: fc.constant<Selector>({ kind: 'any' }) },
);
const few = <Item>(item: fc.Arbitrary<Item>) => fc.array(item, { maxLength: 3 });

const closing = fc.constantFrom<Closing>('deny', 'deny', 'alert', 'open');

/** Most rules decide. */
const alertOnly = fc.constantFrom<Pick<Rule, 'alertOnly'>[]>({}, {}, {}, { alertOnly: true });

/** Small policies that no analysis would propose. @param actions which a backend can say */
export function arbitraryPolicy(actions: readonly ('allow' | 'deny')[]): fc.Arbitrary<Policy> {
  const rule = fc.record({
    sources: few(selector),
    destinations: few(selector),
    services: few(service),
    action: fc.constantFrom(...actions),
    alertOnly,
  });
  const section = fc.record({ category: fc.constantFrom(...CATEGORIES), rules: few(rule) });
  const members = fc.uniqueArray(fc.constantFrom(...ADDRESSES), { maxLength: 4 });
  return fc
    .record({
      sections: few(section),
      members: fc.tuple(members, members, members, members),
      outside: few(fc.constantFrom(...PREFIXES)),
      appliedTo: fc.subarray(GROUPS.slice(0, 4)),
      closings: fc.option(fc.array(fc.tuple(closing, closing), { minLength: 4, maxLength: 4 })),
    })
    .map(({ sections, members, outside, appliedTo, closings }) => ({
      ...policyOf(
        sections.map(({ category, rules }, i) => ({
          id: `s${i}`,
          category,
          name: `Section ${i}`,
          rules: rules.map(({ sources, destinations, services, action, alertOnly }, j) => ({
            ...ruleOf(`r-${i}-${j}`, sources, destinations, services, action),
            ...alertOnly,
          })),
        })),
        [
          ...members.map((addresses, i) => groupOf(GROUPS[i] ?? '', `Group ${i % 2}`, addresses)),
          groupOf('outside', 'elsewhere', outside, 'external'),
        ],
        appliedTo,
      ),
      ...(closings ? { closures: closuresOf(appliedTo, closings) } : {}),
    }));
}

function closuresOf(appliedTo: readonly string[], closings: readonly (readonly [Closing, Closing])[]): Closure[] {
  return appliedTo.flatMap((group, i) => {
    const [inbound, outbound] = closings[i] ?? [];
    return inbound && outbound ? [{ group, inbound, outbound }] : [];
  });
}
