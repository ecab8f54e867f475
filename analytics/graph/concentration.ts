import { lnRising } from './gamma';
import { Sums } from './sums';
import { drawTotals, type Draws } from './urns';

/** What may come out, in pseudo-counts: a factor of four either way makes no difference. */
const CANDIDATES: readonly number[] = Array.from({ length: 9 }, (_, at) => 2 ** (2 * at - 3));
const LN_CANDIDATES = CANDIDATES.map(Math.log);
/** Nats that a kind of urn must gain to be of finite concentration at all: there are many, and some gain by chance. */
const LEAST_GAIN = 1;

export interface Concentrations {
  /** By kind of urn. */
  readonly values: Float64Array;
  /** By how much the clusters make the draws likelier than one urn for all does, in nats. */
  readonly gain: number;
}

/**
 * For each kind of urn the concentration under which the draws are likeliest, clusters given (empirical Bayes). It says
 * how much belonging to a cluster tells about what is drawn; where it tells nothing, it is infinite.
 */
export function learnConcentrations(draws: Draws, clusters: readonly (readonly number[])[]): Concentrations {
  const { kindOf, kinds, urnOf } = draws;
  const totals = drawTotals(draws);
  const gains = new Float64Array(kinds * CANDIDATES.length);
  const add = (urn: number, count: number, share: number, sign: 1 | -1) => {
    const first = (kindOf[urn] ?? 0) * CANDIDATES.length;
    const inOneUrn = count * Math.log(share);
    for (let at = 0; at < CANDIDATES.length; at++) {
      const gain = count === 1 ? (LN_CANDIDATES[at] ?? 0) : lnRising((CANDIDATES[at] ?? 1) * share, count) - inOneUrn;
      gains[first + at] = (gains[first + at] ?? 0) + sign * gain;
    }
  };
  const [byColumn, byUrn] = [new Sums(draws.columns), new Sums(kindOf.length)];
  for (const cluster of clusters) {
    for (const row of cluster) {
      const end = draws.starts[row + 1] ?? 0;
      for (let at = draws.starts[row] ?? 0; at < end; at++)
        byColumn.add(draws.columnOf[at] ?? 0, draws.values[at] ?? 0);
    }
    byColumn.take((column, count) => {
      const urn = urnOf[column] ?? 0;
      byUrn.add(urn, count);
      add(urn, count, (totals.columns[column] ?? 0) / (totals.urns[urn] ?? 1), 1);
    });
    byUrn.take((urn, count) => add(urn, count, 1, -1));
  }
  const values = new Float64Array(kinds).fill(Infinity);
  let gain = 0;
  for (let kind = 0; kind < kinds; kind++) {
    let best = 0;
    for (const [at, candidate] of CANDIDATES.entries()) {
      const found = (gains[kind * CANDIDATES.length + at] ?? 0) - LEAST_GAIN;
      if (found <= best) continue;
      best = found;
      values[kind] = candidate;
    }
    gain += best;
  }
  return { values, gain };
}
