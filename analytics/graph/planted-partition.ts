import { compactGraph, contract, type CompactGraph } from './compact-graph';
import type { WeightedEdge } from './communication';
import type { Rng } from './random';

/**
 * Share of all ties that is expected to cross between communities before any was seen. Where hardly any do, the few
 * there are would count as proof that two applications are one.
 */
const EXPECTED_CROSSING = 0.1;
/** Local moving from the communities found before, until nothing moves. */
const MOST_ROUNDS = 3;
/** Nodes looked at again because a neighbour moved, as a multiple of all; never reached on estates made so far. */
const MOST_VISITS = 30;
/** What counts as a gain, in nats: above round-off of sums of some million weights. */
const LEAST_GAIN = 1e-7;

/**
 * Communities by the likelihood of a degree-corrected planted partition: ties inside a community as dense as its own,
 * ties between communities all equally rare (Zhang and Peixoto 2020; Newman 2016 shows modularity to be the special case
 * of one density for all). How rare is estimated anew for each round, so there is no resolution to set, and no resolution
 * limit. Nodes move as in Louvain and, as in Leiden, again from what was found (Blondel et al. 2008; Traag,
 * Waltman and van Eck 2019). Cost is near-linear in edges.
 *
 * @param size nodes are numbered below it
 * @param edges each pair once, ascending
 * @param rng decides the order of visits
 * @returns community of each node, numbered in the order of first nodes
 */
export function plantedPartition(size: number, edges: readonly WeightedEdge[], rng: Rng): Uint32Array {
  const total = edges.reduce((sum, { weight }) => sum + weight, 0);
  let found = Uint32Array.from({ length: size }, (_, node) => node);
  if (total <= 0) return found;
  const base = compactGraph(size, edges);
  let crossing = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const rate = (crossing + EXPECTED_CROSSING * total) / (2 * total * total);
    let graph = base;
    let communityOf = found.slice();
    let moved = false;
    for (;;) {
      const local = moveLocally(graph, communityOf, rate, rng);
      moved ||= local.moves > 0;
      crossing = local.crossing;
      const count = renumber(communityOf);
      const before = communityOf;
      found = graph === base ? before.slice() : found.map((node) => before[node] ?? 0);
      if (count === graph.size) break;
      graph = contract(graph, communityOf, count);
      communityOf = Uint32Array.from({ length: count }, (_, node) => node);
    }
    if (!moved) break;
  }
  renumber(found);
  return found;
}

/** In the order of first nodes. @returns how many there are */
function renumber(communityOf: Uint32Array): number {
  /** One more than the number of a community. */
  const numbers = new Uint32Array(communityOf.length);
  let count = 0;
  for (let node = 0; node < communityOf.length; node++) {
    const community = communityOf[node] ?? 0;
    communityOf[node] = (numbers[community] ||= ++count) - 1;
  }
  return count;
}

/** Log-likelihood of a community's own ties, in nats: `inside` their weight, `degree` of all ends of ties at it. */
function within(inside: number, degree: number): number {
  return inside > 0 ? inside * (Math.log((2 * inside) / (degree * degree)) - 1) : 0;
}

interface Moved {
  readonly moves: number;
  /** Weight of the ties between communities. */
  readonly crossing: number;
}

/**
 * Moves nodes one by one to the neighbouring community, or to one of their own, where the likelihood gains most.
 *
 * @param rate ties between communities that are expected per product of two degrees
 */
function moveLocally(graph: CompactGraph, communityOf: Uint32Array, rate: number, rng: Rng): Moved {
  const { size, from, to, weights, inner, degrees } = graph;
  const inside = new Float64Array(size);
  const degree = new Float64Array(size);
  const members = new Uint32Array(size);
  let total = 0;
  for (let node = 0; node < size; node++) {
    const own = communityOf[node] ?? 0;
    members[own] = (members[own] ?? 0) + 1;
    degree[own] = (degree[own] ?? 0) + (degrees[node] ?? 0);
    total += (degrees[node] ?? 0) / 2;
    let sum = inner[node] ?? 0;
    for (let at = from[node] ?? 0; at < (from[node + 1] ?? 0); at++) {
      if (communityOf[to[at] ?? 0] === own) sum += (weights[at] ?? 0) / 2;
    }
    inside[own] = (inside[own] ?? 0) + sum;
  }
  const likelihood = inside.map((weight, community) => within(weight, degree[community] ?? 0));
  const empty = [...members.keys()].filter((community) => members[community] === 0);
  const crossingTie = Math.log(rate);
  const queue = shuffled(size, rng);
  const waiting = new Uint8Array(size).fill(1);
  const ties = new Float64Array(size);
  const near = new Uint32Array(size);
  // What joining a community gains over standing alone: `w` its ties with the node, `i` and `d` its own.
  const gainOf = (self: number, k: number, w: number, i: number, d: number, alone: number) =>
    within(i + self + w, d + k) - alone - w * crossingTie + rate * d * k;
  let moves = 0;
  for (let head = 0; head < queue.length && head < MOST_VISITS * size; head++) {
    const node = queue[head] ?? 0;
    waiting[node] = 0;
    const own = communityOf[node] ?? 0;
    const [first, end] = [from[node] ?? 0, from[node + 1] ?? 0];
    let met = 0;
    for (let at = first; at < end; at++) {
      const community = communityOf[to[at] ?? 0] ?? 0;
      if (ties[community] === 0) near[met++] = community;
      ties[community] = (ties[community] ?? 0) + (weights[at] ?? 0);
    }
    const [k, self, tied] = [degrees[node] ?? 0, inner[node] ?? 0, ties[own] ?? 0];
    const [restInside, restDegree] = [(inside[own] ?? 0) - self - tied, (degree[own] ?? 0) - k];
    let best = own;
    let most = gainOf(self, k, tied, restInside, restDegree, within(restInside, restDegree)) + LEAST_GAIN;
    for (let at = 0; at < met; at++) {
      const community = near[at] ?? 0;
      if (community === own) continue;
      const weight = ties[community] ?? 0;
      const alone = likelihood[community] ?? 0;
      const gain = gainOf(self, k, weight, inside[community] ?? 0, degree[community] ?? 0, alone);
      if (gain <= most) continue;
      best = community;
      most = gain + LEAST_GAIN;
    }
    const free = empty.at(-1);
    if (free !== undefined && (members[own] ?? 0) > 1 && within(self, k) > most) best = free;
    if (best !== own) {
      moves++;
      inside[own] = Math.max(0, restInside);
      degree[own] = Math.max(0, restDegree);
      members[own] = (members[own] ?? 0) - 1;
      if (best === free) empty.pop();
      if (members[own] === 0) empty.push(own);
      inside[best] = (inside[best] ?? 0) + self + (ties[best] ?? 0);
      degree[best] = (degree[best] ?? 0) + k;
      for (const community of [own, best]) {
        likelihood[community] = within(inside[community] ?? 0, degree[community] ?? 0);
      }
      members[best] = (members[best] ?? 0) + 1;
      communityOf[node] = best;
      for (let at = first; at < end; at++) {
        const neighbour = to[at] ?? 0;
        if (waiting[neighbour] === 1 || communityOf[neighbour] === best) continue;
        waiting[neighbour] = 1;
        queue.push(neighbour);
      }
    }
    for (let at = 0; at < met; at++) ties[near[at] ?? 0] = 0;
  }
  return { moves, crossing: inside.reduce((left, weight) => left - weight, total) };
}

/** Fisher and Yates. */
function shuffled(size: number, rng: Rng): number[] {
  const order = Array.from({ length: size }, (_, node) => node);
  for (let at = size - 1; at > 0; at--) {
    const other = Math.floor(rng() * (at + 1));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}
