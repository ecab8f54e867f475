import { join } from 'node:path';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { createBusMetrics, createKafkaLoader } from '../ingest/bus';
import { WayleaveError } from '../ingest/kernel/errors';
import type { Logger } from '../ingest/kernel/log';
import { claim } from './claim';
import { requireKafka } from './config/bus';
import type { Config } from './config/config';
import { listen } from './http/listen';
import { createProbes } from './http/probes';
import { readinessOf } from './http/readiness';
import { createStoreProbe } from './http/store-probe';
import { tokenOf } from './http/token';
import type { Serving } from './main';
import { openStore } from './store';
import { createUndo } from './undo';

/**
 * A loader on its own: takes flows off Kafka into the store, beside any number of others.
 *
 * @throws WayleaveError `bad-config` without a bus, `listen-failed`, and what opening the store throws
 */
export async function startLoader(config: Config, log: Logger): Promise<Serving> {
  const options = requireKafka(config);
  requireServer(config);
  const clock = (): Date => new Date();
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const undo = createUndo(log);
  try {
    const store = await openStore(config, log, { withoutStore: true });
    undo.push(() => store.close());
    undo.push(claim(config.data));
    const loader = createKafkaLoader(options, {
      store,
      folder: join(config.data, 'inbox'),
      log,
      clock,
      metrics: createBusMetrics(registry),
    });
    await loader.start();
    undo.push(() => loader.stop());
    const probe = createStoreProbe(store);
    const token = tokenOf(config.data);
    const readiness = async () =>
      readinessOf({ pipeline: { full: undefined, trouble: loader.trouble }, store: await probe() });
    const status = () => ({ trouble: loader.trouble ?? null, lag: Object.fromEntries(loader.lag) });
    const server = await listen(createProbes({ readiness, status, registry, token }, log), config.http);
    undo.push(() => server.stop());
    log.info({ url: server.url, topic: options.topic, group: options.group }, 'loading from Kafka');
    return { url: server.url, token, udp: [], tcp: [], stop: () => undo.all() };
  } catch (error) {
    await undo.all();
    throw error;
  }
}

/** What it loads is for others to ask, and only one process can open an embedded engine. */
function requireServer({ store }: Config): void {
  if (store.url !== undefined) return;
  throw new WayleaveError('a loader on its own needs a ClickHouse server: set store.url, or use `wayleave serve`', {
    code: 'bad-config',
    where: { setting: 'store.url' },
  });
}
