import { join } from 'node:path';
import type { Registry } from 'prom-client';
import {
  createExporterRecorder,
  registerExporterMetrics,
  type ExporterRecorder,
  type RecorderDeps,
} from '../ingest/exporters';
import type { Logger } from '../ingest/kernel/log';
import type { Clock } from '../ingest/kernel/time';
import { createCollector, registerListenMetrics, type Collector } from '../ingest/listen';
import type { Config } from './config/config';
import type { Spooling } from './spooling';

const MIB = 1024 * 1024;

export interface CollectingDeps {
  /** Where what is received goes. */
  readonly spooling: Spooling;
  /** Takes what exporters are called, and how well they were heard. */
  readonly records: RecorderDeps['store'];
  readonly log: Logger;
  readonly clock: Clock;
  readonly registry: Registry;
}

/** The sockets, and the book that is kept on who was heard there. */
export interface Collecting {
  readonly collector: Collector;
  readonly recorder: ExporterRecorder;
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
    { spool: spooling.spool, loader: spooling.loader, log },
  );
  registerListenMetrics(registry, collector);
  registerExporterMetrics(registry, () => collector.health());
  const recorder = createExporterRecorder({
    store: records,
    log,
    clock,
    observe: () => ({
      exporters: collector.health(),
      names: collector.takeNames(),
      listeners: collector.listeners().map((each) => ({ ...each, droppedByKernel: each.droppedByKernel ?? 0 })),
    }),
  });
  return { collector, recorder };
}
