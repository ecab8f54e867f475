import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { WayleaveError } from '../ingest/kernel/errors';
import type { Logger } from '../ingest/kernel/log';
import { keepFlowsFor, migrate, openEmbedded, openLate, openServer, type Store } from '../ingest/store';
import type { Config } from './config/config';

/** Then collecting begins without the store. */
const PATIENCE_MS = 5000;

export interface StoreOptions {
  /** Does not wait for a ClickHouse server that cannot be reached: what is received gathers in the spool meanwhile. */
  readonly withoutStore?: boolean;
}

/**
 * Opens what the configuration names, with its schema up to date.
 *
 * @throws WayleaveError `store-unavailable`, unless it may come later, and the other errors of opening
 */
export async function openStore(config: Config, log: Logger, { withoutStore = false }: StoreOptions): Promise<Store> {
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  const open = (): Promise<Store> => openMigrated(config, log);
  const first = open();
  if (!withoutStore || config.store.url === undefined) return first;
  const unlessAway = (error: unknown): undefined => {
    if (!(error instanceof WayleaveError) || error.code !== 'store-unavailable') throw error;
  };
  // One that takes connections and says nothing would be waited for for minutes.
  const patience = sleep(PATIENCE_MS, undefined, { ref: false });
  return (await Promise.race([first.catch(unlessAway), patience])) ?? openLate(open, log, first);
}

async function openMigrated(config: Config, log: Logger): Promise<Store> {
  const store =
    config.store.url === undefined
      ? openEmbedded(config.data)
      : await openServer({ ...config.store, url: config.store.url });
  try {
    const migrated = await migrate(store);
    if (migrated.length > 0) log.info({ migrations: migrated }, 'schema brought up to date');
    await keepFlowsFor(store, config.retention.flowsDays);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
