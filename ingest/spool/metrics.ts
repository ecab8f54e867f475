import { Counter, Gauge, type Registry } from 'prom-client';

export function createSpoolMetrics(registry: Registry) {
  const registers = [registry];
  return {
    loaded: new Counter({
      name: 'wayleave_spool_loaded_rows_total',
      help: 'Rows taken from the spool into ClickHouse',
      registers,
    }),
    setAside: new Counter({
      name: 'wayleave_spool_set_aside_rows_total',
      help: 'Rows ClickHouse refused for good',
      registers,
    }),
    backlog: new Gauge({ name: 'wayleave_spool_backlog_bytes', help: 'Bytes waiting to be loaded', registers }),
  };
}

export type SpoolMetrics = ReturnType<typeof createSpoolMetrics>;
