import type { Service } from '../../analytics/model/service';
import { parseAddress } from '../../ingest/kernel/ip';
import { hasPorts, PROTOCOL } from '../../ingest/kernel/port';
import { compareText } from '../../ingest/kernel/text';
import { ruleWords } from '../import/rule-words';
import { addressSet, holds, type AddressSet } from '../model/address-set';
import { contentId } from '../model/identity';
import type { Policy, PolicyGroup, Rule, Selector } from '../model/policy';
import { inRanges, rangesOf } from '../model/service-range';
import type { SeenUse } from './finding';
import { isBareRange, selectorsSet } from './openings';

/** A group stands for its members from this part of them on; below, they are named one by one. */
const GROUP_SHARE = 0.5;
/** More addresses than this, or ports, and a rule would not be read any more: the selector stays, a range is told. */
const NAMED_ADDRESSES = 16;
const NAMED_PORTS = 8;

/** @returns null where nothing less would do */
export type Narrow = (rule: Rule, seen: readonly SeenUse[]) => Rule | null;

/**
 * Cuts rules down to what was seen of them, in groups where there are such: the result admits all that was seen and
 * nothing that the rule did not.
 */
export function createNarrower(policy: Pick<Policy, 'groups'>): Narrow {
  const groups = policy.groups.map((group) => ({ group, set: addressSet(group.addresses) }));
  return (rule, seen) => {
    const clients = [...new Set(seen.map(({ client }) => client))].sort(compareText);
    const servers = [...new Set(seen.map(({ server }) => server))].sort(compareText);
    const sources = narrowEnds(rule.sources, clients, groups);
    const destinations = narrowEnds(rule.destinations, servers, groups);
    const services = rule.services.flatMap((service) => narrowService(service, rule, seen));
    const says = { action: rule.action, sources, destinations, services };
    const asBefore = [
      same(sources, rule.sources),
      same(destinations, rule.destinations),
      same(services, rule.services),
    ];
    if (asBefore.every(Boolean)) return null;
    return { ...rule, ...says, id: contentId('r', says), words: ruleWords(says, policy.groups), origin: 'edited' };
  };
}

interface KnownGroup {
  readonly group: PolicyGroup;
  readonly set: AddressSet;
}

function narrowEnds(
  selectors: readonly Selector[],
  used: readonly string[],
  groups: readonly KnownGroup[],
): readonly Selector[] {
  const sets = new Map(groups.map(({ group, set }) => [group.id, set]));
  const chosen = new Map<string, Selector>();
  const take = (selector: Selector) => chosen.set(JSON.stringify(selector), selector);
  let left: readonly string[] = used;
  for (const selector of selectors) {
    const set = selectorsSet([selector], sets);
    const inside = left.filter((text) => holds(set, parseAddress(text)));
    if (inside.length === 0) continue;
    left = left.filter((text) => !inside.includes(text));
    const cut = cutDown(selector, set, inside, groups);
    for (const each of cut.length > NAMED_ADDRESSES ? [selector] : cut) take(each);
  }
  return [...chosen.values()];
}

function cutDown(
  selector: Selector,
  set: AddressSet,
  used: readonly string[],
  groups: readonly KnownGroup[],
): readonly Selector[] {
  const own = groups.find(({ group }) => selector.kind === 'group' && group.id === selector.group);
  if (own && used.length >= own.group.addresses.length * GROUP_SHARE) return [selector];
  const inside = groups
    .filter(({ group, set: members }) => group.addresses.length > 1 && isWithin(members, set))
    .sort((a, b) => b.group.addresses.length - a.group.addresses.length || compareText(a.group.id, b.group.id));
  const chosen: Selector[] = [];
  let left = used;
  for (const { group, set: members } of inside) {
    const rest = left.filter((text) => !holds(members, parseAddress(text)));
    if (left.length - rest.length < group.addresses.length * GROUP_SHARE) continue;
    chosen.push({ kind: 'group', group: group.id });
    left = rest;
  }
  return [...chosen, ...left.map((prefix): Selector => ({ kind: 'prefix', prefix }))];
}

function isWithin(inner: AddressSet, outer: AddressSet): boolean {
  return inner.every(({ first, last }) => outer.some((interval) => interval.first <= first && last <= interval.last));
}

function narrowService(service: Service, { origin }: Rule, seen: readonly SeenUse[]): Service[] {
  const ranges = rangesOf(service);
  const used = [
    ...new Set(seen.flatMap(({ protocol, port }) => (inRanges(ranges, protocol, port) ? [port] : []))),
  ].sort((a, b) => a - b);
  const [first, last] = [used[0], used.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (!isBareRange(service, origin)) return [service];
  const { protocol } = service;
  if (protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmp6)
    return used.map((port) => ({ kind: 'icmp', protocol, type: port >> 8, code: port & 255 }));
  if (!hasPorts(protocol)) return [service];
  if (used.length <= NAMED_PORTS) return used.map((port) => ({ kind: 'port', protocol, port }));
  return [{ kind: 'dynamic', protocol, control: null, observed: { first, last } }];
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
