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
    .filter((rule) => rule.action === 'allow' && rule.evidence.connections > 0 && isOver(rule))
    .flatMap((rule) => {
      const [sources, destinations] = [setOf(rule.sources), setOf(rule.destinations)];
      if (!sources || !destinations) return [];
      return [{ rule, sources, destinations, ranges: rule.services.flatMap(rangesOf), last: lastUse(rule) }];
    });

  return ({ clients, servers, services, firstSeen }) => {
    const [from, to] = [clients.map(parseAddress), servers.map(parseAddress)];
    for (const { rule, sources, destinations, ranges, last } of known) {
      if (last > firstSeen + OVERLAP || !from.every((each) => holds(sources, each))) continue;
      const sameService = services.every(({ protocol, port }) => inRanges(ranges, protocol, port));
      const sameServer = to.every((each) => holds(destinations, each));
      if (sameService !== sameServer) return { rule, what: sameServer ? 'port' : 'server' };
    }
    return undefined;
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
