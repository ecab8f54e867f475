import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { createLog } from '../../ingest/kernel/log';
import { createLoader, createSpool, createSpoolMetrics, storeDestination } from '../../ingest/spool';
import { migrate, openEmbedded, type Store } from '../../ingest/store';
import { createUploads, type UploadReport } from '../../ingest/upload';
import { readConversations, rollUp, wholeWindow } from '../conversations';
import type { Conversation } from '../model/conversation';
import { SERVICE_PORTS } from '../services';

/** An embedded store that holds one network after another: opening one takes longer than emptying it. */
export interface Networks {
  readonly store: Store;
  /**
   * Forgets what there was, takes files of flows, and rolls them up to conversations.
   *
   * @throws what an upload throws
   */
  observe(files: readonly string[]): Promise<UploadReport[]>;
  /** Observes, and reads what conversations came of it. */
  conversationsOf(files: readonly string[]): Promise<Conversation[]>;
  close(): Promise<void>;
}

export async function openNetworks(): Promise<Networks> {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-networks-'));
  const store = openEmbedded(join(folder, 'data'));
  await migrate(store);
  const spool = createSpool(join(folder, 'spool'));
  const metrics = createSpoolMetrics(new Registry());
  const loader = createLoader({ destination: storeDestination(store), spool, log: createLog('warn'), metrics });
  await loader.start();
  const uploads = createUploads({ store, spool, loader, clock: () => new Date() });
  const tables = await store.query<{ name: string }>(
    `SELECT name FROM system.tables
     WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'migrations'`,
  );
  const observe = async (files: readonly string[]): Promise<UploadReport[]> => {
    for (const { name } of tables) await store.command(`TRUNCATE TABLE ${name}`);
    const reports = [];
    for (const file of files) reports.push(await uploads.take(file));
    await rollUp(store, SERVICE_PORTS);
    return reports;
  };
  return {
    store,
    observe,
    async conversationsOf(files) {
      await observe(files);
      const window = await wholeWindow(store);
      return window ? readConversations(store, window) : [];
    },
    async close() {
      await loader.stop();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
