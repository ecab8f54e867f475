import { join } from 'node:path';
import type { Registry } from 'prom-client';
import {
  createExporterRecorder,
  registerExporterMetrics,
  type ExporterRecorder,
  type ExporterRecords,
} from '../ingest/exporters';
import type { Observations } from '../ingest/bus';
import type { Logger } from '../ingest/kernel/log';
import type { Clock } from '../ingest/kernel/time';
import { createCollector, registerListenMetrics, type Collector } from '../ingest/listen';
import type { Config } from './config/config';
import type { Spooling } from './spooling';
import type { PipelineState } from './wayleave';

const MIB = 1024 * 1024;

export interface CollectingDeps {
  /** Where what is received goes. */
  readonly spooling: Spooling;
  /** Takes what exporters are called, and how well they were heard. */
  readonly records: ExporterRecords;
  readonly log: Logger;
  readonly clock: Clock;
  readonly registry: Registry;
}

/** The sockets, and the book that is kept on who was heard there. */
export interface Collecting {
  readonly collector: Collector;
  readonly recorder: ExporterRecorder;
  /** How it stands between the sockets and where the spool is emptied to. */
  state(): PipelineState;
}

/** What has to be done about VRFs is done by the loader at the other end. */
export function busRecords({ insert }: Observations): ExporterRecords {
  return { insert, renamed: () => Promise.resolve() };
}

export function createCollecting(config: Config, deps: CollectingDeps): Collecting {
  const { spooling, records, log, clock, registry } = deps;
  const { receiveBufferMiB, ...listened } = config.collect;
  const collector = createCollector(
    {
      ...listened,
      receiveBuffer: receiveBufferMiB * MIB,
      spoolLimit: config.spool.limitMiB * MIB,
      announced: join(config.data, 'templates.json'),
      logLevel: config.log.level,
    },
    { spool: spooling.spool, loader: spooling.loader, pressure: spooling.pressure, log },
  );
  registerListenMetrics(registry, collector);
  registerExporterMetrics(registry, () => collector.health());
  const recorder = createExporterRecorder({
    records,
    log,
    clock,
    observe: () => ({
      exporters: collector.health(),
      names: collector.takeNames(),
      listeners: collector.listeners().map((each) => ({ ...each, droppedByKernel: each.droppedByKernel ?? 0 })),
    }),
  });
  return { collector, recorder, state: () => ({ ...spooling.state(), full: collector.full }) };
}
