import { WayleaveError } from '../../ingest/kernel/errors';
import type { Dependency } from '../model/dependency';
import type { Service } from '../model/service';
import type { Workload } from '../model/workload';
import { serviceKey, type KnownService } from '../services';

/** What a port number tells; nothing, where ports are anonymised. */
export type ServiceLookUp = (service: Service) => KnownService | undefined;

export interface UsedService {
  readonly key: string;
  readonly service: Service;
  readonly known: KnownService | undefined;
}

/** One dependency by number: indexes into `workloads` and `services`. */
export interface Use {
  readonly client: number;
  readonly server: number;
  readonly service: number;
  readonly connections: number;
  readonly answered: boolean;
  /** In which it was in use. */
  readonly hours: number;
}

/** The input of a grouping, put in order and numbered. Same set of dependencies, same numbers. */
export interface Evidence {
  /** Sorted by id. */
  readonly workloads: readonly Workload[];
  /** Sorted by key. */
  readonly services: readonly UsedService[];
  /** Sorted by client, server, service. */
  readonly uses: readonly Use[];
  /** Numbers of the managed workloads, ascending. */
  readonly managed: readonly number[];
  isManaged(workload: number): boolean;
}

/** @throws WayleaveError `unknown-workload`, `duplicate-workload` */
export function gatherEvidence(
  workloads: readonly Workload[],
  dependencies: readonly Dependency[],
  lookUp: ServiceLookUp,
): Evidence {
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
  const byKey = new Map<string, Service>();
  const keys = dependencies.map(({ service }) => {
    const key = serviceKey(service);
    if (!byKey.has(key)) byKey.set(key, service);
    return key;
  });
  const services = [...byKey]
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, service]) => ({ key, service, known: lookUp(service) }));
  const serviceNumbers = new Map(services.map(({ key }, n) => [key, n]));
  const uses = dependencies
    .map(({ client, server, connections, established, hours }, at): Use => {
      const service = serviceNumbers.get(keys[at] ?? '') ?? -1;
      const answered = established > 0 || services[service]?.known?.oneWay === true;
      return { client: numberOf(client), server: numberOf(server), service, connections, answered, hours };
    })
    .filter(({ client, server }) => client !== server)
    .sort((a, b) => a.client - b.client || a.server - b.server || a.service - b.service);
  const isManaged = sorted.map(({ kind }) => kind === 'managed');
  return {
    workloads: sorted,
    services,
    uses,
    managed: [...sorted.keys()].filter((n) => isManaged[n]),
    isManaged: (workload) => isManaged[workload] === true,
  };
}

/** By UTF-16 units: the same everywhere, unlike `localeCompare`. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
