import { setTimeout as sleep } from 'node:timers/promises';
import { WayleaveError } from '../kernel/errors';

/** The group gave our partitions to somebody, or may be about to. */
export class FencedOff extends Error {
  constructor() {
    super('the consumer group is dealing out its partitions anew');
    this.name = 'FencedOff';
  }
}

export type Work<T> = (signal: AbortSignal) => Promise<T>;

/**
 * Keeps what a member of a consumer group writes to the store within its membership.
 *
 * Whoever gets a partition first counts, in the store, the rows of all messages that an earlier owner may have loaded.
 * That is right as long as no earlier owner writes after it counted, and there are two ways to lose a partition:
 *
 * - By joining the group anew, as a rebalance asks. `join` waits for the write under way, and none begins until it is
 *   through; the group does not deal out partitions before every member joined or was thrown out.
 * - By being thrown out, when no heartbeat came for the session timeout, or no join for the rebalance timeout, which is
 *   longer. Each write comes right after a heartbeat that was answered (at most `heartbeatMs` ago), and is limited, in
 *   the store and here, to `writeMs`: it is over in half of `sessionMs`.
 *
 * What is left is a process that is suspended for half a minute exactly between the answer and its request, or a
 * network that holds back a whole request for as long: no client can rule that out against a store without fences.
 */
export interface Fence {
  /** How often the partitions have been dealt out. */
  readonly generation: number;
  /**
   * Writes what was fetched in that generation.
   *
   * @param work begins no statement after its signal is aborted
   * @throws FencedOff when it is over, and what the heartbeat or the work throws
   */
  write<T>(generation: number, heartbeat: () => Promise<void>, work: Work<T>): Promise<T>;
  /** Resolves when nothing is written any more; from then on nothing is, until `joined`. */
  join(): Promise<void>;
  joined(): void;
}

export interface Timing {
  readonly heartbeatMs: number;
  readonly writeMs: number;
  readonly sessionMs: number;
  readonly rebalanceMs: number;
}

export const TIMING: Timing = { heartbeatMs: 3000, writeMs: 27_000, sessionMs: 60_000, rebalanceMs: 90_000 };

export function createFence({ writeMs }: Pick<Timing, 'writeMs'> = TIMING): Fence {
  const writes = new Set<Promise<unknown>>();
  let generation = 0;
  let open = true;

  const guarded = async <T>(at: number, heartbeat: () => Promise<void>, work: Work<T>): Promise<T> => {
    await heartbeat();
    if (!open || at !== generation) throw new FencedOff();
    return within(writeMs, work);
  };

  return {
    get generation() {
      return generation;
    },
    async write(at, heartbeat, work) {
      if (!open || at !== generation) throw new FencedOff();
      const writing = guarded(at, heartbeat, work);
      const done = writing.catch(() => undefined);
      writes.add(done);
      void done.then(() => writes.delete(done));
      return writing;
    },
    async join() {
      open = false;
      await Promise.all(writes);
    },
    joined() {
      open = true;
      generation++;
    },
  };
}

/** One statement may still be under way when this throws, as with any answer that does not come. */
async function within<T>(millis: number, work: Work<T>): Promise<T> {
  const timer = new AbortController();
  const over = new AbortController();
  const late = sleep(millis, undefined, { signal: timer.signal }).then(() => {
    const error = new WayleaveError(`the store did not answer within ${millis / 1000} s`, {
      code: 'store-unavailable',
      retriable: true,
    });
    over.abort(error);
    throw error;
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work(over.signal), late]);
  } finally {
    timer.abort();
  }
}
