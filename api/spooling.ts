import { join } from 'node:path';
import type { Registry } from 'prom-client';
import type { Logger } from '../ingest/kernel/log';
import type { Clock } from '../ingest/kernel/time';
import {
  createLoader,
  createPressure,
  createSpool,
  createSpoolMetrics,
  type Destination,
  type Loader,
  type Pressure,
  type Spool,
} from '../ingest/spool';
import { spaceOf, type Config } from './config/config';
import type { Undo } from './undo';
import type { PipelineState } from './wayleave';

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;

export interface SpoolingDeps {
  /** Folder in the data directory, and the name in metrics. */
  readonly name: 'spool' | 'outbox';
  readonly destination: Destination;
  readonly log: Logger;
  readonly clock: Clock;
  readonly registry: Registry;
}

/** A spool, what empties it, and what says when it is full. */
export interface Spooling {
  readonly name: string;
  readonly spool: Spool;
  readonly loader: Loader;
  readonly pressure: Pressure;
  state(): PipelineState;
  /** Finds what an earlier process left, and begins to empty it. */
  start(undo: Undo): Promise<void>;
}

export function createSpooling(config: Config, { name, destination, log, clock, registry }: SpoolingDeps): Spooling {
  const spool = createSpool(join(config.data, name));
  const loader = createLoader({ destination, spool, log, metrics: createSpoolMetrics(registry, name) });
  const limits = { bytes: config.spool.limitMiB * MIB, age: config.spool.ageHours * HOUR_MS };
  const pressure = createPressure(limits, { spool, space: spaceOf(config), clock });
  return {
    name,
    spool,
    loader,
    pressure,
    state: () => ({ full: pressure.full, trouble: loader.trouble, backlog: spool.backlog, oldest: spool.oldest }),
    async start(undo) {
      await loader.start();
      undo.push(() => loader.stop());
      undo.push(() => loader.drain());
      await pressure.start();
      undo.push(() => pressure.stop());
    },
  };
}
