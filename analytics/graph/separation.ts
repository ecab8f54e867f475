import { findCommunities, type Community } from './communities';
import type { WeightedEdge } from './communication';
import { groupBy } from './components';

export interface TrafficEdge extends WeightedEdge {
  /** What of the weight is observed traffic; the rest was inferred. */
  readonly traffic: number;
}

export interface SeparationOptions {
  readonly seed: number;
  readonly runs: number;
  /** A part may have at most this share of its ties' weight with the outside. */
  readonly mostCut: number;
  /** Nodes that may belong to both sides of a cut, such as a database of two applications. */
  readonly sharable: ReadonlySet<number>;
}

/** Weight of ties; `traffic` is what of it was observed, `shared` what of that has a sharable node at either end. */
interface Ties {
  weight: number;
  traffic: number;
  shared: number;
}

interface Part {
  members: Community['members'];
  agreement: Community['agreement'];
  readonly inside: Ties;
  readonly outside: Ties;
  /** What `outside` consists of, by part. */
  readonly towards: Map<number, Ties>;
}

/** What a part's own core must weigh, against its ties to sharable nodes elsewhere, to stand without owning them. */
const LEAST_CORE = 0.5;

/**
 * Splits a graph into parts that keep to themselves. Modularity alone both merges small communities of a large graph
 * (Fortunato and Barthélemy 2007) and splits one application along its tiers; so every proposed part must pass a
 * conductance test or is merged with the part it talks to most, and parts that pass are split again.
 *
 * @returns in the order of their first member
 */
export function separate(
  nodes: readonly number[],
  edges: readonly TrafficEdge[],
  options: SeparationOptions,
): Community[] {
  const found: Community[] = [];
  const open = [{ nodes, edges, agreement: new Map<number, number>() }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { agreement } = next;
    const parts = mergeLeaky(findCommunities(next.nodes, next.edges, options), next.edges, options);
    if (parts.length === 1 && parts[0]) {
      const { members } = parts[0];
      // What speaks for a member is the split that made the part, not the one that was refused.
      found.push({ members, agreement: members.map((node) => agreement.get(node) ?? 1) });
      continue;
    }
    const partOf = new Map(parts.flatMap(({ members }, part) => members.map((node) => [node, part] as const)));
    const edgesOf = groupBy(
      next.edges.filter(({ a, b }) => partOf.get(a) === partOf.get(b)),
      ({ a }) => partOf.get(a),
    );
    for (const [part, { members, agreement: here }] of parts.entries()) {
      const combined = new Map(members.map((node, at) => [node, (agreement.get(node) ?? 1) * (here[at] ?? 1)]));
      open.push({ nodes: members, edges: edgesOf.get(part) ?? [], agreement: combined });
    }
  }
  return found.sort((x, y) => (x.members[0] ?? 0) - (y.members[0] ?? 0));
}

function mergeLeaky(
  communities: readonly Community[],
  edges: readonly TrafficEdge[],
  { mostCut, sharable }: SeparationOptions,
): Part[] {
  const parts = new Map(communities.map((community, number) => [number, emptyPart(community)]));
  const partOf = new Map(communities.flatMap(({ members }, part) => members.map((node) => [node, part] as const)));
  for (const { a, b, weight, traffic } of edges) {
    const [x = -1, y = -1] = [partOf.get(a), partOf.get(b)];
    const ties = { weight, traffic, shared: sharable.has(a) || sharable.has(b) ? traffic : 0 };
    if (x === y) add(parts.get(x)?.inside, ties);
    else {
      addTowards(parts.get(x), y, ties);
      addTowards(parts.get(y), x, ties);
    }
  }
  for (;;) {
    let worst: { readonly number: number; readonly part: Part; readonly leak: number } | undefined;
    for (const [number, part] of parts) {
      const leak = leakOf(part);
      if (leak > (worst?.leak ?? mostCut)) worst = { number, part, leak };
    }
    if (!worst) return [...parts.values()];
    absorb(parts, strongest(worst.part.towards), worst.number);
  }
}

function emptyPart({ members, agreement }: Community): Part {
  return { members, agreement, inside: none(), outside: none(), towards: new Map() };
}

/**
 * Conductance (Kannan, Vempala and Vetta 2004), of all ties and of the traffic alone: ties that were inferred must not
 * make a cut through traffic look good. Traffic with what both sides may own is left out when the part has a core.
 */
function leakOf({ inside, outside }: Part): number {
  const hasCore = inside.traffic - inside.shared >= LEAST_CORE * outside.shared;
  const counted = hasCore ? outside.traffic - outside.shared : outside.traffic;
  return Math.max(
    conductance(inside.traffic, counted),
    conductance(inside.weight, outside.weight - outside.traffic + counted),
  );
}

function conductance(inside: number, cut: number): number {
  return cut <= 0 ? 0 : cut / (2 * inside + cut);
}

function strongest(towards: ReadonlyMap<number, Ties>): number {
  return [...towards].reduce((a, b) =>
    b[1].weight > a[1].weight || (b[1].weight === a[1].weight && b[0] < a[0]) ? b : a,
  )[0];
}

function absorb(parts: Map<number, Part>, into: number, from: number): void {
  const kept = parts.get(into);
  const gone = parts.get(from);
  if (!kept || !gone) return;
  const joined = [kept, gone]
    .flatMap(({ members, agreement }) => members.map((node, at) => [node, agreement[at] ?? 1] as const))
    .sort(([a], [b]) => a - b);
  kept.members = joined.map(([node]) => node);
  kept.agreement = joined.map(([, agreement]) => agreement);
  add(kept.inside, gone.inside);
  add(kept.inside, kept.towards.get(from) ?? none());
  take(kept, from);
  for (const [other, ties] of gone.towards) {
    if (other === into) continue;
    addTowards(kept, other, ties);
    const third = parts.get(other);
    if (third) take(third, from);
    addTowards(third, into, ties);
  }
  parts.delete(from);
}

function none(): Ties {
  return { weight: 0, traffic: 0, shared: 0 };
}

function add(to: Ties | undefined, ties: Ties): void {
  if (!to) return;
  to.weight += ties.weight;
  to.traffic += ties.traffic;
  to.shared += ties.shared;
}

function addTowards(part: Part | undefined, other: number, ties: Ties): void {
  if (!part) return;
  const found = part.towards.get(other) ?? none();
  add(found, ties);
  part.towards.set(other, found);
  add(part.outside, ties);
}

function take(part: Part, other: number): void {
  const { weight, traffic, shared } = part.towards.get(other) ?? none();
  part.towards.delete(other);
  add(part.outside, { weight: -weight, traffic: -traffic, shared: -shared });
}
