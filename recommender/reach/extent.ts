import type { Area, IntruderMap, Means } from './intruder-map';

/** How far intruders get, on average over the workloads that they may be on. */
export interface Extent {
  /** Other workloads they may be on. */
  readonly starts: number;
  /** By hop, cumulative: on average so many other workloads; the last is where no hop adds any. */
  readonly hops: readonly number[];
  /** From the worst workload, in any number of hops. */
  readonly most: number;
}

/** @param isStart whether intruders may begin in an area */
export function measureExtent(map: IntruderMap, means: Means, isStart: (area: Area) => boolean): Extent {
  const { areas } = map;
  const sizes = areas.map(({ workloads }) => workloads.length);
  const reached = new Map<number, readonly number[]>();
  let [starts, most] = [0, 0];
  const sums: number[] = [];
  const ends: { readonly weight: number; readonly counts: readonly number[] }[] = [];
  areas.forEach((area, at) => {
    if (!isStart(area)) return;
    // The same from every area of a standpoint, but that its own workload does not count.
    const hops = reached.get(area.standpoint) ?? hopsFrom(map, area.standpoint, means);
    reached.set(area.standpoint, hops);
    const counts = countsOf(hops, sizes, at);
    starts += area.workloads.length;
    ends.push({ weight: area.workloads.length, counts });
    most = Math.max(most, counts.at(-1) ?? 0);
  });
  const longest = ends.reduce((length, { counts }) => Math.max(length, counts.length), 0);
  for (let hop = 0; hop < longest; hop++)
    sums.push(ends.reduce((sum, { weight, counts }) => sum + weight * (counts[hop] ?? counts.at(-1) ?? 0), 0));
  return { starts, hops: sums.map((sum) => sum / Math.max(1, starts)), most };
}

/** The hop, from 1, in which each area is entered first; 0 for never. */
export function hopsFrom(map: IntruderMap, standpoint: number, means: Means): number[] {
  const hops = map.areas.map(() => 0);
  const stood = new Set([standpoint]);
  for (let [hop, front] = [1, [standpoint]]; front.length > 0; hop++) {
    const next: number[] = [];
    for (const from of front) {
      map.ways(from, means).forEach((way, to) => {
        if (!way || hops[to] !== 0) return;
        hops[to] = hop;
        const standing = map.areas[to]?.standpoint ?? 0;
        if (stood.has(standing)) return;
        stood.add(standing);
        next.push(standing);
      });
    }
    front = next;
  }
  return hops;
}

function countsOf(hops: readonly number[], sizes: readonly number[], own: number): number[] {
  const added = Array.from({ length: hops.reduce((most, hop) => Math.max(most, hop), 0) }, () => 0);
  hops.forEach((hop, at) => {
    if (hop > 0) added[hop - 1] = (added[hop - 1] ?? 0) + (sizes[at] ?? 0) - (at === own ? 1 : 0);
  });
  let sum = 0;
  return added.map((count) => (sum += count));
}
