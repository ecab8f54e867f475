import type { Rng } from '../../analytics/graph/random';

/** Of a sorted list, between its entries in proportion (type 7 of Hyndman and Fan 1996); 0 of nothing. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return low + (high - low) * (at - Math.floor(at));
}

/** 0 to 1 each. */
export type Interval = readonly [low: number, high: number];

/** The middle nine tenths. */
const LEVEL = 0.9;

export function middleOf(values: readonly number[]): Interval {
  const sorted = [...values].sort((a, b) => a - b);
  return [quantile(sorted, (1 - LEVEL) / 2), quantile(sorted, (1 + LEVEL) / 2)];
}

/** Blocks at most: what is put into them at random varies as much as it does one by one. */
const BLOCKS = 300;
const DRAWS = 400;

/** One block for each item, or items dealt out to `BLOCKS` of them. */
export function blocksOf<Item, Block>(items: readonly Item[], blockOf: (items: readonly Item[]) => Block): Block[] {
  const count = Math.min(BLOCKS, items.length);
  const dealt = Array.from({ length: count }, (): Item[] => []);
  items.forEach((item, at) => dealt[at % count]?.push(item));
  return dealt.map(blockOf);
}

/** A figure of so many samples, in each of which every block comes a Poisson number of times: the bootstrap of sums. */
export function redraw<Block>(
  blocks: readonly Block[],
  rng: Rng,
  figure: (drawn: readonly { readonly block: Block; readonly times: number }[]) => number,
): number[] {
  return Array.from({ length: DRAWS }, () => figure(blocks.map((block) => ({ block, times: poisson(rng) }))));
}

/** Of mean 1, by multiplication (Knuth). */
function poisson(rng: Rng): number {
  let count = 0;
  for (let product = rng(); product > LEAST; product *= rng()) count++;
  return count;
}
const LEAST = Math.exp(-1);
