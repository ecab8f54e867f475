import type { Evidence, Use } from '../evidence';
import { tagsOf } from '../purpose';

/** What users ask of a part, against what other parts do: up to this it has hardly a public of its own. */
const MOST_PUBLIC = 0.1;
/** Share of what other parts ask of it that one of them asks, for it to be that one's. */
const LEAST_OF_ASKED = 0.5;
/** A database that several applications live on is at home in the one that asks most of it. */
const LEAST_OF_LEAF = 0.4;
/** What that one asks, against the part's own traffic; below, it is a call now and then … */
const LEAST_CONDUCTANCE = 0.01;
/** … or chance: in powers of two of connections, summed over pairs and services. */
const LEAST_ASKED = 3;

interface Part {
  /** It consists of what applications may share. */
  leaf: boolean;
  public: number;
  inside: number;
  /** By part. */
  readonly asked: Map<number, number>;
}

/**
 * An application serves somebody. A part that nobody outside the estate asks anything, and in it only one other part
 * worth mentioning, is that one's back end: a subtree of its services, its store.
 *
 * @param uses without meshes and scanners
 * @param partOf parts by workload; workloads without one are neither asked nor asking
 * @param leaves what several applications may share
 * @returns parts as they are now, by workload
 */
export function joinDependants(
  { services, isManaged }: Evidence,
  uses: readonly Use[],
  partOf: ReadonlyMap<number, number>,
  leaves: ReadonlySet<number>,
): Map<number, number> {
  const parts = new Map<number, Part>();
  const at = (number: number) => {
    let part = parts.get(number);
    if (!part) parts.set(number, (part = { leaf: true, public: 0, inside: 0, asked: new Map() }));
    return part;
  };
  for (const [workload, number] of partOf) {
    const part = at(number);
    part.leaf &&= leaves.has(workload);
  }
  const incidental = services.map((used) => tagsOf(used).some((tag) => tag === 'admin' || tag === 'monitoring'));
  for (const { client, server, service, connections, answered } of uses) {
    const own = partOf.get(server);
    if (own === undefined || !answered || incidental[service]) continue;
    const from = partOf.get(client);
    const weight = Math.max(0, Math.log2((1 + connections) / 2));
    if (!isManaged(client)) at(own).public += weight;
    else if (from === own) at(own).inside += weight;
    else if (from !== undefined) at(own).asked.set(from, (at(own).asked.get(from) ?? 0) + weight);
  }
  const standing = new Map([...parts.keys()].map((number) => [number, number]));
  for (let merged = mergeRound(parts); merged.size > 0; merged = mergeRound(parts))
    for (const [part, number] of standing) standing.set(part, merged.get(number) ?? number);
  return new Map([...partOf].map(([workload, part]) => [workload, standing.get(part) ?? part]));
}

/**
 * Whoever is asked most goes first. Who has taken others in looks different now, and waits for the next round, which
 * keeps it to few rounds over all parts.
 *
 * @returns which part went into which
 */
function mergeRound(parts: Map<number, Part>): Map<number, number> {
  const asked = [...parts].flatMap(([from, part]) => {
    const owner = ownerOf(part);
    return owner ? [{ from, ...owner }] : [];
  });
  asked.sort((a, b) => b.weight - a.weight || a.from - b.from);
  const into = new Map<number, number>();
  const owners = new Set<number>();
  for (const { from, owner } of asked) {
    if (into.has(owner) || owners.has(from)) continue;
    into.set(from, owner);
    owners.add(owner);
  }
  for (const [from, owner] of into) {
    const [gone, kept] = [parts.get(from), parts.get(owner)];
    parts.delete(from);
    if (gone && kept) absorb(kept, gone);
  }
  if (into.size > 0) for (const [number, part] of parts) redirect(number, part, into);
  return into;
}

/** The part that one belongs to, and how much that asks of it. */
function ownerOf({ leaf, public: users, inside, asked }: Part): { owner: number; weight: number } | undefined {
  let [total, owner, weight] = [0, -1, 0];
  for (const [other, each] of asked) {
    total += each;
    if (each > weight || (each === weight && other < owner)) [owner, weight] = [other, each];
  }
  const belongs =
    users < MOST_PUBLIC * total &&
    weight > (leaf ? LEAST_OF_LEAF : LEAST_OF_ASKED) * total &&
    weight > LEAST_ASKED &&
    weight > LEAST_CONDUCTANCE * (2 * inside + weight);
  return belongs ? { owner, weight } : undefined;
}

function absorb(kept: Part, gone: Part): void {
  kept.leaf &&= gone.leaf;
  kept.public += gone.public;
  kept.inside += gone.inside;
  for (const [other, weight] of gone.asked) kept.asked.set(other, (kept.asked.get(other) ?? 0) + weight);
}

/** What those ask that went into another is asked by that one; what it asks of itself is inside. */
function redirect(number: number, part: Part, into: ReadonlyMap<number, number>): void {
  for (const [other, weight] of part.asked) {
    const now = into.get(other) ?? other;
    if (now === other && now !== number) continue;
    part.asked.delete(other);
    if (now === number) part.inside += weight;
    else part.asked.set(now, (part.asked.get(now) ?? 0) + weight);
  }
}
