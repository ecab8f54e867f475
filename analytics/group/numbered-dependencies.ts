import { WayleaveError } from '../../ingest/kernel/errors';
import type { Dependency } from '../model/dependency';
import type { Service } from '../model/service';
import type { Workload } from '../model/workload';
import { serviceKey } from '../services';
import { compareText } from '../../ingest/kernel/text';

/**
 * What grouping needs of dependencies, in columns: a tenth of the memory of the objects, and buffers change threads
 * without being copied.
 */
export interface NumberedDependencies {
  /** Sorted by id. */
  readonly workloads: readonly Workload[];
  /** Sorted by key. */
  readonly services: readonly Service[];
  /** By dependency, numbers of workloads and services. */
  readonly clients: Uint32Array<ArrayBuffer>;
  readonly servers: Uint32Array<ArrayBuffer>;
  readonly serviceOf: Uint32Array<ArrayBuffer>;
  readonly connections: Float64Array<ArrayBuffer>;
  /** 1 where any connection was established. */
  readonly established: Uint8Array<ArrayBuffer>;
  readonly hours: Float64Array<ArrayBuffer>;
}

/** @throws WayleaveError `unknown-workload`, `duplicate-workload` */
export function numberDependencies(
  workloads: readonly Workload[],
  dependencies: readonly Dependency[],
): NumberedDependencies {
  const sorted = [...workloads].sort((a, b) => compareText(a.id, b.id));
  const numbers = new Map(sorted.map(({ id }, n) => [id, n]));
  if (numbers.size !== sorted.length) {
    const twice = sorted.find(({ id }, n) => sorted[n + 1]?.id === id);
    throw new WayleaveError(`workload "${twice?.id}" is listed twice; ids must be unique`, {
      code: 'duplicate-workload',
      where: { workload: twice?.id ?? '' },
    });
  }
  const numberOf = (id: string): number => {
    const number = numbers.get(id);
    if (number !== undefined) return number;
    throw new WayleaveError(`a dependency names workload "${id}", which is not among the ${sorted.length} workloads`, {
      code: 'unknown-workload',
      where: { workload: id },
    });
  };
  const { services, numberOfService } = numberServices(dependencies);
  const count = dependencies.length;
  const columns = {
    clients: new Uint32Array(count),
    servers: new Uint32Array(count),
    serviceOf: new Uint32Array(count),
    connections: new Float64Array(count),
    established: new Uint8Array(count),
    hours: new Float64Array(count),
  };
  // Dependencies come sorted by server.
  let last = { server: '', number: -1 };
  for (let at = 0; at < count; at++) {
    const { client, server, service, connections, established, hours } = dependencies[at] as Dependency;
    if (last.number < 0 || server !== last.server) last = { server, number: numberOf(server) };
    columns.clients[at] = numberOf(client);
    columns.servers[at] = last.number;
    columns.serviceOf[at] = numberOfService(service);
    columns.connections[at] = connections;
    columns.established[at] = established > 0 ? 1 : 0;
    columns.hours[at] = hours;
  }
  return { workloads: sorted, services, ...columns };
}

function numberServices(dependencies: readonly Dependency[]) {
  // Hundreds of thousands of dependencies have few services, mostly the same object: its key need be made once.
  const keyOf = new Map<Service, string>();
  const byKey = new Map<string, Service>();
  for (const { service } of dependencies) {
    if (keyOf.has(service)) continue;
    const key = serviceKey(service);
    keyOf.set(service, key);
    if (!byKey.has(key)) byKey.set(key, service);
  }
  const sorted = [...byKey].sort(([a], [b]) => compareText(a, b));
  const numberOfKey = new Map(sorted.map(([key], n) => [key, n]));
  const numbers = new Map([...keyOf].map(([service, key]) => [service, numberOfKey.get(key) ?? -1]));
  return {
    services: sorted.map(([, service]) => service),
    numberOfService: (service: Service) => numbers.get(service) ?? -1,
  };
}
