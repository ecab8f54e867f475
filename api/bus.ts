import { join } from 'node:path';
import type { Registry } from 'prom-client';
import { createBusMetrics, createKafkaBus, createKafkaLoader, type KafkaOptions } from '../ingest/bus';
import type { ExporterRecords } from '../ingest/exporters';
import type { Logger } from '../ingest/kernel/log';
import type { Clock } from '../ingest/kernel/time';
import type { Trouble } from '../ingest/spool';
import type { Store } from '../ingest/store';
import { busRecords } from './collecting';
import type { Config } from './config/config';
import { createSpooling, type Spooling } from './spooling';
import type { Undo } from './undo';

/** Both ends of the bus, in a process that collects as well as loads. */
export interface Bus {
  /** What collectors fill. */
  readonly outbox: Spooling;
  readonly records: ExporterRecords;
  /** Why nothing is loaded from it at present. */
  readonly trouble: Trouble | undefined;
  start(undo: Undo): Promise<void>;
}

export interface BusDeps {
  readonly store: Store;
  readonly log: Logger;
  readonly clock: Clock;
  readonly registry: Registry;
}

export function createBus(config: Config, options: KafkaOptions, { store, log, clock, registry }: BusDeps): Bus {
  const metrics = createBusMetrics(registry);
  const bus = createKafkaBus(options, { log, clock, metrics });
  const outbox = createSpooling(config, { name: 'outbox', destination: bus.destination, log, clock, registry });
  const folder = join(config.data, 'inbox');
  const loader = createKafkaLoader(options, { store, folder, log, clock, metrics });
  return {
    outbox,
    records: busRecords(bus.observations),
    get trouble() {
      return loader.trouble;
    },
    async start(undo) {
      await loader.start();
      undo.push(() => loader.stop());
      bus.start();
      undo.push(() => bus.stop());
      await outbox.start(undo);
    },
  };
}
