import { WayleaveError } from '../kernel/errors';

/** Longer than a loader pauses at most, and than an engine that does one thing at a time is usually busy with one. */
const STALLED_MS = 60_000;

/** Tells whoever waits for certain segments what becomes of them. */
export interface Outcomes {
  /** From now on it waits to be delivered. */
  waits(id: string): void;
  /** It is delivered or set aside. */
  over(id: string): void;
  /** Nothing is taken at present; what waits, waits on. */
  refused(reason: string): void;
  /**
   * Resolves once none of these waits any more, or none of all that wait at this moment.
   *
   * @throws WayleaveError `store-unavailable`, retriable, when one of them is refused, or nothing whatever is over for a
   *   minute
   */
  settled(ids?: readonly string[]): Promise<void>;
  /** Nothing is delivered any more. */
  stop(): void;
}

interface Watcher {
  readonly left: Set<string>;
  readonly timer: NodeJS.Timeout;
  end(error?: WayleaveError): void;
}

/** @param destination for messages */
export function createOutcomes(destination: string): Outcomes {
  const waiting = new Set<string>();
  const watchers = new Set<Watcher>();
  let stopped = false;

  const unavailable = (reason: string): WayleaveError =>
    new WayleaveError(`${destination} takes nothing at present: ${reason}`, {
      code: 'store-unavailable',
      retriable: true,
    });

  return {
    waits: (id) => void waiting.add(id),
    over(id) {
      waiting.delete(id);
      for (const watcher of watchers) {
        watcher.timer.refresh();
        if (watcher.left.delete(id) && watcher.left.size === 0) watcher.end();
      }
    },
    refused(reason) {
      for (const watcher of watchers) watcher.end(unavailable(reason));
    },
    settled(ids = [...waiting]) {
      const left = new Set(ids.filter((id) => waiting.has(id)));
      if (left.size === 0) return Promise.resolve();
      if (stopped) return Promise.reject(unavailable('this process is stopping'));
      return new Promise((resolve, reject) => {
        const end: Watcher['end'] = (error) => {
          clearTimeout(watcher.timer);
          watchers.delete(watcher);
          if (error) reject(error);
          else resolve();
        };
        const stalled = (): void => end(unavailable(`it has taken nothing for ${STALLED_MS / 1000} s`));
        const watcher: Watcher = { left, end, timer: setTimeout(stalled, STALLED_MS) };
        watchers.add(watcher);
      });
    },
    stop() {
      stopped = true;
      for (const watcher of watchers) watcher.end(unavailable('this process is stopping'));
    },
  };
}
