import { groupBy } from '../../graph/group-by';
import type { GroupDecision } from '../../model/group-decision';
import type { Group, Topology, UnmetDecision } from '../../model/topology';
import { compareText } from '../../../ingest/kernel/text';
import { describeDecision } from './describe-decision';
import type { Held } from './fold-decisions';
import type { Overridden } from './holds';
import { madeGroupId } from './made-group-id';

/** Workloads named in a sentence before the rest is only counted. */
const MOST_NAMED = 3;

/**
 * What a run could not hold to: groups and workloads that are gone, who could not be kept where people put them, and what
 * later decisions want otherwise.
 */
export function findUnmet(held: Held, { groups, workloads }: Pick<Topology, 'groups' | 'workloads'>): UnmetDecision[] {
  if (held.standing.length === 0) return [];
  const known = new Map(groups.map((group) => [group.id, group]));
  const present = new Set(workloads.map(({ id }) => id));
  const astray = strays(held, known, present);
  const holding = new Set(Object.values(held.holds.of).flatMap((of) => [...of.values()].map((hold) => hold.decision)));
  const homes = homesOf(groups);
  const standing = new Map(held.standing.map((decision) => [decision.id, decision]));
  const overridden = groupBy(held.holds.overridden(), ({ decision }) => decision);
  return held.standing.flatMap((decision) => {
    const meant = meantBy(decision);
    const gone = meant.filter((workload) => !present.has(workload)).sort(compareText);
    const strayed = astray.get(decision.id) ?? [];
    const allGone = meant.length > 0 && gone.length === meant.length;
    const isGone = allGone || (isAbout(decision, held, holding) && !known.has(targetOf(decision, held)));
    const against = overridden.get(decision.id) ?? [];
    if (!isGone && gone.length === 0 && strayed.length === 0 && against.length === 0) return [];
    const texts = [
      ...(isGone && !allGone ? [`there is no such group any more${whereNow(decision, homes)}`] : []),
      ...(gone.length > 0 ? [goneOf(gone.length, meant.length)] : []),
      ...strayed
        .slice(0, MOST_NAMED)
        .map(({ workload, group }) => `${workload} could not be kept in ${known.get(group)?.name ?? group}`),
      ...(strayed.length > MOST_NAMED ? [`nor could ${strayed.length - MOST_NAMED} more`] : []),
      ...overriddenBy(against, meant.length, standing),
    ];
    return [
      {
        decision: decision.id,
        orphaned: isGone,
        workloads: [...new Set([...gone, ...[...strayed, ...against].map(({ workload }) => workload)])].sort(
          compareText,
        ),
        text: `${describeDecision(decision)}: ${texts.join('; ')}`,
      },
    ];
  });
}

/** By kind and workload, the group it is at home in. */
function homesOf(groups: readonly Group[]): ReadonlyMap<string, Group> {
  return new Map(
    groups.flatMap((group) =>
      group.members.flatMap(({ workload, lent }) => (lent ? [] : [[`${group.kind} ${workload}`, group] as const])),
    ),
  );
}

/** Where most of the workloads of the group are by now. */
function whereNow({ groups: [group] }: GroupDecision, homes: ReadonlyMap<string, Group>): string {
  if (!group) return '';
  const now = groupBy(
    group.members.flatMap((workload) => homes.get(`${group.kind} ${workload}`) ?? []),
    ({ id }) => id,
  );
  const [most] = [...now.values()].sort((a, b) => b.length - a.length || compareText(a[0]?.id ?? '', b[0]?.id ?? ''));
  return most?.[0]
    ? `: ${most.length} of its ${group.members.length} workloads ${most.length === 1 ? 'is' : 'are'} in ${most[0].name} now`
    : '';
}

function goneOf(gone: number, all: number): string {
  if (gone < all) return `${gone} of its ${all} workloads ${gone === 1 ? 'is' : 'are'} gone`;
  return all === 1 ? 'its only workload is gone' : `all ${all} of its workloads are gone`;
}

/** By each later decision that wanted otherwise: of whom, where that is not everybody. */
function overriddenBy(
  against: readonly Overridden[],
  all: number,
  standing: ReadonlyMap<string, GroupDecision>,
): string[] {
  return [...groupBy(against, ({ by }) => by)].flatMap(([by, found]) => {
    const later = standing.get(by);
    const workloads = [...new Set(found.map(({ workload }) => workload))].sort(compareText);
    const more = workloads.length - MOST_NAMED;
    const named = `${workloads.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    return later
      ? [`overridden${workloads.length < all ? `, as for ${named},` : ''} by ${describeDecision(later)}`]
      : [];
  });
}

/** The workloads that a decision names, or means as members of a group. */
function meantBy({ wish, groups }: GroupDecision): readonly string[] {
  if ('workloads' in wish) return wish.workloads;
  if (wish.kind === 'rename') return [];
  return groups.flatMap(({ members }) => members);
}

function targetOf({ id, wish, groups: [group] }: GroupDecision, { successor }: Held): string {
  if (wish.kind === 'share') return successor(madeGroupId('shared-service', id));
  if (!group) return '';
  return successor(wish.kind === 'split' ? madeGroupId(group.kind, id) : group.id);
}

/** Whether a group is missed without the decision: what later ones took over, nobody misses. */
function isAbout(decision: GroupDecision, held: Held, holding: ReadonlySet<string>): boolean {
  const { id, wish } = decision;
  if (wish.kind === 'refuse') return false;
  if (wish.kind === 'rename') return held.names.get(targetOf(decision, held)) === wish.name;
  if (wish.kind === 'confirm') return held.confirmed.get(targetOf(decision, held)) === id;
  return holding.has(id);
}

interface Stray {
  readonly workload: string;
  readonly group: string;
}

function strays(
  { holds }: Held,
  known: ReadonlyMap<string, Group>,
  present: ReadonlySet<string>,
): Map<string, Stray[]> {
  const members = new Map<string, ReadonlySet<string>>();
  const found = new Map<string, Stray[]>();
  for (const of of Object.values(holds.of)) {
    for (const [workload, { group, decision }] of of) {
      if (!present.has(workload)) continue;
      const inside = members.get(group) ?? new Set(known.get(group)?.members.map((member) => member.workload));
      members.set(group, inside);
      if (!inside.has(workload)) found.set(decision, [...(found.get(decision) ?? []), { workload, group }]);
    }
  }
  return found;
}
