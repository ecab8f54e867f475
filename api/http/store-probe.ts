import type { Store } from '../../ingest/store';

export type StoreState =
  | { readonly state: 'answers' }
  /** It has not answered yet: the embedded engine does one thing at a time, and a roll-up takes its time. */
  | { readonly state: 'busy'; readonly seconds: number }
  | { readonly state: 'away' };

/** Answers within half a second, whatever the store does. */
export type StoreProbe = () => Promise<StoreState>;

/** However often it is asked for, the store is asked no more often than this, and never twice at a time. */
const FRESH_MS = 1000;
const PATIENCE_MS = 500;
/** A server answers other queries beside a long one: if it does not, the way to it is cut. */
const CUT_MS = 30_000;

/** @param now milliseconds, whatever the clock of the machine does */
export function createStoreProbe(
  store: Pick<Store, 'kind' | 'query'>,
  now: () => number = () => performance.now(),
): StoreProbe {
  let latest: 'answers' | 'away' = 'answers';
  let asked = -Infinity;
  let asking: Promise<void> | undefined;

  const ask = async (): Promise<void> => {
    asked = now();
    try {
      await store.query('SELECT 1');
      latest = 'answers';
    } catch {
      latest = 'away';
    }
    asking = undefined;
  };

  return async () => {
    if (now() - asked >= FRESH_MS) asking ??= ask();
    if (asking) await within(PATIENCE_MS, asking);
    if (!asking || latest === 'away') return { state: latest };
    const waited = now() - asked;
    if (store.kind === 'server' && waited >= CUT_MS) return { state: 'away' };
    return { state: 'busy', seconds: Math.round(waited / 1000) };
  };
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, patience]);
  clearTimeout(timer);
}
