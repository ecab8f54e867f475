export interface Belonging {
  /** How far a workload's ties inside outweigh those to the application it is closest to otherwise, 0 to 1. */
  readonly shares: ReadonlyMap<number, number>;
  /** That application, and how well the workload would fit there, 0 to 1, where its own counts as 1. */
  readonly next: ReadonlyMap<number, { readonly at: number; readonly fit: number }>;
}

type Neighbours = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** @param own number of the application that the workloads are in */
export function belongingOf(
  workloads: readonly number[],
  neighbours: Neighbours,
  own: number,
  applicationOf: ReadonlyMap<number, number>,
): Belonging {
  const shares = new Map<number, number>();
  const next = new Map<number, { at: number; fit: number }>();
  for (const workload of workloads) {
    const { inside, other, at } = strongestTies(neighbours.get(workload), own, applicationOf);
    shares.set(workload, inside + other === 0 ? 1 : Math.max(0, inside - other) / Math.max(inside, other));
    if (other > 0) next.set(workload, { at, fit: other / Math.max(inside, other) });
  }
  return { shares, next };
}

/** Weight of the ties to an application, and to the one of the others with the strongest. */
export function strongestTies(
  ties: ReadonlyMap<number, number> | undefined,
  own: number,
  applicationOf: ReadonlyMap<number, number>,
): { readonly inside: number; readonly other: number; readonly at: number; readonly total: number } {
  const towards = new Map<number, number>();
  let total = 0;
  for (const [neighbour, weight] of ties ?? []) {
    const application = applicationOf.get(neighbour);
    if (application === undefined) continue;
    total += weight;
    towards.set(application, (towards.get(application) ?? 0) + weight);
  }
  const inside = towards.get(own) ?? 0;
  let [at, other] = [-1, 0];
  for (const [application, weight] of towards) {
    if (application === own) continue;
    if (weight > other || (weight === other && application < at)) [at, other] = [application, weight];
  }
  return { inside, other, at, total };
}
