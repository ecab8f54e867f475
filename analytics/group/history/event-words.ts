import type { Flow } from './succession';

/** Groups named in a sentence before the rest is only counted. */
const MOST_NAMED = 4;

/** Where the workloads of flows came from, after a colon. */
export function origins(flows: readonly Flow[], isKnown: (workload: string) => boolean): string {
  const fresh = flows.filter(({ from }) => !from).flatMap(({ workloads }) => workloads);
  const unseen = fresh.filter((workload) => !isKnown(workload)).length;
  const elsewhere = fresh.length - unseen;
  return told([
    ...(unseen > 0 ? [`${unseen} new`] : []),
    ...flows.flatMap(({ from, workloads }) => (from ? [`${workloads.length} from ${from.name}`] : [])),
    ...(elsewhere > 0 ? [`${elsewhere} that are elsewhere too`] : []),
  ]);
}

/** Where the workloads of flows went, after a colon. */
export function destinations(flows: readonly Flow[], isThere: (workload: string) => boolean): string {
  const lost = flows.filter(({ to }) => !to).flatMap(({ workloads }) => workloads);
  const gone = lost.filter((workload) => !isThere(workload)).length;
  const elsewhere = lost.length - gone;
  return told([
    ...(gone > 0 ? [`${gone} gone`] : []),
    ...flows.flatMap(({ to, workloads }) => (to ? [`${workloads.length} to ${to.name}`] : [])),
    ...(elsewhere > 0 ? [`${elsewhere} that stay elsewhere`] : []),
  ]);
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
