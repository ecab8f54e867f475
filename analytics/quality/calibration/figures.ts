import { PROTOCOL } from '../../../ingest/kernel/port';
import type { Edge } from './hourly-edges';

export type Figure =
  | `fan-out-${'p50' | 'p75' | 'p90' | 'p99'}`
  | `fan-in-${'p50' | 'p90' | 'p99'}`
  | `ports-${'p50' | 'p90' | 'p99'}`
  | `port-pairs-${'p50' | 'max'}`
  | `port-share-top-${'1' | '5' | '20'}`
  | 'edges-one-hour'
  | 'edges-all-hours'
  | 'edges-udp'
  | 'hosts-both'
  | 'edge-packets-p50';

/**
 * What a network of hourly edges looks like: servers of a client, clients of a server, ports a server listens on, host
 * pairs that use a port, the share of edges on the commonest ports, and how many hours edges are seen in.
 */
export function figuresOf(edges: readonly Edge[], hours: number): Readonly<Record<Figure, number>> {
  const servers = new Counts();
  const clients = new Counts();
  const ports = new Counts();
  const pairs = new Counts();
  const hosts = new Set<number>();
  for (const { client, server, protocol, port } of edges) {
    const service = port * 256 + protocol;
    servers.add(client, server);
    clients.add(server, client);
    ports.add(server, service);
    pairs.add(service, client * 2 ** 20 + server);
    hosts.add(client).add(server);
  }
  const fanOut = servers.sorted();
  const fanIn = clients.sorted();
  const listening = ports.sorted();
  const perPort = pairs.sorted();
  const share = (holds: (edge: Edge) => boolean) => edges.filter(holds).length / edges.length;
  const top = (count: number) => perPort.slice(-count).reduce((sum, n) => sum + n, 0) / edges.length;
  return {
    'fan-out-p50': quantile(fanOut, 0.5),
    'fan-out-p75': quantile(fanOut, 0.75),
    'fan-out-p90': quantile(fanOut, 0.9),
    'fan-out-p99': quantile(fanOut, 0.99),
    'fan-in-p50': quantile(fanIn, 0.5),
    'fan-in-p90': quantile(fanIn, 0.9),
    'fan-in-p99': quantile(fanIn, 0.99),
    'ports-p50': quantile(listening, 0.5),
    'ports-p90': quantile(listening, 0.9),
    'ports-p99': quantile(listening, 0.99),
    'port-pairs-p50': quantile(perPort, 0.5),
    'port-pairs-max': quantile(perPort, 1),
    'port-share-top-1': top(1),
    'port-share-top-5': top(5),
    'port-share-top-20': top(20),
    'edges-one-hour': share((edge) => edge.hours.size === 1),
    'edges-all-hours': share((edge) => edge.hours.size === hours),
    'edges-udp': share(({ protocol }) => protocol === PROTOCOL.udp),
    'hosts-both': [...hosts].filter((host) => servers.has(host) && clients.has(host)).length / hosts.size,
    'edge-packets-p50': quantile(
      edges.map(({ packets }) => packets).sort((a, b) => a - b),
      0.5,
    ),
  };
}

/** How many different things belong to each key. */
class Counts {
  private readonly sets = new Map<number, Set<number>>();

  add(key: number, value: number): void {
    const known = this.sets.get(key);
    if (known) known.add(value);
    else this.sets.set(key, new Set([value]));
  }

  has(key: number): boolean {
    return this.sets.has(key);
  }

  sorted(): number[] {
    return [...this.sets.values()].map(({ size }) => size).sort((a, b) => a - b);
  }
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
