import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, WayleaveError } from '../kernel/errors';
import type { Logger } from '../kernel/log';
import type { Store } from './store';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * A server that is not there yet, so that collecting can begin without it. Until `open` succeeds, which is tried again
 * and again, every call fails as it does when a server has gone away.
 *
 * @param open connects and brings the schema up to date
 * @param first attempt, which may be under way
 */
export function openLate(open: () => Promise<Store>, log: Logger, first = open()): Store {
  const stopping = new AbortController();
  let opened: Store | undefined;
  let reason = 'it has not answered';

  const keepTrying = async (): Promise<void> => {
    let attempt = first;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        const store = await attempt;
        // Nobody waits for an answer that can take minutes, so it may come when we have given up.
        if (stopping.signal.aborted) return await store.close();
        opened = store;
        return log.info('ClickHouse is there');
      } catch (error) {
        if (messageOf(error) !== reason) log.warn({ reason: messageOf(error) }, 'ClickHouse is not there yet');
        reason = messageOf(error);
      }
      await sleep(pause, undefined, { signal: stopping.signal });
      attempt = open();
    }
  };
  keepTrying().catch(() => undefined);

  const there = (): Store => {
    if (opened) return opened;
    throw new WayleaveError(`ClickHouse is not there yet: ${reason}`, { code: 'store-unavailable', retriable: true });
  };

  return {
    kind: 'server',
    get layout() {
      return there().layout;
    },
    query: async (...given) => there().query(...given),
    async *stream(...given) {
      yield* there().stream(...given);
    },
    command: async (...given) => there().command(...given),
    insert: async (...given) => there().insert(...given),
    load: async (...given) => there().load(...given),
    withLines: async (...given) => there().withLines(...given),
    async close() {
      stopping.abort();
      await opened?.close();
    },
  };
}
