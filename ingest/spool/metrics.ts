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
export function createSpoolMetrics(registry: Registry, spool = 'flows') {
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

/** Read off when they are asked for. */
export function registerPressureMetrics(
  registry: Registry,
  { spool, pressure, clock }: { spool: Spool; pressure: Pressure; clock: Clock },
): void {
  const oldest = new Gauge({
    name: 'wayleave_spool_oldest_seconds',
    help: 'How long the oldest segment has been waiting',
    registers: [],
    collect() {
      this.set(spool.oldest === undefined ? 0 : Math.max(0, (clock().getTime() - spool.oldest) / 1000));
    },
  });
  const full = new Gauge({
    name: 'wayleave_spool_full',
    help: '1 while nothing more is taken: too many bytes wait, for too long, or the disk is full',
    labelNames: ['cause'],
    registers: [],
    collect() {
      for (const cause of ['bytes', 'age', 'disk'] as const)
        this.set({ cause }, pressure.full?.cause === cause ? 1 : 0);
    },
  });
  registry.registerMetric(oldest);
  registry.registerMetric(full);
}
