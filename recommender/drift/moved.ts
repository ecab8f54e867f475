import { parseAddress } from '../../ingest/kernel/ip';
import { addressSet, holds, unionOf, type AddressSet } from '../model/address-set';
import { rulesInOrder } from '../model/decide';
import type { Policy, Rule, Selector } from '../model/policy';
import { inRanges, rangesOf } from '../model/service-range';
import { chanceOfSilence, SIGNIFICANT } from './habit';

/** A use that no rule covers, by addresses. */
export interface NewUse {
  readonly clients: readonly string[];
  readonly servers: readonly string[];
  readonly services: readonly { readonly protocol: number; readonly port: number }[];
  /** Epoch seconds. */
  readonly firstSeen: number;
}

/** A rule whose use ended as another began. */
export interface Move {
  readonly rule: Rule;
  readonly what: 'port' | 'server';
}

/** The old may be used up to an hour after the new began: who moves a service seldom stops it in the same minute. */
const OVERLAP = 3600;
const HOUR = 3600;

/**
 * Asks which rule a new use took the place of: one that is silent since, for more hours than its habit explains. Linear in
 * rules for each question.
 *
 * @param until end of what was observed, epoch seconds
 */
export function createMoves(
  policy: Policy,
  { lastUse, until }: { lastUse(rule: Rule): number; readonly until: number },
): (use: NewUse) => Move | undefined {
  const groups = new Map(policy.groups.map(({ id, addresses }) => [id, addresses]));
  const setOf = (selectors: readonly Selector[]): AddressSet | undefined => {
    // A rule that is about anybody cannot be what moved.
    if (selectors.some(({ kind }) => kind === 'any')) return undefined;
    return unionOf(selectors.map((selector) => addressSet(textsOf(selector, groups))));
  };
  const learned = Math.ceil((policy.window.to - policy.window.from) / HOUR);
  const isOver = (rule: Rule): boolean => {
    const habit = { active: Math.min(learned, rule.evidence.hours), observed: learned };
    return chanceOfSilence(habit, Math.floor((until - lastUse(rule)) / HOUR)) < SIGNIFICANT;
  };
  const known = rulesInOrder(policy)
    .filter(({ action, evidence }) => action === 'allow' && evidence.connections > 0)
    .flatMap((rule) => {
      const [sources, destinations] = [setOf(rule.sources), setOf(rule.destinations)];
      if (!sources || !destinations) return [];
      const ranges = rule.services.flatMap(rangesOf);
      return [{ rule, sources, destinations, ranges, last: lastUse(rule), isOver: isOver(rule) }];
    });

  return ({ clients, servers, services, firstSeen }) => {
    const [from, to] = [clients.map(parseAddress), servers.map(parseAddress)];
    const near = known.flatMap((each) => {
      if (!from.every((address) => holds(each.sources, address))) return [];
      const sameService = services.every(({ protocol, port }) => inRanges(each.ranges, protocol, port));
      const sameServer = to.every((address) => holds(each.destinations, address));
      return sameService === sameServer
        ? []
        : [{ ...each, what: sameServer ? ('port' as const) : ('server' as const) }];
    });
    const over = near.filter(({ isOver: silent, last }) => silent && last <= firstSeen + OVERLAP);
    const port = over.find(({ what }) => what === 'port');
    if (port) return port;
    // Who uses the service of several servers, as an administrator does, has one more.
    const [server, ...others] = near.filter(({ what }) => what === 'server');
    return server && others.length === 0 && over.includes(server) ? server : undefined;
  };
}

function textsOf(selector: Selector, groups: ReadonlyMap<string, readonly string[]>): readonly string[] {
  switch (selector.kind) {
    case 'any':
      return [];
    case 'group':
      return groups.get(selector.group) ?? [];
    case 'prefix':
      return [selector.prefix];
  }
}
