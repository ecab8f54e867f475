import { Counter, type Registry } from 'prom-client';

export function createListenMetrics(registry: Registry) {
  const registers = [registry];
  return {
    datagrams: new Counter({ name: 'wayleave_udp_datagrams_total', help: 'Datagrams received', registers }),
    dropped: new Counter({
      name: 'wayleave_udp_dropped_total',
      help: 'Datagrams dropped because the spool was full',
      registers,
    }),
  };
}

export type ListenMetrics = ReturnType<typeof createListenMetrics>;
