import { groupBy } from '../../graph/group-by';
import type { Disagreement, Group } from '../../model/topology';
import { agree, environmentsOf } from '../applications/environments';
import type { Evidence } from '../evidence';
import { compareText } from '../../../ingest/kernel/text';
import { percent, rounded } from '../figures';
import { homesIn } from '../homes';
import type { Structure } from '../structure';
import { legible } from './legible';
import { labelOfMost } from './names';

type Labelled = Pick<Structure, 'applications' | 'deviations'>;

/** Workloads that are where their labels put them, though their traffic is with others, and those that are not; by id. */
export function labelDisagreements(
  evidence: Pick<Evidence, 'workloads'>,
  structure: Labelled,
  groups: readonly Group[],
): Disagreement[] {
  const homes = homesOf(evidence, structure, groups);
  const applications = applicationsOf(structure, homes);
  return [
    ...ofTraffic(evidence, structure, homes),
    ...ofPlace(evidence, applications, 'app'),
    ...ofShared(evidence, applications, groups),
    ...ofPlace(evidence, tiersOf(evidence, groups), 'role'),
  ].sort((a, b) => compareText(a.workload, b.workload) || compareText(a.group, b.group));
}

/** The groups that applications became. */
function homesOf({ workloads }: Pick<Evidence, 'workloads'>, { applications }: Labelled, groups: readonly Group[]) {
  const homes = homesIn(groups, 'application');
  return applications.map(({ owned }) => {
    const [first = -1] = owned.keys();
    return homes.get(workloads[first]?.id ?? '');
  });
}

function ofTraffic(
  { workloads }: Pick<Evidence, 'workloads'>,
  { deviations }: Labelled,
  homes: readonly (Group | undefined)[],
): Disagreement[] {
  return deviations.flatMap(({ workload, label, application, suggested, inside, elsewhere }): Disagreement[] => {
    const [own, other] = [homes[application], homes[suggested]];
    if (!own || !other) return [];
    const text = `the inventory labels it app ${label}, and ${percent(elsewhere)} of its traffic, by weight, is with ${other.name}, ${percent(inside)} with ${own.name}`;
    return [
      {
        workload: workloads[workload]?.id ?? '',
        group: own.id,
        between: 'label',
        suggested: other.id,
        reason: { text, weight: rounded(inside - elsewhere) },
      },
    ];
  });
}

/** A group and the label that stands for it; null where its workloads have none in common. */
interface Place {
  readonly group: Group;
  readonly label: string | null;
}

function applicationsOf({ applications }: Labelled, homes: readonly (Group | undefined)[]): Place[] {
  return applications.flatMap(({ application }, at) => {
    const group = homes[at];
    return group ? [{ group, label: application === null ? null : legible(application) }] : [];
  });
}

/** Who is labelled as of an application, and is a shared service: a label that names no application says nothing else. */
function ofShared(
  { workloads }: Pick<Evidence, 'workloads'>,
  applications: readonly Place[],
  groups: readonly Group[],
): Disagreement[] {
  const environments = environmentsOf(workloads, 1);
  const numbers = new Map(workloads.map(({ id }, number) => [id, number]));
  const called = groupBy(
    applications.toSorted(
      ({ group: a }, { group: b }) => b.members.length - a.members.length || compareText(a.id, b.id),
    ),
    ({ group, label }) => (label ?? nameWithoutEnvironment(group)).toLowerCase(),
  );
  return groups.flatMap(({ id, kind, name, members }) =>
    (kind === 'shared-service' ? members : []).flatMap(({ workload, confidence }): Disagreement[] => {
      const number = numbers.get(workload) ?? -1;
      const label = legible(workloads[number]?.labels.app ?? '');
      const there = called
        .get(label.toLowerCase())
        ?.find(({ group }) => agree(group.environment ?? null, environments[number] ?? null));
      if (!there) return [];
      const text = `the inventory labels it app ${label}, which would be ${there.group.name}, and its traffic is that of a shared service for everybody, ${name}`;
      const reason = { text, weight: rounded(-confidence) };
      return [{ workload, group: id, between: 'label', suggested: there.group.id, reason }];
    }),
  );
}

/** "shop" of "shop (prod)". */
function nameWithoutEnvironment({ name, environment }: Group): string {
  const end = ` (${environment})`;
  return environment !== undefined && name.endsWith(end) ? name.slice(0, -end.length) : name;
}

function tiersOf({ workloads }: Pick<Evidence, 'workloads'>, groups: readonly Group[]): Place[] {
  const byId = new Map(workloads.map((workload) => [workload.id, workload]));
  return groups.flatMap((group) => {
    if (group.kind !== 'tier') return [];
    const own = group.members.flatMap(({ workload, lent }) => (lent ? [] : (byId.get(workload) ?? [])));
    return [{ group, label: labelOfMost(own, 'role') }];
  });
}

/** Who is labelled otherwise than where it is; where that has no label, than another where it could be. */
function ofPlace(
  { workloads }: Pick<Evidence, 'workloads'>,
  places: readonly Place[],
  name: 'app' | 'role',
): Disagreement[] {
  const labels = new Map(workloads.map(({ id, labels: of }) => [id, legible(of[name] ?? '')]));
  const labelled = places.map(({ group, label }) => {
    const own = group.members.flatMap(({ workload, lent }) => (lent ? [] : [workload]));
    return { group, label, size: own.length, bearers: groupBy(own, (workload) => labels.get(workload) ?? '') };
  });
  const keyOf = ({ application }: Group, label: string | null) => JSON.stringify([application, label]);
  const known = groupBy(
    labelled.toSorted((a, b) => b.size - a.size || compareText(a.group.id, b.group.id)),
    ({ group, label }) => keyOf(group, label),
  );
  return labelled.flatMap(({ group, label: here, size, bearers }) =>
    [...bearers].flatMap(([label, own]): Disagreement[] => {
      if (label === '' || label === here) return [];
      const there = known
        .get(keyOf(group, label))
        ?.find((other) => agree(other.group.environment ?? null, group.environment ?? null));
      if (here === null && !there) return [];
      const others = there?.bearers.get(label)?.length ?? 0;
      const elsewhere = there ? ` and ${others} of ${there.size} in ${there.group.name}` : '';
      const text = `the inventory labels it ${name} ${label}, as it does ${own.length} of ${size} in ${group.name}${elsewhere}`;
      const reason = { text, weight: rounded(own.length / size - 1) };
      const suggested = there?.group.id ?? null;
      return own.map((workload) => ({ workload, group: group.id, between: 'label', suggested, reason }));
    }),
  );
}
