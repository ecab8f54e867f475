import type { Group } from '../../model/topology';
import type { Flow } from './succession';

/** Groups named in a sentence before the rest is only counted. */
const MOST_NAMED = 4;

/**
 * Where workloads came from, after a colon.
 *
 * @param workloads all that came; who is in no flow came into the application of a tier as well
 */
export function origins(
  flows: readonly Flow[],
  isKnown: (workload: string) => boolean,
  workloads: readonly string[] = [],
): string {
  const { alone, others } = apart(flows, ({ from }) => from, workloads, isKnown);
  const elsewhere = alone.filter(isKnown).length;
  return told([
    ...tally(alone.length - elsewhere + others.unknown, 'new'),
    ...flows.flatMap(({ from, workloads: of }) => (from ? [`${of.length} from ${from.name}`] : [])),
    ...tally(elsewhere, 'that are elsewhere too'),
    ...tally(others.known, 'from outside its application'),
  ]);
}

/**
 * Where workloads went, after a colon.
 *
 * @param workloads all that went; who is in no flow left the application of a tier as well
 */
export function destinations(
  flows: readonly Flow[],
  isThere: (workload: string) => boolean,
  workloads: readonly string[] = [],
): string {
  const { alone, others } = apart(flows, ({ to }) => to, workloads, isThere);
  const elsewhere = alone.filter(isThere).length;
  return told([
    ...tally(alone.length - elsewhere + others.unknown, 'gone'),
    ...flows.flatMap(({ to, workloads: of }) => (to ? [`${of.length} to ${to.name}`] : [])),
    ...tally(elsewhere, 'that stay elsewhere'),
    ...tally(others.known, 'that left its application'),
  ]);
}

/** Who is in flows without a group at the other end, and how many are in no flow at all. */
function apart(
  flows: readonly Flow[],
  end: (flow: Flow) => Group | null,
  workloads: readonly string[],
  isKnown: (workload: string) => boolean,
) {
  const flowing = new Set(flows.flatMap((flow) => flow.workloads));
  const rest = workloads.filter((workload) => !flowing.has(workload));
  const known = rest.filter(isKnown).length;
  return {
    alone: flows.filter((flow) => !end(flow)).flatMap((flow) => flow.workloads),
    others: { known, unknown: rest.length - known },
  };
}

function tally(count: number, what: string): string[] {
  return count > 0 ? [`${count} ${what}`] : [];
}

function told(parts: readonly string[]): string {
  return parts.length > 0 ? `: ${listed(parts)}` : '';
}

/** The first few, and how many more. */
export function listed(parts: readonly string[]): string {
  const shown = parts.slice(0, MOST_NAMED);
  return parts.length > MOST_NAMED ? `${shown.join(', ')} and ${parts.length - MOST_NAMED} more` : shown.join(', ');
}

export function counted(workloads: number): string {
  return workloads === 1 ? '1 workload' : `${workloads} workloads`;
}
