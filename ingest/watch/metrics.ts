import { Counter, Gauge, type Registry } from 'prom-client';

export function createWatchMetrics(registry: Registry) {
  const registers = [registry];
  const labelNames = ['source'] as const;
  return {
    files: new Counter({
      name: 'wayleave_watch_files_total',
      help: 'Files of watched folders and buckets, by what became of them: taken, duplicate, failed, retried',
      labelNames: ['source', 'outcome'] as const,
      registers,
    }),
    bytes: new Counter({
      name: 'wayleave_watch_bytes_total',
      help: 'Bytes of the files taken, as they are stored',
      labelNames,
      registers,
    }),
    waiting: new Gauge({ name: 'wayleave_watch_waiting', help: 'Files seen and not yet taken', labelNames, registers }),
    lag: new Gauge({
      name: 'wayleave_watch_lag_seconds',
      help: 'Age of the oldest file seen and not yet taken',
      labelNames,
      registers,
    }),
    pollFailures: new Counter({
      name: 'wayleave_watch_poll_failures_total',
      help: 'Polls that could not list their folder or bucket, or left it half way',
      labelNames,
      registers,
    }),
  };
}

export type WatchMetrics = ReturnType<typeof createWatchMetrics>;
