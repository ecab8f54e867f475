import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../kernel/log';
import type { Clock } from '../kernel/time';
import type { Trouble } from '../spool';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 3000;

/** Waits, longer each time, for what does not work at present, and says since when it does not. */
export interface Patience {
  readonly trouble: Trouble | undefined;
  /** @throws AbortError when everything is to stop */
  wait(reason: string): Promise<void>;
  /** It works. */
  over(): void;
}

export function createPatience(
  what: string,
  { log, clock, signal }: { readonly log: Logger; readonly clock: Clock; readonly signal: AbortSignal },
): Patience {
  let trouble: Trouble | undefined;
  let pause = FIRST_PAUSE_MS;
  return {
    get trouble() {
      return trouble;
    },
    async wait(reason) {
      signal.throwIfAborted();
      trouble = { reason, since: trouble?.since ?? clock().getTime() };
      log.warn({ reason, retryInMs: pause }, `${what} does not work at present`);
      const due = pause;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      await sleep(due, undefined, { signal });
    },
    over() {
      if (trouble) log.info({ since: new Date(trouble.since) }, `${what} works again`);
      trouble = undefined;
      pause = FIRST_PAUSE_MS;
    },
  };
}
