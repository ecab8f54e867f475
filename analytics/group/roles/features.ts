import { numberPairs } from '../../graph/pair-numbers';
import { orderBy } from '../../graph/ranks';
import { sumEntries, type SparseMatrix } from '../../graph/sparse';
import type { Evidence, Use } from '../evidence';

/**
 * What workloads do: `ports` counts, per service served or used, with how many others; `relations` with whom. Rows are
 * the managed workloads, in the order of `evidence.managed`.
 */
export interface Features {
  readonly ports: SparseMatrix;
  readonly relations: SparseMatrix;
  /** By column of `relations`: its column in `ports`, and the number of the workload at the other end. */
  readonly portOf: Uint32Array;
  readonly partnerOf: Uint32Array;
}

/**
 * A port seen on fewer pairs than this is one that was handed out, not one that was chosen. Picked on generated estates
 * (docs: groups); in a small estate even a chosen port has few pairs.
 */
const HANDED_OUT_PAIRS = 5;

/** On which side of a service a workload is: it uses it, serves it, or uses what it serves itself. */
const SIDES = { client: 0, server: 1, peer: 2 } as const;

export function describeWorkloads(evidence: Evidence, uses: readonly Use[]): Features {
  const { managed, services, workloads } = evidence;
  const features = foldServices(evidence, uses);
  const rowOf = new Int32Array(workloads.length).fill(-1);
  for (const [row, workload] of managed.entries()) rowOf[workload] = row;
  const isPeer = peers(evidence, uses);
  // Both ends of each use, as far as they are managed.
  const ends = 2 * uses.length;
  const [rows, sides] = [new Uint32Array(ends), new Uint32Array(ends)];
  const [used, partners] = [new Uint32Array(ends), new Uint32Array(ends)];
  let count = 0;
  const add = (workload: number, partner: number, side: number, service: number) => {
    const row = rowOf[workload] ?? -1;
    if (row < 0) return;
    rows[count] = row;
    sides[count] = side;
    used[count] = service;
    partners[count++] = partner;
  };
  for (let at = 0; at < uses.length; at++) {
    const { client, server, service } = uses[at] as Use;
    const feature = features[service] ?? service;
    add(client, server, isPeer[at] === 1 ? SIDES.peer : SIDES.client, feature);
    add(server, client, SIDES.server, feature);
  }
  // Features are numbered as they first appear, which sorted input makes repeatable.
  const port = numberPairs(
    { ranks: sides.subarray(0, count), count: 3 },
    { ranks: used.subarray(0, count), count: services.length },
  );
  const relation = numberPairs(
    { ranks: port.numbers, count: port.firstAt.length },
    { ranks: partners.subarray(0, count), count: workloads.length },
  );
  const described = rows.subarray(0, count);
  return {
    ports: sumEntries(managed.length, port.firstAt.length, described, port.numbers),
    relations: sumEntries(managed.length, relation.firstAt.length, described, relation.numbers),
    portOf: relation.firstAt.map((at) => port.numbers[at] ?? 0),
    partnerOf: relation.firstAt.map((at) => partners[at] ?? 0),
  };
}

/** By use, 1 where its client serves the same service. */
function peers({ services, workloads }: Evidence, uses: readonly Use[]): Uint8Array {
  const found = new Uint8Array(uses.length);
  const byServer = orderBy({ ranks: Uint32Array.from(uses, ({ server }) => server), count: workloads.length });
  /** By service, one more than the last of the workloads that were looked at and serve it. */
  const servedBy = new Uint32Array(services.length);
  let next = 0;
  // Uses are sorted by client.
  for (let at = 0; at < uses.length; at++) {
    const { client, service } = uses[at] as Use;
    for (; next < byServer.length; next++) {
      const served = uses[byServer[next] ?? 0];
      if (!served || served.server > client) break;
      if (served.server === client) servedBy[served.service] = client + 1;
    }
    if (servedBy[service] === client + 1) found[at] = 1;
  }
  return found;
}

/**
 * What each service counts as: itself, or, together with all ports of its protocol that were handed out at random, the
 * first of these. By service number.
 */
export function foldServices({ services, managed }: Evidence, uses: readonly Use[]): number[] {
  const pairs = new Uint32Array(services.length);
  for (const { service } of uses) pairs[service] = (pairs[service] ?? 0) + 1;
  const fewest = Math.min(HANDED_OUT_PAIRS, 1 + Math.ceil(managed.length / 10));
  const folded = new Map<number, number>();
  return services.map(({ service, known }, number) => {
    if (known !== undefined || service.kind !== 'port' || (pairs[number] ?? 0) >= fewest) return number;
    const first = folded.get(service.protocol) ?? number;
    folded.set(service.protocol, first);
    return first;
  });
}
