import { isV4 } from '../../ingest/kernel/ip';
import { PROTOCOL } from '../../ingest/kernel/port';
import { classify, type AddressClass } from '../model/address-classes';
import { EVERY_V4_ADDRESS, type AddressSet } from '../model/address-set';
import { createFilter, NEIGHBOUR_DISCOVERY, rulesInOrder } from '../model/decide';
import type { Closing, Policy, Rule } from '../model/policy';
import { inRanges, rangesOf, type ServiceRange } from '../model/service-range';
import { ifEnforced } from '../model/staging';

/** Packets that all rules of a policy treat alike. */
export interface Cell {
  /** Places in the order of evaluation of all rules that match, ascending, those that only alert among them. */
  readonly matching: readonly number[];
  /** What becomes of it where none does. */
  readonly otherwise: Closing;
}

/** All that a policy's rules can tell apart. */
export interface RuleSpace {
  /** In the order of evaluation. */
  readonly rules: readonly Rule[];
  /** Everything that the rule in this place matches, whoever else does, in cells. */
  cellsOf(place: number): Generator<Cell>;
}

/** Addresses of one family that, as one end of a packet, match the same rules and are closed alike. */
interface Kind {
  readonly rules: readonly number[];
  readonly has: ReadonlySet<number>;
  readonly closing: Closing;
  readonly v4: boolean;
  /** Null where it has more than one address. */
  readonly only: bigint | null;
}

/**
 * The packet space by what rules make of it: addresses are cut into classes, and those classes taken together that as a
 * source (or as a destination) match the same rules. A rule on single groups then has a handful of cells, however many
 * addresses and other rules there are.
 *
 * @throws WayleaveError `unknown-group`
 */
export function createRuleSpace(policy: Policy): RuleSpace {
  const rules = rulesInOrder(policy);
  const ranges = rules.map(({ services }) => services.flatMap(rangesOf).flatMap(withoutNeighbourDiscovery));
  const [deniedOut = [], deniedIn = []] = createFilter(policy).addressSets;
  // Enforced, rules that only alert have their place among the others.
  const [closedOut = [], closedIn = [], ...ends] = createFilter(ifEnforced(policy)).addressSets;
  const sources = kindsOf(evenPlaces(ends), deniedOut, closedOut);
  const destinations = kindsOf(evenPlaces(ends.slice(1)), deniedIn, closedIn);

  return {
    rules,
    *cellsOf(place) {
      for (const source of sources.kindsIn(place)) {
        for (const destination of destinations.kindsIn(place)) {
          if (source.v4 !== destination.v4) continue;
          if (source.only !== null && source.only === destination.only) continue;
          const matching = inBoth(source, destination);
          const otherwise = strictest(source.closing, destination.closing);
          const foreign = source.v4 ? PROTOCOL.icmp6 : PROTOCOL.icmp;
          for (const { protocol, port } of segments(ranges[place] ?? [], matching, ranges)) {
            if (protocol === foreign) continue;
            yield {
              matching: matching.filter((each) => inRanges(ranges[each] ?? [], protocol, port)),
              otherwise,
            };
          }
        }
      }
    },
  };
}

interface Kinds {
  kindsIn(place: number): readonly Kind[];
}

function kindsOf(ends: readonly AddressSet[], denied: AddressSet, closed: AddressSet): Kinds {
  const sets = [EVERY_V4_ADDRESS, denied, closed, ...ends];
  const FIRST_RULE = sets.length - ends.length;
  const alike = new Map<string, AddressClass[]>();
  for (const each of classify(sets).classes) {
    const key = each.sets.join();
    const known = alike.get(key);
    if (known) known.push(each);
    else alike.set(key, [each]);
  }
  const byRule: Kind[][] = ends.map(() => []);
  for (const [first, ...more] of alike.values()) {
    if (!first) continue;
    const rules = first.sets.flatMap((set) => (set < FIRST_RULE ? [] : [set - FIRST_RULE]));
    const kind: Kind = {
      rules,
      has: new Set(rules),
      closing: first.sets.includes(1) ? 'deny' : first.sets.includes(2) ? 'alert' : 'open',
      v4: isV4(first.first),
      only: more.length === 0 && first.first === first.last ? first.first : null,
    };
    for (const rule of rules) byRule[rule]?.push(kind);
  }
  return { kindsIn: (place) => byRule[place] ?? [] };
}

function evenPlaces(sets: readonly AddressSet[]): AddressSet[] {
  return sets.filter((_, place) => place % 2 === 0);
}

function inBoth(a: Kind, b: Kind): number[] {
  const [few, many] = a.rules.length <= b.rules.length ? [a, b] : [b, a];
  return few.rules.filter((rule) => many.has.has(rule));
}

function strictest(a: Closing, b: Closing): Closing {
  if (a === 'deny' || b === 'deny') return 'deny';
  return a === 'alert' || b === 'alert' ? 'alert' : 'open';
}

/** The first port of every stretch of a rule's services that all matching rules treat alike. */
function* segments(
  own: readonly ServiceRange[],
  matching: readonly number[],
  ranges: readonly (readonly ServiceRange[])[],
): Generator<{ protocol: number; port: number }> {
  for (const { protocol, first, last } of own) {
    yield { protocol, port: first };
    if (first === last) continue;
    const edges = new Set<number>();
    for (const each of matching) {
      for (const range of ranges[each] ?? []) {
        if (range.protocol === protocol) edges.add(range.first).add(range.last + 1);
      }
    }
    for (const port of edges) if (port > first && port <= last) yield { protocol, port };
  }
}

/** Which is below any policy. */
function withoutNeighbourDiscovery(range: ServiceRange): ServiceRange[] {
  const below = NEIGHBOUR_DISCOVERY;
  if (range.protocol !== below.protocol || range.last < below.first || range.first > below.last) return [range];
  return [
    { ...range, last: below.first - 1 },
    { ...range, first: below.last + 1 },
  ].filter(({ first, last }) => first <= last);
}
