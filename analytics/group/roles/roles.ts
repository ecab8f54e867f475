import { groupBy } from '../../graph/group-by';
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

interface FoundRoles extends Roles {
  /** Digest of what would have been found without the run before. */
  readonly afresh: string;
}

export interface RoleOptions {
  /** How much of the similarity is about with whom, the rest about which services. */
  readonly relationShare: number;
  readonly neighbours: number;
}

/**
 * @param uses without meshes and scanners
 * @param before by workload number, the role it had in the run before: it takes evidence to leave it
 * @param digestBefore `afresh` of that run: what would be found alone being the same, everybody stays
 */
export function findRoles(
  evidence: Evidence,
  uses: readonly Use[],
  options: RoleOptions,
  before?: ReadonlyMap<number, string>,
  digestBefore?: string,
): FoundRoles {
  const { managed } = evidence;
  const features = describeWorkloads(evidence, uses);
  const graph = nearestNeighbours(
    joinBlocks(tfIdf(features.ports), tfIdf(features.relations), options.relationShare),
    options.neighbours,
  );
  const { starts } = features.relations;
  const isSilent = (row: number) => starts[row] === starts[row + 1];
  const known = managed.map((workload) => before?.get(workload));
  const told = before ? known.map((role, row) => (isSilent(row) ? undefined : role)) : [];
  const { partition: roles, afresh } = searchRoles(evidence, features, graph, told, digestBefore);
  const spoken = roles.map((rows) => rows.filter((row) => !isSilent(row)));
  const members = withSilent(spoken, roles.flat().filter(isSilent), known)
    .filter(({ length }) => length > 0)
    .map((rows) => rows.map((row) => managed[row] ?? -1).sort((a, b) => a - b));
  return {
    roleOf: new Map(members.flatMap((workloads, role) => workloads.map((workload) => [workload, role] as const))),
    members,
    afresh,
    ...lookUps(managed, graph),
  };
}

/**
 * Who fell silent keeps the role of before, with most of those who had it. Nothing tells the others apart, and nothing will
 * until they speak.
 *
 * @param known by row, the role of before
 */
function withSilent(
  spoken: readonly (readonly number[])[],
  silent: readonly number[],
  known: readonly (string | undefined)[],
): (readonly number[])[] {
  const heirs = new Map<string, { readonly role: number; readonly count: number }>();
  for (const [role, rows] of spoken.entries()) {
    for (const [name, same] of groupBy(
      rows.flatMap((row) => known[row] ?? []),
      (each) => each,
    )) {
      if (same.length > (heirs.get(name)?.count ?? 0)) heirs.set(name, { role, count: same.length });
    }
  }
  const placed = groupBy(silent, (row) => {
    const name = known[row];
    return name === undefined ? -1 : (heirs.get(name)?.role ?? name);
  });
  const alone = [...placed].flatMap(([role, rows]) => (typeof role === 'number' && role >= 0 ? [] : [rows]));
  return [...spoken.map((rows, role) => [...rows, ...(placed.get(role) ?? [])]), ...alone];
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
