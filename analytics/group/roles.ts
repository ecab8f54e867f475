import { averageLinkage } from '../graph/linkage';
import { nearestNeighbours, type SimilarityGraph } from '../graph/neighbours';
import { cutByEvidence } from '../graph/partition';
import { joinBlocks, tfIdf } from '../graph/sparse';
import type { Evidence, Use } from './evidence';
import { describeWorkloads } from './features';

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
  /** See `cutByEvidence`. */
  readonly priorStrength: number;
}

/** @param uses without meshes and scanners */
export function findRoles(evidence: Evidence, uses: readonly Use[], options: RoleOptions): Roles {
  const { managed } = evidence;
  const { ports, relations } = describeWorkloads(evidence, uses);
  const graph = nearestNeighbours(
    joinBlocks(tfIdf(ports), tfIdf(relations), options.relationShare),
    options.neighbours,
  );
  const clusters = cutByEvidence(relations, averageLinkage(graph), options.priorStrength);
  // Nothing tells silent workloads apart, and nothing will until they speak.
  const isSilent = (rows: readonly number[]) => rows.every((row) => relations.rows[row]?.columns.length === 0);
  const silent = clusters.filter(isSilent).flat();
  const spoken = clusters.filter((rows) => !isSilent(rows));
  const members = [...spoken, ...(silent.length > 0 ? [silent] : [])].map((rows) =>
    rows.map((row) => managed[row] ?? -1),
  );
  return {
    roleOf: new Map(members.flatMap((workloads, role) => workloads.map((workload) => [workload, role] as const))),
    members,
    ...lookUps(managed, graph),
  };
}

function lookUps(managed: readonly number[], { neighbours }: SimilarityGraph): Pick<Roles, 'similarity' | 'similarTo'> {
  const rows = new Map(managed.map((workload, row) => [workload, row]));
  const near = (workload: number) => neighbours[rows.get(workload) ?? -1];
  return {
    similarity: (a, b) => near(a)?.get(rows.get(b) ?? -1) ?? 0,
    similarTo: (workload) => [...(near(workload)?.keys() ?? [])].map((row) => managed[row] ?? -1),
  };
}
