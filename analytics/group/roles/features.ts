import { PairNumbers } from '../../graph/pair-numbers';
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

export function describeWorkloads(evidence: Evidence, uses: readonly Use[]): Features {
  const { managed, services, workloads } = evidence;
  const features = foldServices(evidence, uses);
  const rowOf = new Int32Array(workloads.length).fill(-1);
  for (const [row, workload] of managed.entries()) rowOf[workload] = row;
  const ports = new FeatureTable(managed.length, 3, services.length);
  const relations = new FeatureTable(managed.length, 3 * services.length, 2 * uses.length);
  const serving = new PairNumbers(services.length, uses.length);
  for (const { server, service } of uses) serving.of(service, server);
  const portOf: number[] = [];
  const partnerOf: number[] = [];
  const count = (row: number, side: 0 | 1 | 2, service: number, partner: number) => {
    if (row < 0) return;
    const port = ports.add(row, side, service);
    const relation = relations.add(row, port, partner);
    portOf[relation] = port;
    partnerOf[relation] = partner;
  };
  for (const { client, server, service } of uses) {
    const feature = features[service] ?? service;
    const peers = serving.has(service, client);
    count(rowOf[client] ?? -1, peers ? 2 : 0, feature, server);
    count(rowOf[server] ?? -1, 1, feature, client);
  }
  return {
    ports: ports.matrix(),
    relations: relations.matrix(),
    portOf: Uint32Array.from(portOf),
    partnerOf: Uint32Array.from(partnerOf),
  };
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

/**
 * Counts per row and feature, which is a pair of numbers; features are numbered as they first appear, which sorted input
 * makes repeatable.
 */
class FeatureTable {
  private readonly numbers: PairNumbers;
  private readonly rowOf: number[] = [];
  private readonly columnOf: number[] = [];

  constructor(
    private readonly rows: number,
    firsts: number,
    features: number,
  ) {
    this.numbers = new PairNumbers(firsts, features);
  }

  /** @returns the feature's column */
  add(row: number, first: number, second: number): number {
    const column = this.numbers.of(first, second);
    this.rowOf.push(row);
    this.columnOf.push(column);
    return column;
  }

  matrix(): SparseMatrix {
    return sumEntries(this.rows, this.numbers.firsts.length, this.rowOf, this.columnOf);
  }
}
