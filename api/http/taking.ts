import { messageOf, WayleaveError } from '../../ingest/kernel/errors';
import type { Logger } from '../../ingest/kernel/log';
import type { Fullness } from '../../ingest/spool';
import { requireRoom } from './room';

/** Why a complete upload is not taken yet. */
export interface Delay {
  readonly code: string;
  readonly message: string;
}

/** Takes complete uploads, each again and again until it is taken or can never be. */
export interface Taking {
  /** Takes it now. */
  add(id: string): void;
  /** Takes it in its turn, one after the other: so many may be found at a start. */
  resume(id: string): void;
  has(id: string): boolean;
  /** Undefined while it is being taken. */
  delay(id: string): Delay | undefined;
  /** Resolves once what is being taken is taken; what waits is left to the next start. */
  stop(): Promise<void>;
}

export interface TakingDeps {
  /** Takes an upload to its end. @throws WayleaveError, retriable, when it has to come again */
  readonly settle: (id: string) => Promise<void>;
  readonly full: () => Fullness | undefined;
  readonly log: Logger;
}

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

export function createTaking({ settle, full, log }: TakingDeps): Taking {
  const running = new Map<string, Promise<boolean>>();
  /** In the order in which they are tried again. */
  const waiting = new Map<string, Delay | undefined>();
  let pause = FIRST_PAUSE_MS;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | undefined;
  let stopped = false;

  const attempt = async (id: string): Promise<boolean> => {
    try {
      requireRoom(full());
      await settle(id);
      pause = FIRST_PAUSE_MS;
      return true;
    } catch (error) {
      const code = error instanceof WayleaveError ? error.code : 'internal';
      const message = messageOf(error);
      waiting.set(id, { code, message });
      log.warn({ upload: id, code, reason: message }, 'a complete upload has to wait');
      return false;
    } finally {
      running.delete(id);
    }
  };

  const start = (id: string): Promise<boolean> => {
    waiting.delete(id);
    const attempted = attempt(id);
    running.set(id, attempted);
    return attempted;
  };

  /** What keeps one out keeps out the next, most likely; the one it was goes to the end all the same. */
  const tryAgain = async (): Promise<void> => {
    for (const id of waiting.keys()) {
      if (stopped || !(await start(id))) break;
    }
  };

  const schedule = (ms: number): void => {
    if (stopped || timer || round || waiting.size === 0) return;
    timer = setTimeout(() => {
      timer = undefined;
      round = tryAgain().finally(() => {
        round = undefined;
        const next = pause;
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
        schedule(next);
      });
    }, ms);
  };

  return {
    add(id) {
      if (stopped || running.has(id) || waiting.has(id)) return;
      void start(id).then(() => schedule(pause));
    },
    resume(id) {
      if (running.has(id) || waiting.has(id)) return;
      waiting.set(id, undefined);
      schedule(0);
    },
    has: (id) => running.has(id) || waiting.has(id),
    delay: (id) => waiting.get(id),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await Promise.all(running.values());
      await round;
    },
  };
}
