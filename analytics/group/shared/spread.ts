import type { Neighbourhoods } from './neighbourhoods';

/** How partners lie over the neighbourhoods of the estate. */
export interface Spread {
  readonly partners: number;
  /** Neighbourhoods with at least one of them. */
  readonly neighbourhoods: number;
  /** The same, counted by weight: 1 when all partners are in one, whatever a few strays say. */
  readonly effective: number;
  /** Share of its neighbours that are partners too, for the average partner: near 1 for what everybody uses, and the share of one tier for what applications use. */
  readonly depth: number;
}

/**
 * Estimated from pairs of partners, so that few partners do not look more concentrated than they are: `effective` is the
 * inverse Simpson index, `depth` leaves out the partner itself.
 */
export function measureSpread(partners: Iterable<number>, { of, sizes }: Neighbourhoods): Spread {
  const counts = new Map<number, number>();
  let placed = 0;
  let all = 0;
  for (const partner of partners) {
    all++;
    const neighbourhood = of(partner);
    if (neighbourhood === undefined) continue;
    placed++;
    counts.set(neighbourhood, (counts.get(neighbourhood) ?? 0) + 1);
  }
  let same = 0;
  let beside = 0;
  for (const [neighbourhood, count] of counts) {
    same += count * (count - 1);
    beside += (count * (count - 1)) / Math.max(1, (sizes[neighbourhood] ?? 1) - 1);
  }
  const effective = same === 0 ? counts.size : Math.min(counts.size, (placed * (placed - 1)) / same);
  return { partners: all, neighbourhoods: counts.size, effective, depth: placed === 0 ? 0 : beside / placed };
}
