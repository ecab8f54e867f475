import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { once } from 'node:events';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { messageOf, WayleaveError } from '../ingest/kernel/errors';
import type { Logger } from '../ingest/kernel/log';
import type { Clock } from '../ingest/kernel/time';
import { registerPressureMetrics, storeDestination } from '../ingest/spool';
import { keepFlowsFor, migrate, openEmbedded, openLate, openServer, type Store } from '../ingest/store';
import { clearScratch, createUploads } from '../ingest/upload';
import { createSources } from '../ingest/watch';
import { createAnalysis } from './analysis';
import { createCollecting } from './collecting';
import { formatsOf, spaceOf, uploadLimitsOf, type Config } from './config/config';
import { createDocuments } from './documents';
import { createApp } from './http/app';
import { createResumableUploads } from './http/resumable';
import { tokenOf } from './http/token';
import { createJobs } from './jobs';
import { createSpooling } from './spooling';
import type { Wayleave } from './wayleave';

const MIB = 1024 * 1024;

export interface Serving {
  /** `http://127.0.0.1:8471`. */
  readonly url: string;
  readonly token: string;
  /** Bound ports, in the order of the configuration. */
  readonly udp: readonly number[];
  readonly tcp: readonly number[];
  stop(): Promise<void>;
}

export interface OpenOptions {
  readonly clock?: Clock;
  /** Does not wait for a ClickHouse server that cannot be reached: what is received gathers in the spool meanwhile. */
  readonly withoutStore?: boolean;
}

/** Opens the data directory and brings its schema up to date. @throws WayleaveError when the store cannot be opened */
export async function openWayleave(
  config: Config,
  log: Logger,
  { clock = () => new Date(), withoutStore = false }: OpenOptions = {},
): Promise<Wayleave & { serve(): Promise<Serving> }> {
  const registry = new Registry();
  const store = await openStore(config, log, withoutStore);
  const space = spaceOf(config);
  const spooling = createSpooling(config, {
    name: 'spool',
    destination: storeDestination(store),
    log,
    clock,
    registry,
  });
  registerPressureMetrics(registry, [spooling], clock);
  const { spool, loader, pressure } = spooling;
  await loader.start();
  await clearScratch(spool.folder);
  const { collector, recorder } = createCollecting(config, { spooling, records: store, log, clock, registry });
  const documents = createDocuments(store, clock);
  const analysis = createAnalysis({ store, documents, clock, networks: config.estate.networks });
  const jobs = createJobs(clock);
  const uploads = createUploads({
    store,
    spool,
    loader,
    clock,
    formats: formatsOf(config),
    limits: uploadLimitsOf(config),
  });
  const take: Wayleave['take'] = async (path, name) => {
    const report = await uploads.take(path, name);
    const { name: file, rejected, rejects, duplicate } = report;
    if (rejected > 0 && !duplicate)
      log.warn({ file, rejected, first: rejects[0] }, 'not everything in a file was taken');
    return report;
  };
  const uploadLimit = config.http.uploadLimitMiB * MIB;
  const full = () => pressure.full;
  const sources = createSources(config.watch, uploadLimit, {
    data: config.data,
    take,
    space,
    full,
    clock,
    log,
    registry,
  });
  const resumable = createResumableUploads(
    { folder: join(config.data, 'incoming'), limit: uploadLimit },
    { take: (path, name) => jobs.start('upload', () => take(path, name)).finished, space, full, clock, log },
  );

  const wayleave: Wayleave = {
    clock,
    store,
    analysis,
    documents,
    jobs,
    registry,
    config,
    log,
    space,
    take,
    pipeline: () => spooling.state(),
    receiving: () => collector.running(),
    sources: () => sources.map((source) => source.status()),
    exporters: () => collector.health(),
    look: () => collector.look(),
    async record() {
      await collector.look();
      await recorder.record();
    },
    async settle() {
      await collector.flush();
      await loader.idle();
    },
    async close() {
      await loader.stop();
      await store.close();
    },
  };

  return {
    ...wayleave,
    async serve() {
      collectDefaultMetrics({ register: registry });
      const token = tokenOf(config.data);
      /** What undoes each step, to be done in the opposite order. */
      const undo: (() => unknown)[] = [() => loader.drain()];
      const stop = async (): Promise<void> => {
        for (const step of undo.splice(0).toReversed()) {
          try {
            await step();
          } catch (error) {
            log.warn({ reason: messageOf(error) }, 'not stopped as it should be');
          }
        }
      };
      try {
        await pressure.start();
        undo.push(() => pressure.stop());
        recorder.start();
        undo.push(() => recorder.stop());
        const ports = await collector.start();
        undo.push(() => collector.stop());
        await resumable.start();
        undo.push(() => resumable.stop());
        for (const source of sources) {
          source.start();
          undo.push(() => source.stop());
        }
        const server = createApp(wayleave, resumable, token).listen(config.http.port, config.http.host);
        undo.push(() => {
          server.closeAllConnections();
          server.close();
        });
        // Longer than clients and proxies keep idle connections, so that they never write into one just closed.
        server.keepAliveTimeout = 75_000;
        // Gigabytes over a slow line take longer than the five minutes that Node gives a request.
        server.requestTimeout = 0;
        await listening(server, config);
        const timer = analyseRegularly(wayleave);
        undo.push(() => clearInterval(timer));
        const { port } = server.address() as AddressInfo;
        const url = `http://${config.http.host.includes(':') ? `[${config.http.host}]` : config.http.host}:${port}`;
        log.info({ url }, 'serving');
        return { url, token, ...ports, stop };
      } catch (error) {
        await stop();
        throw error;
      }
    },
  };
}

async function openStore(config: Config, log: Logger, withoutStore: boolean): Promise<Store> {
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  const open = (): Promise<Store> => openMigrated(config, log);
  return open().catch((error: unknown) => {
    const away = error instanceof WayleaveError && error.code === 'store-unavailable';
    if (!away || !withoutStore || config.store.url === undefined) throw error;
    log.warn({ reason: messageOf(error) }, 'ClickHouse is not there yet: what is received waits in the spool');
    return openLate(open, log);
  });
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

async function listening(server: Server, { http }: Config): Promise<void> {
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new WayleaveError(`cannot serve on ${http.host}:${http.port}: ${messageOf(cause)}`, {
      code: 'listen-failed',
      where: { host: http.host, port: http.port },
      cause,
    });
  }
}

/** So that a collector that is only fed shows groups without being asked. */
function analyseRegularly({ analysis, jobs, config, log }: Wayleave): NodeJS.Timeout | undefined {
  if (config.analysis.everyMinutes === 0) return undefined;
  const run = async (): Promise<void> => {
    const { hours } = await analysis.rollUp();
    if (hours > 0) await jobs.start('analysis', (report) => analysis.analyze({}, report)).finished;
  };
  return setInterval(() => {
    run().catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'regular analysis failed'));
  }, config.analysis.everyMinutes * 60_000);
}
