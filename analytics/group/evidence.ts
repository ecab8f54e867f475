import { orderBy } from '../graph/ranks';
import type { Dependency } from '../model/dependency';
import type { Service } from '../model/service';
import type { Workload } from '../model/workload';
import { serviceKey, type KnownService } from '../services';
import { numberDependencies, type NumberedDependencies } from './numbered-dependencies';

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
  /** Length of the window. */
  readonly hours: number;
  isManaged(workload: number): boolean;
}

/**
 * @param hours length of the window
 * @throws WayleaveError `unknown-workload`, `duplicate-workload`
 */
export function gatherEvidence(
  workloads: readonly Workload[],
  dependencies: readonly Dependency[],
  lookUp: ServiceLookUp,
  hours = 24,
): Evidence {
  return evidenceOf(numberDependencies(workloads, dependencies), lookUp, hours);
}

/** @param hours length of the window */
export function evidenceOf(numbered: NumberedDependencies, lookUp: ServiceLookUp, hours: number): Evidence {
  const { workloads } = numbered;
  const services = numbered.services.map((service) => ({
    key: serviceKey(service),
    service,
    known: lookUp(service),
  }));
  const isManaged = workloads.map(({ kind }) => kind === 'managed');
  return {
    workloads,
    services,
    uses: usesOf(numbered, services),
    managed: [...workloads.keys()].filter((n) => isManaged[n]),
    hours,
    isManaged: (workload) => isManaged[workload] === true,
  };
}

function usesOf(
  { workloads, clients, servers, serviceOf, connections, established, hours }: NumberedDependencies,
  services: readonly UsedService[],
): Use[] {
  const oneWay = services.map(({ known }) => known?.oneWay === true);
  const order = orderBy(
    { ranks: serviceOf, count: services.length },
    { ranks: servers, count: workloads.length },
    { ranks: clients, count: workloads.length },
  );
  const uses: Use[] = [];
  for (const at of order) {
    const [client = -1, server = -1, service = -1] = [clients[at], servers[at], serviceOf[at]];
    if (client === server) continue;
    uses.push({
      client,
      server,
      service,
      connections: connections[at] ?? 0,
      answered: established[at] === 1 || oneWay[service] === true,
      hours: hours[at] ?? 0,
    });
  }
  return uses;
}
