import { findCommunities } from '../graph/communities';
import { seededRng } from '../graph/random';
import { DEFAULT_CONFIG, groupWorkloads } from '../group';
import { gatherEvidence } from '../group/evidence';
import { weighUses } from '../group/weights';
import type { Topology } from '../model/topology';
import { readHostGraph, type HostGraph } from './host-graph';
import { adjustedRandIndex } from './rand-index';

type Report = (metric: string, value: number, unit: string) => void;

const DEFAULT_DATA = '../shared/data/hosts-g21';
const LOUVAIN_SEEDS = 10;
const RESAMPLES = 1000;
/** Ports of the published graphs are numbered anew, so what a number usually means is misleading. */
const ANONYMISED = { ...DEFAULT_CONFIG, lookUp: () => undefined };
const SECONDS_PER_HOUR = 3600;

/**
 * How well the groups of a labelled network are found. Tiers are what is compared; a host of a shared service counts as
 * in that. `ari-low` and `ari-high` bound the middle 95 % over resampled hosts.
 */
export async function quality({ data = DEFAULT_DATA }: { data?: string }, report: Report): Promise<void> {
  const graph = await readHostGraph(data);
  const topology = groupWorkloads({ ...graph, window: { from: 0, to: graph.hours * SECONDS_PER_HOUR } }, ANONYMISED);
  const groupOf = finalGroups(topology);
  report('ari', against(graph.labels, groupOf), 'index');
  if (graph.prefixLabels) report('ari-prefix5', against(graph.prefixLabels, groupOf), 'index');
  report('groups', new Set([...graph.labels.keys()].map((host) => groupOf.get(host))).size, 'groups');
  report('ari-louvain', plainLouvain(graph), 'index');
  const [low, high] = bootstrap(graph.labels, groupOf);
  report('ari-low', low, 'index');
  report('ari-high', high, 'index');
}

/** One group per workload: the tier it belongs to most clearly, or the shared service or scanner it is. */
export function finalGroups({ groups }: Topology): Map<string, string> {
  const best = new Map<string, { id: string; confidence: number }>();
  for (const { id, kind, members } of groups) {
    if (kind === 'application') continue;
    for (const { workload, confidence } of members) {
      if (confidence > (best.get(workload)?.confidence ?? -1)) best.set(workload, { id, confidence });
    }
  }
  return new Map([...best].map(([workload, { id }]) => [workload, id]));
}

function against(labels: ReadonlyMap<string, string>, groupOf: ReadonlyMap<string, string>): number {
  const hosts = [...labels.keys()];
  return adjustedRandIndex(
    hosts.map((host) => groupOf.get(host) ?? host),
    [...labels.values()],
  );
}

/** Communities of the communication graph as it is, mesh and all, mean over seeds: what one gets without further thought. */
function plainLouvain({ workloads, dependencies, labels }: HostGraph): number {
  const evidence = gatherEvidence(workloads, dependencies, ANONYMISED.lookUp);
  const edges = weighUses(evidence, evidence.uses);
  const scores = Array.from({ length: LOUVAIN_SEEDS }, (_, seed) => {
    const found = findCommunities([...evidence.workloads.keys()], edges, { seed, runs: 1 });
    const groupOf = found.flatMap(({ members }, at) =>
      members.map((number): [string, string] => [evidence.workloads[number]?.id ?? '', String(at)]),
    );
    return against(labels, new Map(groupOf));
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** Percentile bootstrap over distinct hosts: a host drawn twice would agree with itself, and raise the index. */
function bootstrap(labels: ReadonlyMap<string, string>, groupOf: ReadonlyMap<string, string>): [number, number] {
  const rng = seededRng(1);
  const hosts = [...labels];
  const scores = Array.from({ length: RESAMPLES }, () => {
    const drawn = new Set(hosts.map(() => Math.floor(rng() * hosts.length)));
    return against(new Map([...drawn].flatMap((at) => hosts.slice(at, at + 1))), groupOf);
  }).sort((a, b) => a - b);
  const at = (share: number) => scores[Math.min(RESAMPLES - 1, Math.floor(share * RESAMPLES))] ?? Number.NaN;
  return [at(0.025), at(0.975)];
}
