import { messageOf } from '../ingest/kernel/errors';
import type { Logger } from '../ingest/kernel/log';

/** What undoes each step of a start, to be done in the opposite order. */
export interface Undo {
  push(step: () => unknown): void;
  /** Goes on past what fails: the rest has to stop all the same. */
  all(): Promise<void>;
}

export function createUndo(log: Logger): Undo {
  const steps: (() => unknown)[] = [];
  return {
    push: (step) => void steps.push(step),
    async all() {
      for (const step of steps.splice(0).toReversed()) {
        try {
          await step();
        } catch (error) {
          log.warn({ reason: messageOf(error) }, 'not stopped as it should be');
        }
      }
    },
  };
}
