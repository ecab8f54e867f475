import { serviceWords } from '../propose/words';
import type { Area, IntruderMap, Means, Passage } from './intruder-map';

/** One hop of an intruder. */
export interface Hop extends Passage {
  /** What people call where it begins and ends. */
  readonly from: string;
  readonly to: string;
}

/** How some workloads can be reached. */
export interface Approach {
  /** Other workloads from which they can be, in any number of hops. */
  readonly from: number;
  /** Of the shortest way from anywhere; null where there is none. */
  readonly hops: number | null;
  /** For each number of hops, the shortest way of the most workloads that need so many. */
  readonly paths: readonly (readonly Hop[])[];
}

/** Back from a goal, hop by hop. */
export function findApproach(
  map: IntruderMap,
  goal: ReadonlySet<string>,
  means: Means,
  isStart: (area: Area) => boolean,
): Approach {
  const { areas, standpoints } = map;
  const isGoal = ({ workloads }: Area) => workloads.some((id) => goal.has(id));
  const steps = new Map<number, { readonly hop: number; readonly into: number; readonly way: Passage }>();
  let front = areas.flatMap((area, at) => (isGoal(area) ? [at] : []));
  for (let hop = 1; front.length > 0; hop++) {
    const found: number[] = [];
    for (let standpoint = 0; standpoint < standpoints; standpoint++) {
      if (steps.has(standpoint)) continue;
      const ways = map.ways(standpoint, means);
      const into = front.find((area) => ways[area] !== undefined);
      const way = into === undefined ? undefined : ways[into];
      if (into === undefined || !way) continue;
      steps.set(standpoint, { hop, into, way });
      found.push(standpoint);
    }
    const reached = new Set(found);
    front = areas.flatMap((area, at) => (reached.has(area.standpoint) && !isGoal(area) ? [at] : []));
  }
  const starts = areas.filter((area) => isStart(area) && !isGoal(area) && steps.has(area.standpoint));
  const hopsOf = ({ standpoint }: Area) => steps.get(standpoint)?.hop ?? 0;
  const lengths = [...new Set(starts.map(hopsOf))].sort((a, b) => a - b);
  return {
    from: starts.reduce((sum, { workloads }) => sum + workloads.length, 0),
    hops: lengths[0] ?? null,
    paths: lengths.map((length) => {
      const largest = starts
        .filter((area) => hopsOf(area) === length)
        .reduce((best, area) => (area.workloads.length > best.workloads.length ? area : best));
      return follow(largest);
    }),
  };

  function follow(start: Area): Hop[] {
    const hops: Hop[] = [];
    for (let at: Area | undefined = start; at && !(isGoal(at) && hops.length > 0);) {
      const step = steps.get(at.standpoint);
      const next: Area | undefined = step && areas[step.into];
      if (!step || !next || hops.length > standpoints) break;
      hops.push({ ...step.way, from: at.name, to: next.name });
      at = next;
    }
    return hops;
  }
}

/** "web of shop → app of shop on 8443/tcp → db of shop on postgres (5432/tcp)". */
export function pathWords(path: readonly Hop[]): string {
  const [first] = path;
  if (!first) return '';
  return [first.from, ...path.map(({ to, service }) => `${to} on ${serviceWords(service)}`)].join(' → ');
}
