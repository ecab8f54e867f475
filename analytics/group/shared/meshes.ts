import type { Reason } from '../../model/topology';
import { serviceName } from '../../services';
import type { Evidence, Use } from '../evidence';
import { percent } from '../figures';
import { signature } from '../purpose';

/** A service that agents use of each other, estate-wide or in cells: gossip. It says nothing about who belongs where. */
export interface Mesh {
  readonly service: number;
  /** Managed workloads that both use and serve it, ascending. */
  readonly members: readonly number[];
  /** Pairs of managed workloads that use it, either way. */
  readonly pairs: number;
  /** 0 to 1: of the pairs of managed workloads in the traffic, those that use it. */
  readonly share: number;
  /** 0 to 1: how often two peers of one member are peers of each other, too. */
  readonly closure: number;
  readonly reasons: readonly Reason[];
}

/** Below this, a cluster of peers is all there is. */
const LEAST_WORKLOADS = 8;
/** Share of the managed workloads in the traffic that must be members, each with so many peers. */
const LEAST_SHARE = 0.2;
const LEAST_PEERS = 4;
/**
 * Tiers that call each other have no triangles, and strangers that happen to share a port have few. Where sensors see
 * every other pair of a full mesh, half of its triangles are left; gossip reaches seven pairs in ten in a day.
 */
const LEAST_CLOSURE = 0.3;
/** Pairs of peers looked at per member. */
const WEDGES = 12;

/**
 * Services whose users are each other's servers in closed circles (transitivity, Watts and Strogatz 1998, from a fixed
 * sample of wedges, which keeps it linear). How large the circles are does not matter: a mesh in cells of 64 has the
 * triangles that one of all with all has, and few of its pairs.
 *
 * @param uses answered ones
 * @returns by service number
 */
export function findMeshes(evidence: Evidence, uses: readonly Use[]): Mesh[] {
  const { services, isManaged } = evidence;
  const among = uses.filter(({ client, server }) => isManaged(client) && isManaged(server));
  const seen = new Set<number>();
  const counts = new Uint32Array(services.length);
  for (const { client, server, service } of among) {
    seen.add(client).add(server);
    counts[service] = (counts[service] ?? 0) + 1;
  }
  const least = Math.max(LEAST_WORKLOADS, LEAST_SHARE * seen.size);
  // Each member has so many peers, so a mesh has at least so many pairs.
  const possible = services.map(
    (used, n) => (counts[n] ?? 0) >= (least * LEAST_PEERS) / 2 && signature(used, 'server') >= 0,
  );
  const byService = new Map<number, Use[]>();
  for (const use of among) {
    if (!possible[use.service]) continue;
    const of = byService.get(use.service);
    if (of) of.push(use);
    else byService.set(use.service, [use]);
  }
  return [...byService]
    .sort(([a], [b]) => a - b)
    .flatMap(([service, own]) => {
      const peers = peersOf(own);
      if (peers.size < least) return [];
      const { closure, beyondChance } = closureOf(peers);
      const ends = [...peers.values()].reduce((sum, of) => sum + of.size, 0);
      if (Math.max(beyondChance, ends / peers.size / (peers.size - 1)) < LEAST_CLOSURE) return [];
      const members = [...peers.keys()].sort((a, b) => a - b);
      const pairs = new Set(own.map(({ client, server }) => pairKey(client, server, evidence.workloads.length))).size;
      const share = (2 * pairs) / (seen.size * (seen.size - 1));
      return [
        {
          service,
          members,
          pairs,
          share,
          closure,
          reasons: describe(evidence, service, members.length, seen.size, share, closure),
        },
      ];
    });
}

/** Who both uses and serves it, with the others who do. */
function peersOf(uses: readonly Use[]): Map<number, Set<number>> {
  const clients = new Set(uses.map(({ client }) => client));
  const both = new Set(uses.map(({ server }) => server).filter((server) => clients.has(server)));
  const peers = new Map<number, Set<number>>();
  const add = (from: number, to: number) => {
    const of = peers.get(from);
    if (of) of.add(to);
    else peers.set(from, new Set([to]));
  };
  for (const { client, server } of uses) {
    if (!both.has(client) || !both.has(server)) continue;
    add(client, server);
    add(server, client);
  }
  for (const [member, of] of peers) if (of.size < LEAST_PEERS) peers.delete(member);
  return peers;
}

/**
 * Share of wedges that are closed beyond what members with so many peers would close by chance (configuration model,
 * Newman 2010): popular servers of a farm are each other's clients often enough. Over members, not wedges, so that one
 * with ten thousand peers does not speak for the others.
 */
function closureOf(peers: ReadonlyMap<number, ReadonlySet<number>>): {
  readonly closure: number;
  readonly beyondChance: number;
} {
  let closed = 0;
  let chance = 0;
  let looked = 0;
  let ends = 0;
  for (const of of peers.values()) ends += of.size;
  for (const of of peers.values()) {
    const near = [...of].filter((peer) => peers.has(peer)).sort((a, b) => a - b);
    const wedges = Math.min(WEDGES, near.length);
    const step = Math.max(1, Math.floor(near.length / 2));
    for (let n = 0; n < wedges; n++) {
      const at = Math.floor((n * near.length) / wedges);
      const [a, b] = [near[at] ?? -1, near[(at + step) % near.length] ?? -1];
      if (a === b) continue;
      looked++;
      chance += Math.min(1, ((peers.get(a)?.size ?? 0) * (peers.get(b)?.size ?? 0)) / ends);
      if (peers.get(a)?.has(b) === true) closed++;
    }
  }
  if (looked === 0) return { closure: 0, beyondChance: 0 };
  return { closure: closed / looked, beyondChance: (closed - chance) / Math.max(1, looked - chance) };
}

function pairKey(a: number, b: number, workloads: number): number {
  return Math.min(a, b) * workloads + Math.max(a, b);
}

function describe(
  { services }: Evidence,
  service: number,
  members: number,
  seen: number,
  ofPairs: number,
  closure: number,
): Reason[] {
  const used = services[service];
  if (!used) return [];
  const name = `${serviceName(used.service)} (${used.key})`;
  return [
    { text: `${members} of ${seen} managed workloads use ${name} of each other`, weight: members / seen },
    { text: `two peers of one are peers of each other in ${percent(closure)} of cases`, weight: closure },
    { text: `${percent(ofPairs)} of all pairs use it`, weight: 0 },
  ];
}
