import { messageOf } from '../kernel/errors';
import { mutate } from './mutate';
import { randomOf } from './random';
import { createTargets } from './targets';

/** A round's decoders see so many inputs, one after the other. */
const INPUTS_A_ROUND = 32;

export interface Failure {
  /** Of the round: it alone fails again. */
  readonly seed: number;
  readonly target: string;
  readonly input: Uint8Array;
  readonly reason: string;
}

export interface Tally {
  inputs: number;
  rows: number;
  readonly slowest: { target: string; millis: number; bytes: number };
}

export interface Bounds {
  /** CPU time that one input may take. */
  readonly millis: number;
  /** Heap and buffers after a round. */
  readonly heapBytes: number;
  /** CPU milliseconds, from anywhere on. */
  now(): number;
  heap(): number;
}

/** Runs one round: changed samples through every target. The same seed and corpus run the same way. */
export async function runRound(
  seed: number,
  corpus: readonly Uint8Array[],
  bounds: Bounds,
  tally: Tally,
): Promise<Failure | undefined> {
  const random = randomOf(seed);
  const targets = createTargets(random);
  let input: Uint8Array = new Uint8Array(0);
  let target = targets[0];
  try {
    for (let count = 0; count < INPUTS_A_ROUND; count++) {
      input = mutate(random.pick(corpus), random, random.pick(corpus));
      for (target of targets) {
        const started = bounds.now();
        const rows = await target.take(input);
        const millis = bounds.now() - started;
        tally.rows += rows;
        if (millis > tally.slowest.millis)
          Object.assign(tally.slowest, { target: target.name, millis, bytes: input.length });
        if (millis > bounds.millis) throw new Error(`${Math.round(millis)} ms of CPU time for ${input.length} bytes`);
      }
      tally.inputs++;
    }
    if (bounds.heap() > bounds.heapBytes) throw new Error(`${bounds.heap()} bytes held after a round`);
  } catch (error) {
    return {
      seed,
      target: target?.name ?? '',
      input,
      reason: error instanceof Error ? (error.stack ?? '') : messageOf(error),
    };
  }
  return undefined;
}
