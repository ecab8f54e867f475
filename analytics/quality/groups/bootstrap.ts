import { seededRng } from '../../graph/random';
import type { Labels } from './baselines';
import { agreement } from './topology-scores';

const RESAMPLES = 1_000;

/**
 * Bounds of the middle 95 % of the index over resampled hosts. Each drawn host counts once: one drawn twice would agree
 * with itself, and raise the index.
 */
export function bootstrap(labels: Labels, groupOf: ReadonlyMap<string, string>): readonly [number, number] {
  const rng = seededRng(1);
  const hosts = [...labels];
  const scores = Array.from({ length: RESAMPLES }, () => {
    const drawn = new Set(hosts.map(() => Math.floor(rng() * hosts.length)));
    return agreement(new Map([...drawn].flatMap((at) => hosts.slice(at, at + 1))), groupOf);
  }).sort((a, b) => a - b);
  const at = (share: number) => scores[Math.min(RESAMPLES - 1, Math.floor(share * RESAMPLES))] ?? Number.NaN;
  return [at(0.025), at(0.975)];
}
