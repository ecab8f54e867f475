import { groupBy } from '../../graph/group-by';
import { compareText } from '../../../ingest/kernel/text';
import type { Constraints } from '../constraints';
import type { NextTier, Tier } from './tiers';

/**
 * Tiers with those in them that people put there: the tier that has most of a decided group gets all of it in its
 * application, and gives up those of other groups. What is left of nobody is dropped.
 *
 * @returns in the order of applications, then of first members
 */
export function holdTiers(
  tiers: readonly Tier[],
  { tierOf, anchors }: Pick<Constraints, 'tierOf' | 'anchors'>,
): readonly Tier[] {
  if (tierOf.size === 0) return tiers;
  const held = [...groupBy(tiers.keys(), (at) => tiers[at]?.application).values()].flatMap((places) => {
    const found = places.flatMap((at) => tiers[at] ?? []);
    return holdInApplication(found, tierOf, anchors.tier).map(({ at, tier }) => ({ from: places[at], tier }));
  });
  const placeOf = new Map(held.map(({ from }, at) => [from, at]));
  return held.map(({ tier }) => ({ ...tier, ...(tier.next && { next: movedTo(placeOf, tier.next) }) }));
}

/** @returns with each tier its place among those found, -1 for one that was not */
function holdInApplication(
  found: readonly Tier[],
  tierOf: ReadonlyMap<number, string>,
  anchors: ReadonlyMap<number, string>,
) {
  const hosts = hostsOf(found, tierOf, anchors);
  const members = new Map<string, Map<number, number>>();
  for (const [at, tier] of found.entries()) {
    for (const [workload, confidence] of tier.members) {
      const held = tierOf.get(workload);
      const key = held === undefined ? `found ${at}` : (hosts.get(held) ?? `held ${held}`);
      const of = members.get(key) ?? new Map<number, number>();
      members.set(key, of.set(workload, held === undefined ? confidence : 1));
    }
  }
  return [...members]
    .map(([key, of]) => {
      const at = found.findIndex((_, place) => key === `found ${place}`);
      const tier: Tier = {
        ...(found[at] ?? { application: found[0]?.application ?? -1 }),
        members: new Map([...of].sort(([a], [b]) => a - b)),
      };
      return { at, tier };
    })
    .sort((a, b) => firstOf(a.tier) - firstOf(b.tier));
}

/** Places among the tiers as they are now; a tier that is gone is nobody's next. */
function movedTo(
  placeOf: ReadonlyMap<number | undefined, number>,
  next: ReadonlyMap<number, NextTier>,
): Map<number, NextTier> {
  return new Map(
    [...next].flatMap(([workload, { at, fit }]) => {
      const place = placeOf.get(at);
      return place === undefined ? [] : [[workload, { at: place, fit }] as const];
    }),
  );
}

/** For each decided group the found tier that has most of it; a tier is that of one group only. */
function hostsOf(
  found: readonly Tier[],
  tierOf: ReadonlyMap<number, string>,
  anchors: ReadonlyMap<number, string>,
): Map<string, string> {
  const all = found.flatMap(({ members }) => [...members.keys()]);
  const here = new Set(all.flatMap((workload) => tierOf.get(workload) ?? []));
  const votes = found.flatMap(({ members }, at) => {
    const voted = [...members.keys()].flatMap((workload) => tierOf.get(workload) ?? anchors.get(workload) ?? []);
    const held = voted.filter((group) => here.has(group));
    return [...groupBy(held, (group) => group)].map(([group, of]) => ({
      at,
      group,
      count: of.length,
    }));
  });
  votes.sort((a, b) => b.count - a.count || a.at - b.at || compareText(a.group, b.group));
  const hosts = new Map<string, string>();
  const taken = new Set<number>();
  for (const { at, group } of votes) {
    if (hosts.has(group) || taken.has(at)) continue;
    taken.add(at);
    hosts.set(group, `found ${at}`);
  }
  return hosts;
}

function firstOf({ members }: Tier): number {
  const [first = -1] = members.keys();
  return first;
}
