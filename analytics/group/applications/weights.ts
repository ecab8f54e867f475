import { sumByPair, type WeightedEdge } from '../../graph/communication';
import type { Evidence, Use } from '../evidence';
import { foldServices } from '../roles/features';
import { tagsOf } from '../purpose';

/** What people and agents do to hosts says little about what the hosts do for each other. */
const INCIDENTAL = 0.25;
/** A call that nobody answered may still be a call of the application: a sensor saw one direction, a server was down. */
const UNANSWERED = 0.25;

/** One connection proves next to nothing: someone looked after a machine, a program was misconfigured. */
const ONCE = 0.1;

/**
 * How much two workloads are tied together: per service the logarithm of its connections, so that a nightly backup of a
 * million does not outweigh an application's many small calls. Ports handed out at random count as one service, or a
 * hundred of them would outweigh everything else.
 *
 * @returns one edge per pair
 */
export function weighUses(evidence: Evidence, uses: readonly Use[]): WeightedEdge[] {
  const features = foldServices(evidence, uses);
  const incidental = evidence.services.map((used) =>
    tagsOf(used).some((tag) => tag === 'admin' || tag === 'monitoring'),
  );
  const edges: WeightedEdge[] = [];
  // Uses are sorted by pair, so a pair's folded services are summed as they pass.
  let pair: { client: number; server: number; folded: Map<number, number> } | undefined;
  for (const { client, server, service, connections, answered } of uses) {
    if (pair?.client !== client || pair.server !== server) pair = { client, server, folded: new Map() };
    const feature = features[service] ?? service;
    const before = pair.folded.get(feature) ?? 0;
    const after = before + Math.max(1, connections);
    pair.folded.set(feature, after);
    const factor = (incidental[service] ? INCIDENTAL : 1) * (answered ? 1 : UNANSWERED);
    edges.push({ a: client, b: server, weight: factor * (weightOf(after) - weightOf(before)) });
  }
  return sumByPair(edges);
}

function weightOf(connections: number): number {
  return connections === 0 ? 0 : Math.max(ONCE, Math.log2((1 + connections) / 2));
}

/** For each workload, whom it is tied to and how strongly. */
export function adjacency(edges: readonly WeightedEdge[]): Map<number, Map<number, number>> {
  const neighbours = new Map<number, Map<number, number>>();
  const add = (from: number, to: number, weight: number) => {
    const of = neighbours.get(from);
    if (of) of.set(to, weight);
    else neighbours.set(from, new Map([[to, weight]]));
  };
  for (const { a, b, weight } of edges) {
    add(a, b, weight);
    add(b, a, weight);
  }
  return neighbours;
}

/** Each tie over how many others its busier end has, as in the resource allocation index of Zhou, Lü and Zhang (2009). */
export function dampen(edges: readonly WeightedEdge[]): WeightedEdge[] {
  const others = new Map<number, number>();
  for (const { a, b } of edges) for (const end of [a, b]) others.set(end, (others.get(end) ?? 0) + 1);
  return edges.map(({ a, b, weight }) => ({
    a,
    b,
    weight: weight / Math.max(others.get(a) ?? 1, others.get(b) ?? 1),
  }));
}
