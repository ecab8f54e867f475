import type { SparseMatrix } from '../graph/sparse';
import type { Evidence, Use } from './evidence';

/**
 * What workloads do: `ports` counts, per service served or used, with how many others; `relations` with whom. Rows are
 * the managed workloads, in the order of `evidence.managed`.
 */
export interface Features {
  readonly ports: SparseMatrix;
  readonly relations: SparseMatrix;
}

/**
 * A port seen on fewer pairs than this is one that was handed out, not one that was chosen. Picked on generated estates
 * (docs: groups); in a small estate even a chosen port has few pairs.
 */
const HANDED_OUT_PAIRS = 5;

export function describeWorkloads(evidence: Evidence, uses: readonly Use[]): Features {
  const features = foldServices(evidence, uses);
  const rows = new Map(evidence.managed.map((workload, row) => [workload, row]));
  const ports = new FeatureTable(evidence.managed.length);
  const relations = new FeatureTable(evidence.managed.length);
  const serving = new Set(uses.map(({ server, service }) => server * evidence.services.length + service));
  const count = (row: number | undefined, side: 0 | 1 | 2, service: number, partner: number) => {
    if (row === undefined) return;
    const port = 3 * service + side;
    ports.add(row, port);
    relations.add(row, port * evidence.workloads.length + partner);
  };
  for (const { client, server, service } of uses) {
    const feature = features[service] ?? service;
    const peers = serving.has(client * evidence.services.length + service);
    count(rows.get(client), peers ? 2 : 0, feature, server);
    count(rows.get(server), 1, feature, client);
  }
  return { ports: ports.matrix(), relations: relations.matrix() };
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

/** Counts per row and feature; features are numbered as they first appear, which sorted input makes repeatable. */
class FeatureTable {
  private readonly numbers = new Map<number, number>();
  private readonly rows: Map<number, number>[];

  constructor(rows: number) {
    this.rows = Array.from({ length: rows }, () => new Map());
  }

  add(row: number, feature: number): void {
    let number = this.numbers.get(feature);
    if (number === undefined) this.numbers.set(feature, (number = this.numbers.size));
    const counts = this.rows[row];
    counts?.set(number, (counts.get(number) ?? 0) + 1);
  }

  matrix(): SparseMatrix {
    return {
      columns: this.numbers.size,
      rows: this.rows.map((counts) => {
        const columns = Uint32Array.from(counts.keys()).sort();
        return { columns, values: Float64Array.from(columns, (column) => counts.get(column) ?? 0) };
      }),
    };
  }
}
