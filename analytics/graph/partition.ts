import type { Merge } from './linkage';
import { columnCounts, type SparseMatrix } from './sparse';

/** A cluster and the clusters it was merged from, with what its evidence is computed from. */
interface Branch {
  readonly members: readonly number[];
  /** Rows per column. */
  readonly counts: Map<number, number>;
  readonly total: number;
  /** Sum over columns of ln Γ(prior + count) - ln Γ(prior). */
  readonly agreement: number;
  /** ln evidence of the best partition of the members … */
  readonly evidence: number;
  /** … and that partition. */
  readonly parts: readonly (readonly number[])[];
}

/**
 * Where to cut a dendrogram, branch by branch: a branch stays one cluster when its rows are more likely as draws from
 * one distribution over columns than as those of its best partition (Heller and Ghahramani, Bayesian hierarchical
 * clustering, ICML 2005). The likelihood is Dirichlet-multinomial, which conditions on how many columns a row has: being
 * quiet alike is no evidence of being alike (the degree correction of Karrer and Newman 2011). Partitions are weighed by
 * a Chinese restaurant process of concentration 1.
 *
 * @param priorStrength pseudo-counts of the estate's overall distribution, in mean rows
 * @returns clusters, each ascending, in the order of their first row
 */
export function cutByEvidence(matrix: SparseMatrix, merges: readonly Merge[], priorStrength: number): number[][] {
  const counts = columnCounts(matrix);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const strength = (priorStrength * total) / Math.max(1, matrix.rows.length);
  const priorOf = (column: number) => (strength * (counts[column] ?? 0)) / total;
  const evidenceOf = (size: number, entries: number, agreement: number) =>
    lnGamma(size) + agreement + (entries === 0 ? 0 : lnGamma(strength) - lnGamma(strength + entries));

  const roots = new Map<number, Branch>();
  for (const [item, { columns }] of matrix.rows.entries()) {
    let agreement = 0;
    for (const column of columns) agreement += Math.log(priorOf(column));
    const evidence = evidenceOf(1, columns.length, agreement);
    const held = new Map([...columns].map((column): [number, number] => [column, 1]));
    roots.set(item, { members: [item], counts: held, total: columns.length, agreement, evidence, parts: [[item]] });
  }
  for (const { into, from } of merges) {
    const a = roots.get(into);
    const b = roots.get(from);
    if (!a || !b) throw new RangeError(`merge of ${from} into ${into}: no such cluster`);
    roots.delete(from);
    roots.set(into, join(a, b));
  }
  return [...roots.values()]
    .flatMap(({ parts }) => parts)
    .map((part) => [...part].sort((x, y) => x - y))
    .sort(([x = 0], [y = 0]) => x - y);

  function join(a: Branch, b: Branch): Branch {
    const [large, small] = a.counts.size >= b.counts.size ? [a, b] : [b, a];
    let agreement = a.agreement + b.agreement;
    // The smaller map is poured into the larger, so that a dendrogram of n items costs O(n log n) column updates.
    for (const [column, count] of small.counts) {
      const already = large.counts.get(column);
      large.counts.set(column, (already ?? 0) + count);
      if (already === undefined) continue;
      const prior = priorOf(column);
      agreement +=
        lnGamma(prior + already + count) - lnGamma(prior + already) - lnGamma(prior + count) + lnGamma(prior);
    }
    const members = [...a.members, ...b.members];
    const entries = a.total + b.total;
    const whole = evidenceOf(members.length, entries, agreement);
    const apart = a.evidence + b.evidence;
    return {
      members,
      counts: large.counts,
      total: entries,
      agreement,
      evidence: Math.max(whole, apart),
      parts: whole >= apart ? [members] : [...a.parts, ...b.parts],
    };
  }
}

/** ln Γ(x) for x > 0: recurrence up to 7, then Stirling's series (DLMF 5.11.1); relative error below 1e-10. */
function lnGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 7; y++) shift += Math.log(y);
  const inverse = 1 / (y * y);
  const series = (1 / 12 - inverse * (1 / 360 - inverse / 1260)) / y;
  return (y - 0.5) * Math.log(y) - y + 0.9189385332046727 + series - shift;
}
