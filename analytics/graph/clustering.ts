import { CountTables } from './count-tables';
import { lnRising } from './gamma';
import type { PartitionPrior } from './partition-prior';
import { rowCount } from './sparse';
import type { Urns } from './urns';

const NOBODY = -1;
/** Below this, a difference of sums is nothing. */
const NOTHING = 1e-9;

/** A partition of rows while it changes, with what it takes to compare clusters. Gains are in nats. */
export class Clustering {
  private readonly clusterOf: Int32Array;
  /** By cluster; there are never more than rows, and one to move to. */
  private readonly sizes: Uint32Array;
  /** Members of a cluster as a list: the first by cluster, the others by row. */
  private readonly first: Int32Array;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  /** What clusters drew: counts by column. */
  private readonly drawn: CountTables;
  /** By entry of the draws: how likely it is in a cluster of its own. */
  private readonly alone: Float64Array;
  /** No cluster before this is empty. */
  private firstEmpty = 0;

  constructor(
    private readonly urns: Urns,
    private readonly prior: PartitionPrior,
    partition: readonly (readonly number[])[],
  ) {
    const rows = rowCount(urns.drawn);
    const { columnOf, values } = urns.drawn;
    this.clusterOf = new Int32Array(rows).fill(NOBODY);
    this.sizes = new Uint32Array(rows + 1);
    this.first = new Int32Array(rows + 1).fill(NOBODY);
    this.next = new Int32Array(rows).fill(NOBODY);
    this.previous = new Int32Array(rows).fill(NOBODY);
    this.drawn = new CountTables(rows + 1, 2 * values.length);
    this.alone = values.map((value, at) => lnRising(urns.prior[columnOf[at] ?? 0] ?? 0, value));
    for (const [cluster, members] of partition.entries()) for (const row of members) this.move(row, cluster);
  }

  get rows(): number {
    return this.clusterOf.length;
  }

  /** Numbers of clusters are below. */
  get limit(): number {
    return this.sizes.length;
  }

  of(row: number): number {
    return this.clusterOf[row] ?? NOBODY;
  }

  sizeOf(cluster: number): number {
    return this.sizes[cluster] ?? 0;
  }

  *membersOf(cluster: number): Generator<number> {
    for (let row = this.first[cluster] ?? NOBODY; row !== NOBODY; row = this.next[row] ?? NOBODY) yield row;
  }

  /** Clusters, each ascending, in the order of their first row. */
  partition(): number[][] {
    const found = new Map<number, number[]>();
    for (const [row, cluster] of this.clusterOf.entries()) {
      const members = found.get(cluster);
      if (members) members.push(row);
      else found.set(cluster, [row]);
    }
    return [...found.values()];
  }

  emptyCluster(): number {
    while (this.sizeOf(this.firstEmpty) > 0) this.firstEmpty++;
    return this.firstEmpty;
  }

  move(row: number, to: number): void {
    const from = this.of(row);
    if (from !== NOBODY) this.take(row, from);
    const head = this.first[to] ?? NOBODY;
    this.first[to] = row;
    this.next[row] = head;
    this.previous[row] = NOBODY;
    if (head !== NOBODY) this.previous[head] = row;
    this.clusterOf[row] = to;
    this.sizes[to] = this.sizeOf(to) + 1;
    this.pour(row, to, 1);
  }

  /** How much likelier a row is in a cluster, with the others there, than alone. */
  gainOf(row: number, cluster: number): number {
    const isOwn = this.of(row) === cluster;
    const others = this.sizeOf(cluster) - (isOwn ? 1 : 0);
    if (others === 0) return 0;
    const { drawn, firstUrn, prior } = this.urns;
    const end = drawn.starts[row + 1] ?? 0;
    let gain = this.prior.mergeGain(others, 1);
    for (let at = drawn.starts[row] ?? 0; at < end; at++) {
      const column = drawn.columnOf[at] ?? 0;
      const found = this.drawn.countOf(cluster, column);
      if (found === 0) continue;
      const value = drawn.values[at] ?? 0;
      const other = isOwn ? found - value : found;
      if (other <= NOTHING) continue;
      const together = lnRising((prior[column] ?? 0) + other, value) - (this.alone[at] ?? 0);
      gain += column < firstUrn ? together : -together;
    }
    return gain;
  }

  /** How much likelier two clusters are as one. */
  mergeGain(a: number, b: number): number {
    const { drawn } = this;
    const { firstUrn, prior } = this.urns;
    const [few, many] = drawn.takenOf(a) <= drawn.takenOf(b) ? [a, b] : [b, a];
    let gain = this.prior.mergeGain(this.sizeOf(many), this.sizeOf(few));
    const [first, end] = drawn.slotsOf(few);
    for (let slot = first; slot < end; slot++) {
      const column = drawn.keys[slot] ?? 0;
      const count = column < 0 ? 0 : (drawn.counts[slot] ?? 0);
      if (count === 0) continue;
      const other = drawn.countOf(many, column);
      if (other === 0) continue;
      const together = pooled(prior[column] ?? 0, count, other);
      gain += column < firstUrn ? together : -together;
    }
    return gain;
  }

  merge(into: number, from: number): void {
    if (into === from) return;
    let last = NOBODY;
    for (const row of this.membersOf(from)) {
      this.clusterOf[row] = into;
      last = row;
    }
    if (last === NOBODY) return;
    const head = this.first[into] ?? NOBODY;
    this.next[last] = head;
    if (head !== NOBODY) this.previous[head] = last;
    this.first[into] = this.first[from] ?? NOBODY;
    this.first[from] = NOBODY;
    this.sizes[into] = this.sizeOf(into) + this.sizeOf(from);
    this.sizes[from] = 0;
    this.pourAll(from, into);
    this.firstEmpty = Math.min(this.firstEmpty, from);
  }

  private take(row: number, from: number): void {
    const [before, after] = [this.previous[row] ?? NOBODY, this.next[row] ?? NOBODY];
    if (before === NOBODY) this.first[from] = after;
    else this.next[before] = after;
    if (after !== NOBODY) this.previous[after] = before;
    this.sizes[from] = this.sizeOf(from) - 1;
    if (this.sizeOf(from) > 0) {
      this.pour(row, from, -1);
      return;
    }
    this.drawn.clear(from);
    this.firstEmpty = Math.min(this.firstEmpty, from);
  }

  private pour(row: number, into: number, sign: 1 | -1): void {
    const { starts, columnOf, values } = this.urns.drawn;
    const [start, end] = [starts[row] ?? 0, starts[row + 1] ?? 0];
    if (this.sizeOf(into) === 1) this.drawn.grow(into, end - start);
    for (let at = start; at < end; at++) this.drawn.add(into, columnOf[at] ?? 0, sign * (values[at] ?? 0));
  }

  private pourAll(from: number, into: number): void {
    const [first, end] = this.drawn.slotsOf(from);
    for (let slot = first; slot < end; slot++) {
      const column = this.drawn.keys[slot] ?? 0;
      const count = this.drawn.counts[slot] ?? 0;
      if (column >= 0 && count > 0) this.drawn.add(into, column, count);
    }
    this.drawn.clear(from);
  }
}

/** How much likelier draws of one urn are than of two: ln Γ(p + a + b) - ln Γ(p + a) - ln Γ(p + b) + ln Γ(p). */
function pooled(prior: number, a: number, b: number): number {
  const [few, many] = a < b ? [a, b] : [b, a];
  return few === 1 ? Math.log((prior + many) / prior) : lnRising(prior + many, few) - lnRising(prior, few);
}
