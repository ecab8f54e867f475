import { WayleaveError } from '../../ingest/kernel/errors';
import { PROTOCOL } from '../../ingest/kernel/port';
import { classify } from './address-classes';
import { addressSet, unionOf, type AddressSet } from './address-set';
import {
  constantFilter,
  DENY,
  PASS,
  packetFilter,
  type PacketFilter,
  type ServiceFilter,
  type Verdict,
} from './packet-filter';
import { groupsClosed, type Side } from './closing';
import { CATEGORIES, type Policy, type Rule, type Selector } from './policy';
import { selectorSet } from './selector-set';
import { inRanges, rangesOf, type ServiceRange } from './service-range';

/**
 * Neighbour discovery (RFC 4861, ICMPv6 types 133 to 137) never leaves its link, and no IPv6 host can be reached
 * without it: it is below any policy.
 */
export const NEIGHBOUR_DISCOVERY: ServiceRange = { protocol: PROTOCOL.icmp6, first: 133 * 256, last: 137 * 256 + 255 };

/**
 * The meaning of a policy: what every renderer must reproduce and every replay asks.
 *
 * ```ts
 * createFilter(policy).decide({ src, dst, protocol: 6, port: 8443 }); // { action: 'allow', rule: 'r-1f0c9d2ab3e4' }
 * ```
 * @throws WayleaveError `unknown-group` when a rule or `appliedTo` names a group that the policy does not hold
 */
export function createFilter(policy: Policy): PacketFilter {
  const groups = new Map(policy.groups.map(({ id, addresses }) => [id, addressSet(addresses)]));
  const groupSet = (id: string, where: string): AddressSet => {
    const set = groups.get(id);
    if (set) return set;
    throw new WayleaveError(`${where} names group "${id}", which policy "${policy.name}" does not hold`, {
      code: 'unknown-group',
      where: { policy: policy.id, group: id },
    });
  };
  const setOf = (selectors: readonly Selector[], where: string): AddressSet =>
    unionOf(selectors.map((selector) => selectorSet(selector, (id) => groupSet(id, where))));

  const deciding = decidingRules(policy);
  const rules = deciding.map((rule) => ({
    sources: setOf(rule.sources, `rule ${rule.id}`),
    destinations: setOf(rule.destinations, `rule ${rule.id}`),
    services: rule.services.flatMap(rangesOf),
    verdict: { action: rule.action, rule: rule.id } satisfies Verdict,
  }));
  const closed = (side: Side) => unionOf(groupsClosed(policy, side, 'deny').map((id) => groupSet(id, 'appliedTo')));

  // A replay relies on this order. Sources have even places, destinations odd ones.
  const addressSets = [
    closed('outbound'),
    closed('inbound'),
    ...rules.flatMap(({ sources, destinations }) => [sources, destinations]),
  ];
  const { classes, of } = classify(addressSets);
  const sides = classes.map(({ sets }) => ({
    closedToOut: sets.includes(0),
    closedToIn: sets.includes(1),
    asSource: sets.filter((set) => set > 1 && set % 2 === 0).map((set) => set / 2 - 1),
    asDestination: new Set(sets.filter((set) => set > 1 && set % 2 === 1).map((set) => (set - 3) / 2)),
  }));

  return packetFilter(addressSets, (src, dst) => {
    const source = sides[of(src)];
    const destination = sides[of(dst)];
    if (!source || !destination) return PASSING;
    const matching = source.asSource
      .filter((rule) => destination.asDestination.has(rule))
      .flatMap((rule) => rules[rule] ?? []);
    const otherwise = source.closedToOut || destination.closedToIn ? DENY : PASS;
    if (matching.length === 0) return otherwise === DENY ? DENYING : PASSING;
    return firstMatch(matching, otherwise);
  });
}

const PASSING = constantFilter(PASS);
const DENYING = firstMatch([], DENY);

function firstMatch(
  rules: readonly { readonly services: readonly ServiceRange[]; readonly verdict: Verdict }[],
  otherwise: Verdict,
): ServiceFilter {
  return {
    ranges: [NEIGHBOUR_DISCOVERY, ...rules.flatMap(({ services }) => services)],
    decide(protocol, port) {
      if (inRanges([NEIGHBOUR_DISCOVERY], protocol, port)) return PASS;
      return rules.find(({ services }) => inRanges(services, protocol, port))?.verdict ?? otherwise;
    },
  };
}

/** In the order of evaluation, without those that only log. */
export function decidingRules(policy: Policy): Rule[] {
  return rulesInOrder(policy).filter(({ alertOnly }) => alertOnly === undefined);
}

/** In the order of evaluation. */
export function rulesInOrder(policy: Policy): Rule[] {
  return CATEGORIES.flatMap((category) => policy.sections.filter((section) => section.category === category)).flatMap(
    ({ rules }) => rules,
  );
}
