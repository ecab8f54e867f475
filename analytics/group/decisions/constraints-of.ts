import { groupBy } from '../../graph/group-by';
import type { Group, Topology } from '../../model/topology';
import { agree, commonEnvironment } from '../applications/environments';
import type { Constraints } from '../constraints';
import { compareText } from '../../../ingest/kernel/text';
import type { Held } from './fold-decisions';
import type { Hold } from './holds';

/** So many of a group's surest members stand for it at least: one may leave it, three hardly do. */
const LEAST_ANCHORS = 3;

/**
 * Holds by workload number; who is gone is left out, and so is whose environment is by now another than its group's.
 *
 * @param workloads sorted by id, as numbered
 * @param environments of these
 * @param previous where the groups that somebody was put into have their members
 */
export function constraintsOf(
  { holds, groups, confirmed }: Held,
  workloads: readonly { readonly id: string }[],
  environments: readonly (string | null)[],
  previous?: Topology,
): Constraints {
  const numbers = new Map(workloads.map(({ id }, number) => [id, number]));
  const known = new Map(previous?.groups.map((group) => [group.id, group]));
  const isPresent = (workload: string) => numbers.has(workload);
  const stands = (workload: string) => holds.of.application.get(workload)?.away !== true;
  /** Who is in a group by the last run, then by the last decision on it. */
  const members = (group: string): string[] => {
    const now = known.get(group);
    return [...new Set([...(now ? surestFirst(now) : []), ...(groups.get(group)?.members ?? [])])];
  };
  /** Who else is to stand for a group, beside those of its members that are held in it. */
  const anchors = (
    group: string,
    held: readonly string[],
    isFree: (workload: string) => boolean,
  ): { readonly surest: readonly string[]; readonly isAway: boolean } => {
    const all = members(group);
    const free = all.filter((workload) => isPresent(workload) && isFree(workload));
    const present = held.filter(isPresent);
    const standing = present.filter(stands).length;
    // They outnumber those who were put there, so that the group is where they are.
    const wanted = Math.max(LEAST_ANCHORS, present.length - standing + 1);
    const away = all.filter((workload) => !isPresent(workload)).length;
    return {
      surest: present.length > 0 ? free.slice(0, Math.max(0, wanted - standing)) : [],
      isAway: free.length === 0 && away > standing,
    };
  };

  const environmentOf = (workload: string) => environments[numbers.get(workload) ?? -1] ?? null;
  const inOneEnvironment = (of: ReadonlyMap<string, Hold>) => {
    const held = groupsHeld(of);
    const found = new Map<string, string>();
    for (const [group, own] of byGroup(held)) {
      const standing = own.filter((workload) => of.get(workload)?.away !== true);
      const others = members(group).filter((workload) => !held.has(workload));
      const environment =
        commonEnvironment([...standing, ...others].map(environmentOf)) ?? commonEnvironment(own.map(environmentOf));
      if (environment !== null) found.set(group, environment);
    }
    const fitting = [...held].filter(([workload, group]) => agree(environmentOf(workload), found.get(group) ?? null));
    return { held: new Map(fitting), environmentOf: found };
  };

  const { held: shared } = inOneEnvironment(holds.of['shared-service']);
  const { held: applications, environmentOf: environmentOfApplication } = inOneEnvironment(holds.of.application);
  const tiers = new Map([...groupsHeld(holds.of.tier)].filter(([workload]) => applications.has(workload)));
  const refused = [...holds.refused['shared-service'].keys(), ...holds.refused.scanner.keys()];
  const notShared = new Set([
    ...refused.filter((workload) => !shared.has(workload)),
    ...applications.keys(),
    ...holds.scanners.keys(),
  ]);
  const notScanner = new Set([...holds.refused.scanner.keys(), ...applications.keys(), ...shared.keys()]);
  const isNone = (workload: string) => shared.has(workload) || holds.scanners.has(workload);
  const anchored = {
    application: new Map<string, string>(),
    tier: new Map<string, string>(),
    shared: new Map<string, string>(),
  };
  for (const [group, held] of byGroup(shared)) {
    // All of it is held already, and who has joined it since is not.
    if (confirmed.has(group)) continue;
    const isFree = (each: string) => !shared.has(each) && !notShared.has(each);
    for (const workload of anchors(group, held, isFree).surest) anchored.shared.set(workload, group);
  }
  const stranded: string[] = [];
  for (const [group, held] of byGroup(tiers)) {
    const application = holds.applicationOf(group);
    const isFree = (each: string) =>
      !tiers.has(each) && !isNone(each) && (applications.get(each) ?? application) === application;
    for (const workload of anchors(group, held, isFree).surest) anchored.tier.set(workload, group);
  }
  for (const [group, held] of byGroup(applications)) {
    const isFree = (each: string) => !applications.has(each) && !isNone(each);
    const { surest, isAway } = anchors(group, held, isFree);
    for (const workload of surest) anchored.application.set(workload, group);
    if (isAway) stranded.push(...held);
  }

  const uprooted = [...holds.of.application].flatMap(([workload, { away }]) => (away ? [workload] : []));
  const numbersOf = (ids: Iterable<string>): Set<number> =>
    new Set([...ids].flatMap((id) => numbers.get(id) ?? []).sort((a, b) => a - b));
  const numbered = (ids: ReadonlyMap<string, string>): Map<number, string> =>
    new Map([...numbersOf(ids.keys())].map((number) => [number, ids.get(workloads[number]?.id ?? '') ?? '']));
  return {
    applicationOf: numbered(applications),
    environmentOf: environmentOfApplication,
    tierOf: numbered(tiers),
    sharedOf: numbered(shared),
    notShared: numbersOf(notShared),
    notScanner: numbersOf(notScanner),
    scanners: numbersOf(holds.scanners.keys()),
    uprooted: numbersOf(uprooted),
    stranded: numbersOf(stranded),
    anchors: {
      application: numbered(anchored.application),
      tier: numbered(anchored.tier),
      shared: numbered(anchored.shared),
    },
  };
}

function groupsHeld(holds: ReadonlyMap<string, Hold>): Map<string, string> {
  return new Map([...holds].map(([workload, { group }]) => [workload, group]));
}

function byGroup(held: ReadonlyMap<string, string>): Map<string, string[]> {
  return new Map([...groupBy(held, ([, group]) => group)].map(([group, of]) => [group, of.map(([id]) => id)]));
}

function surestFirst({ members }: Group): string[] {
  return members
    .filter(({ lent }) => !lent)
    .sort((a, b) => b.confidence - a.confidence || compareText(a.workload, b.workload))
    .map(({ workload }) => workload);
}
