import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createGroupDecisions } from '../analytics/group/decisions';
import { createInventory } from '../analytics/inventory';
import { createKnownThreats } from '../analytics/threats';
import { storeRecords } from '../ingest/exporters';
import type { Logger } from '../ingest/kernel/log';
import type { Clock } from '../ingest/kernel/time';
import { registerPressureMetrics, storeDestination, type Trouble } from '../ingest/spool';
import { clearScratch, createUploads } from '../ingest/upload';
import { createSources } from '../ingest/watch';
import { createAnalysis } from './analysis';
import { createBackups, createTurns, inTurns } from './backup';
import { createBus } from './bus';
import { claim } from './claim';
import { createCollecting } from './collecting';
import { kafkaOf } from './config/bus';
import { formatsOf, spaceOf, uploadLimitsOf, type Config } from './config/config';
import { createDocuments } from './documents';
import { createApp } from './http/app';
import { listen } from './http/listen';
import { createResumableUploads } from './http/resumable';
import { tokenOf } from './http/token';
import { createJobs } from './jobs';
import { createProving } from './proving';
import { workRegularly } from './regular-work';
import { createPolicyService } from './policies';
import { createSpooling } from './spooling';
import { createRuleDecisions } from './rule-decisions';
import { openStore, type StoreOptions } from './store';
import { createThreatService } from './threats';
import { createUndo } from './undo';
import { createWatch } from './watch';
import { createWeighing } from './weighing';
import type { PipelineState, Wayleave } from './wayleave';

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

export interface OpenOptions extends StoreOptions {
  readonly clock?: Clock;
}

/** Opens the data directory and brings its schema up to date. @throws WayleaveError when the store cannot be opened */
export async function openWayleave(
  config: Config,
  log: Logger,
  { clock = () => new Date(), ...options }: OpenOptions = {},
): Promise<Wayleave & { serve(): Promise<Serving> }> {
  const registry = new Registry();
  const store = await openStore(config, log, options);
  const space = spaceOf(config);
  const turns = createTurns();
  const destination = inTurns(storeDestination(store), turns);
  const spooling = createSpooling(config, { name: 'spool', destination, log, clock, registry });
  const { spool, loader, pressure } = spooling;
  let opening: Promise<void> | undefined;
  let release = (): void => undefined;
  const openSpool = (): Promise<void> =>
    (opening ??= (async () => {
      release = claim(config.data);
      await loader.start();
      await clearScratch(spool.folder);
    })());
  // Beside a process that takes flows into a server others may still ask; the embedded engine has one user anyway.
  if (store.kind === 'embedded') await openSpool();
  const kafka = kafkaOf(config);
  const bus = kafka && createBus(config, kafka, { store, log, clock, registry });
  registerPressureMetrics(registry, bus ? [spooling, bus.outbox] : [spooling], clock);
  const { collector, recorder, state } = createCollecting(config, {
    spooling: bus?.outbox ?? spooling,
    records: bus?.records ?? storeRecords(store),
    log,
    clock,
    registry,
  });
  const documents = createDocuments(store, clock);
  const inventory = createInventory({
    store,
    clock,
    networks: config.estate.networks,
    trust: config.inventory.trust,
  });
  const decisions = createGroupDecisions({ store, clock, documents, labelWeight: config.analysis.labelWeight });
  const analysis = createAnalysis({
    store,
    documents,
    decisions,
    threats: createKnownThreats({ store, clock }),
    clock,
    inventory,
    config,
    log,
  });
  const proving = createProving({ store, documents, analysis, clock, inventory, config });
  const weighing = createWeighing({ store, documents, analysis, inventory, config });
  const policies = createPolicyService({ store, clock, documents, inventory, config });
  const ruleDecisions = createRuleDecisions({ documents, clock });
  const watch = createWatch({ store, analysis, policies, inventory, config, clock, registry });
  const threats = createThreatService({ store, clock, documents, inventory, policies, config, registry });
  const jobs = createJobs(clock);
  const backups = createBackups({ store, data: config.data, turns }, { space, clock });
  const uploads = createUploads({
    store,
    spool,
    loader,
    clock,
    formats: formatsOf(config),
    limits: uploadLimitsOf(config),
  });
  const take: Wayleave['take'] = async (path, name) => {
    await openSpool();
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
    inventory,
    documents,
    decisions,
    proving,
    weighing,
    policies,
    ruleDecisions,
    watch,
    threats,
    jobs,
    backups,
    registry,
    config,
    log,
    space,
    take,
    pipeline: () => (bus ? together(state(), spooling.state(), bus.trouble) : state()),
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
      await loader.settled();
    },
    async close() {
      await backups.stop();
      await loader.stop();
      await store.close();
      release();
    },
  };

  return {
    ...wayleave,
    async serve() {
      collectDefaultMetrics({ register: registry });
      const token = tokenOf(config.data);
      const undo = createUndo(log);
      try {
        await openSpool();
        await clearReceived(config.data);
        undo.push(() => loader.drain());
        await pressure.start();
        undo.push(() => pressure.stop());
        await bus?.start(undo);
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
        undo.push(() => jobs.idle('upload'));
        const server = await listen(createApp(wayleave, resumable, token), config.http);
        undo.push(() => server.stop());
        const timer = workRegularly(wayleave);
        undo.push(() => clearInterval(timer));
        undo.push(() => analysis.stop());
        log.info({ url: server.url }, 'serving');
        return { url: server.url, token, ...ports, stop: () => undo.all() };
      } catch (error) {
        await undo.all();
        throw error;
      }
    },
  };
}

/** Bodies that were being received when an earlier process was killed: nobody was told that we have them. */
async function clearReceived(data: string): Promise<void> {
  const folder = join(data, 'incoming');
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isFile()) await rm(join(folder, entry.name), { force: true });
}

/** What is received goes by the bus, and what is uploaded does not. */
function together(collected: PipelineState, uploaded: PipelineState, bus: Trouble | undefined): PipelineState {
  const oldest = [collected.oldest, uploaded.oldest].filter((time) => time !== undefined);
  return {
    full: collected.full ?? uploaded.full,
    trouble: collected.trouble ?? uploaded.trouble ?? bus,
    backlog: collected.backlog + uploaded.backlog,
    oldest: oldest.length > 0 ? Math.min(...oldest) : undefined,
  };
}
