import type { Evidence, Use } from './evidence';

/** A service that nearly everybody uses of nearly everybody: an agent's gossip. It says nothing about who belongs where. */
export interface Mesh {
  readonly service: number;
  readonly clients: number;
  readonly servers: number;
  readonly pairs: number;
}

/** Below this, a cluster of peers is all there is. */
const LEAST_WORKLOADS = 8;
/** Share of the managed workloads that must use it, and serve it … */
const LEAST_SHARE = 0.3;
/** … and share of their pairs. Hubs reach the first share at one end only. */
const LEAST_PAIRS = 0.05;

/** @returns by service number */
export function findMeshes({ services, managed, isManaged }: Evidence, uses: readonly Use[]): Mesh[] {
  const count = managed.length;
  if (count < LEAST_WORKLOADS) return [];
  const among = services.map(() => ({ clients: new Set<number>(), servers: new Set<number>(), pairs: 0 }));
  for (const { client, server, service } of uses) {
    const of = among[service];
    if (!of || !isManaged(client) || !isManaged(server)) continue;
    of.clients.add(client);
    of.servers.add(server);
    of.pairs++;
  }
  return among
    .map(({ clients, servers, pairs }, service) => ({ service, clients: clients.size, servers: servers.size, pairs }))
    .filter(
      ({ clients, servers, pairs }) =>
        Math.min(clients, servers) > LEAST_SHARE * count && pairs > LEAST_PAIRS * count * (count - 1),
    );
}
