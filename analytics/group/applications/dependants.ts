import { DisjointSets } from '../../graph/components';
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
  { services, isManaged, workloads }: Evidence,
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
  const sets = new DisjointSets(workloads.length);
  for (;;) {
    const next = strongest(parts);
    if (!next) break;
    merge(parts, next.from, next.into);
    sets.union(next.from, next.into);
    // The smaller number stands for both.
    const [kept, gone] = [Math.min(next.from, next.into), Math.max(next.from, next.into)];
    if (gone === next.into) rename(parts, gone, kept);
  }
  return new Map([...partOf].map(([workload, part]) => [workload, sets.find(part)]));
}

/** The part that is most asked by the one it belongs to. */
function strongest(parts: ReadonlyMap<number, Part>): { readonly from: number; readonly into: number } | undefined {
  let best: { from: number; into: number; weight: number } | undefined;
  for (const [from, { leaf, public: users, inside, asked }] of parts) {
    let [total, into, weight] = [0, -1, 0];
    for (const [other, each] of asked) {
      total += each;
      if (each > weight || (each === weight && other < into)) [into, weight] = [other, each];
    }
    const belongs =
      users < MOST_PUBLIC * total &&
      weight > (leaf ? LEAST_OF_LEAF : LEAST_OF_ASKED) * total &&
      weight > LEAST_ASKED &&
      weight > LEAST_CONDUCTANCE * (2 * inside + weight);
    if (belongs && (!best || weight > best.weight || (weight === best.weight && from < best.from)))
      best = { from, into, weight };
  }
  return best;
}

function merge(parts: Map<number, Part>, from: number, into: number): void {
  const [gone, kept] = [parts.get(from), parts.get(into)];
  if (!gone || !kept) return;
  kept.leaf &&= gone.leaf;
  kept.public += gone.public;
  kept.inside += gone.inside + (gone.asked.get(into) ?? 0) + (kept.asked.get(from) ?? 0);
  kept.asked.delete(from);
  for (const [other, weight] of gone.asked) {
    if (other !== into) kept.asked.set(other, (kept.asked.get(other) ?? 0) + weight);
  }
  parts.delete(from);
  rename(parts, from, into);
}

function rename(parts: Map<number, Part>, from: number, into: number): void {
  const part = parts.get(from);
  if (part) {
    parts.delete(from);
    parts.set(into, part);
  }
  for (const { asked } of parts.values()) {
    const weight = asked.get(from);
    if (weight === undefined) continue;
    asked.delete(from);
    asked.set(into, (asked.get(into) ?? 0) + weight);
  }
}
