import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { createLog } from '../kernel/log';
import { createLoader, createSpool, createSpoolMetrics, storeDestination } from '../spool';
import { migrate, openEmbedded } from '../store';
import { spoolTraffic } from './traffic/spooled';

const FLOWS = 10_000_000;
const ROWS_EACH = 500_000;
const RUNS = 3;

/**
 * How fast a spool that an outage filled is loaded once the engine is back: found on disk, checked, settled because an
 * earlier process may have loaded it, loaded, synced, removed.
 */
export async function bench(report: (metric: string, value: number, unit: string) => void): Promise<void> {
  const rates: number[] = [];
  for (let run = 0; run < RUNS; run++) rates.push(await drain());
  report('drain', rates.toSorted((a, b) => a - b)[RUNS >> 1] ?? 0, 'flows/s');
}

/** @returns flows a second */
async function drain(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-recover-'));
  const store = openEmbedded(join(folder, 'data'));
  try {
    await migrate(store);
    const before = createSpool(join(folder, 'spool'));
    await before.open();
    const spooled = await spoolTraffic(before.folder, { flows: FLOWS, rowsEach: ROWS_EACH });
    const flows = spooled.reduce((sum, { rows }) => sum + rows, 0);
    const loader = createLoader({
      destination: storeDestination(store),
      spool: createSpool(before.folder),
      log: createLog('warn'),
      metrics: createSpoolMetrics(new Registry()),
    });
    const started = performance.now();
    await loader.start();
    await loader.idle();
    const seconds = (performance.now() - started) / 1000;
    const [row] = await store.query<{ flows: number }>('SELECT count() AS flows FROM flows');
    if (row?.flows !== flows) throw new Error(`${row?.flows} of ${flows} flows loaded`);
    return flows / seconds;
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
