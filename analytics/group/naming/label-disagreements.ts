import type { Disagreement, Group } from '../../model/topology';
import type { Evidence } from '../evidence';
import type { Structure } from '../structure';

/** Workloads that are where their labels put them, though their traffic is with others; by workload. */
export function labelDisagreements(
  { workloads }: Pick<Evidence, 'workloads'>,
  { applications, deviations }: Pick<Structure, 'applications' | 'deviations'>,
  groups: readonly Group[],
): Disagreement[] {
  const homes = new Map(
    groups.flatMap((group) =>
      group.kind === 'application'
        ? group.members.flatMap(({ workload, lent }) => (lent ? [] : [[workload, group] as const]))
        : [],
    ),
  );
  const groupOf = (application: number): Group | undefined => {
    const [first = -1] = applications[application]?.owned.keys() ?? [];
    return homes.get(workloads[first]?.id ?? '');
  };
  return deviations.flatMap(({ workload, label, application, suggested, inside, elsewhere }): Disagreement[] => {
    const [own, other] = [groupOf(application), groupOf(suggested)];
    if (!own || !other) return [];
    const text = `the inventory labels it app ${label}, and ${percent(elsewhere)} of its traffic, by weight, is with ${other.name}, ${percent(inside)} with ${own.name}`;
    return [
      {
        workload: workloads[workload]?.id ?? '',
        group: own.id,
        between: 'label',
        suggested: other.id,
        reason: { text, weight: Math.round(1000 * (inside - elsewhere)) / 1000 },
      },
    ];
  });
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
