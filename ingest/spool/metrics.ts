import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../kernel/time';
import type { Pressure } from './pressure';
import type { Spool } from './spool';

const LABELS = ['spool'];

interface About {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly registers: Registry[];
}

/** @param spool its name, where a process has more than one */
export function createSpoolMetrics(registry: Registry, spool = 'spool') {
  const registered = <M extends object>(Kind: new (about: About) => M, name: string, help: string): M => {
    const known = registry.getSingleMetric(name);
    return known instanceof Kind ? known : new Kind({ name, help, labelNames: LABELS, registers: [registry] });
  };
  const loaded = 'Rows taken from the spool to where it is emptied to';
  const setAside = 'Rows of segments that were broken, or refused for good';
  return {
    loaded: registered(Counter, 'wayleave_spool_loaded_rows_total', loaded).labels(spool),
    setAside: registered(Counter, 'wayleave_spool_set_aside_rows_total', setAside).labels(spool),
    backlog: registered(Gauge, 'wayleave_spool_backlog_bytes', 'Bytes waiting').labels(spool),
  };
}

export type SpoolMetrics = ReturnType<typeof createSpoolMetrics>;

export interface WatchedSpool {
  readonly name: string;
  readonly spool: Pick<Spool, 'oldest'>;
  readonly pressure: Pick<Pressure, 'full'>;
}

/** Read off when they are asked for. */
export function registerPressureMetrics(registry: Registry, spools: readonly WatchedSpool[], clock: Clock): void {
  const oldest = new Gauge({
    name: 'wayleave_spool_oldest_seconds',
    help: 'How long the oldest segment has been waiting',
    labelNames: LABELS,
    registers: [],
    collect() {
      const now = clock().getTime();
      for (const { name, spool } of spools) this.set({ spool: name }, Math.max(0, now - (spool.oldest ?? now)) / 1000);
    },
  });
  const full = new Gauge({
    name: 'wayleave_spool_full',
    help: '1 while nothing more is taken: too many bytes wait, for too long, or the disk is full',
    labelNames: [...LABELS, 'cause'],
    registers: [],
    collect() {
      for (const { name, pressure } of spools)
        for (const cause of ['bytes', 'age', 'disk'] as const)
          this.set({ spool: name, cause }, pressure.full?.cause === cause ? 1 : 0);
    },
  });
  registry.registerMetric(oldest);
  registry.registerMetric(full);
}
