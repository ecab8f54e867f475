import { WayleaveError } from '../../../ingest/kernel/errors';
import type { GroupDecision } from '../../model/group-decision';
import type { Group, Topology } from '../../model/topology';
import { canonicalEnvironment, environmentsOf } from '../applications/environments';
import { foldDecisions } from './fold-decisions';

/** What is to be of one environment: groups with all in them, and workloads by id. */
interface Company {
  readonly groups: readonly Group[];
  readonly workloads: readonly string[];
}

interface Named {
  readonly name: string;
  /** Under the names they are compared by, sorted. */
  readonly environments: readonly string[];
}

/**
 * Nothing is of two environments by a decision, nor by several of them: what was decided since the run counts as done.
 *
 * @param labelWeight as the grouping takes labels: at 0 host names alone tell
 * @throws WayleaveError `other-environment`
 */
export function requireOneEnvironment(
  { groups, workloads }: Company,
  topology: Topology,
  standing: readonly GroupDecision[],
  labelWeight: number,
): void {
  const ofWorkload = environmentsByWorkload(topology, labelWeight);
  const membersOf = membersByNow(topology, standing);
  const company: readonly Named[] = [
    ...workloads.map((name) => ({ name, environments: ofWorkload.get(name) ?? [] })),
    ...groups.map((group) => {
      const whole = topology.groups.find(({ id }) => id === group.application) ?? group;
      // It is of its environment until the next run, whoever has left it since.
      const said = labelWeight > 0 && whole.environment !== undefined ? [canonicalEnvironment(whole.environment)] : [];
      const found = [...membersOf(whole)].flatMap((workload) => ofWorkload.get(workload) ?? []);
      return { name: group.name, environments: [...new Set([...said, ...found])].sort() };
    }),
  ].filter(({ environments }) => environments.length > 0);
  const [first] = company;
  const other = company.find(({ environments }) => environments.join() !== first?.environments[0]);
  if (!first || !other) return;
  const both = other === first ? [first] : [first, other];
  const [mine = '', theirs] = both.map(({ name, environments }) => `"${name}" in ${environments.join(' and ')}`);
  throw new WayleaveError(
    `environments never mix: ${mine}${theirs === undefined ? '' : `, ${theirs}`}; expected one environment: if the inventory ` +
      `has it wrong, correct its labels env`,
    { code: 'other-environment', where: { of: first.name, and: other.name } },
  );
}

function environmentsByWorkload({ workloads }: Topology, labelWeight: number): Map<string, readonly [string]> {
  const found = environmentsOf(workloads, labelWeight);
  return new Map(
    workloads.flatMap(({ id }, at) => {
      const environment = found[at] ?? null;
      return environment === null ? [] : [[id, [canonicalEnvironment(environment)]] as const];
    }),
  );
}

/** Who is at home in a group, or in what it was merged into, by the run and by what was decided since. */
function membersByNow(topology: Topology, standing: readonly GroupDecision[]): (group: Group) => Set<string> {
  const { holds, successor } = foldDecisions(standing, topology);
  return ({ id, kind }) => {
    if (kind !== 'application' && kind !== 'shared-service') return new Set();
    const now = successor(id);
    const since = [...holds.of[kind]].filter(([, hold]) => hold.topology === topology.id);
    const elsewhere = new Set(since.flatMap(([workload, { group }]) => (group === now ? [] : [workload])));
    const merged = topology.groups.filter((group) => group.kind === kind && successor(group.id) === now);
    return new Set([
      ...merged
        .flatMap(({ members }) => members.flatMap(({ workload, lent }) => (lent ? [] : [workload])))
        .filter((workload) => !elsewhere.has(workload)),
      ...since.flatMap(([workload, { group }]) => (group === now ? [workload] : [])),
    ]);
  };
}
