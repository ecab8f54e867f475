import { nearestNeighbours, type SimilarityGraph } from '../../graph/neighbours';
import { joinBlocks, tfIdf, valueAt } from '../../graph/sparse';
import type { Evidence, Use } from '../evidence';
import { describeWorkloads } from './features';
import { searchRoles } from './role-search';

/** Which managed workloads do the same for the same others, wherever they belong. */
export interface Roles {
  /** Workload number to role number. */
  readonly roleOf: ReadonlyMap<number, number>;
  /** Workload numbers of each role, ascending. */
  readonly members: readonly (readonly number[])[];
  /** 0 to 1 for a pair of managed workloads; 0 also where it was not worth computing. */
  similarity(a: number, b: number): number;
  /** The managed workloads most similar to one, in no particular order. */
  similarTo(workload: number): readonly number[];
}

export interface RoleOptions {
  /** How much of the similarity is about with whom, the rest about which services. */
  readonly relationShare: number;
  readonly neighbours: number;
}

/**
 * @param uses without meshes and scanners
 * @param before by workload number, the role it had in the run before: it takes evidence to leave it
 */
export function findRoles(
  evidence: Evidence,
  uses: readonly Use[],
  options: RoleOptions,
  before?: ReadonlyMap<number, string>,
): Roles {
  const { managed } = evidence;
  const features = describeWorkloads(evidence, uses);
  const graph = nearestNeighbours(
    joinBlocks(tfIdf(features.ports), tfIdf(features.relations), options.relationShare),
    options.neighbours,
  );
  const roles = searchRoles(evidence, features, graph, before && managed.map((workload) => before.get(workload)));
  // Nothing tells silent workloads apart, and nothing will until they speak.
  const { starts } = features.relations;
  const isSilent = (row: number) => starts[row] === starts[row + 1];
  const silent = roles.flat().filter(isSilent);
  const spoken = roles.map((rows) => rows.filter((row) => !isSilent(row)));
  const members = [...spoken, silent]
    .filter(({ length }) => length > 0)
    .map((rows) => rows.map((row) => managed[row] ?? -1));
  return {
    roleOf: new Map(members.flatMap((workloads, role) => workloads.map((workload) => [workload, role] as const))),
    members,
    ...lookUps(managed, graph),
  };
}

function lookUps(managed: readonly number[], graph: SimilarityGraph): Pick<Roles, 'similarity' | 'similarTo'> {
  const rows = new Map(managed.map((workload, row) => [workload, row]));
  const { starts, columnOf } = graph;
  return {
    similarity: (a, b) => valueAt(graph, rows.get(a) ?? -1, rows.get(b) ?? -1),
    similarTo: (workload) => {
      const row = rows.get(workload) ?? -1;
      return Array.from(columnOf.subarray(starts[row] ?? 0, starts[row + 1] ?? 0), (near) => managed[near] ?? -1);
    },
  };
}
