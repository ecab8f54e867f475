import type { Evidence, Use } from '../evidence';
import { canonicalEnvironment } from './environments';

/** Traffic from one environment into another, by number. */
export interface EnvironmentCrossing {
  readonly client: number;
  readonly server: number;
  readonly service: number;
  readonly connections: number;
  /** Whether any connection was; what nobody answered may have been denied. */
  readonly answered: boolean;
  /** Whether either end provides a shared service. */
  readonly shared: boolean;
  readonly from: string;
  readonly to: string;
}

/** More than people look through, with shared services and without; what is left out has the fewest connections. */
const MOST_CROSSINGS = 1_000;

/**
 * @param environments by workload number
 * @param sharing workloads that provide shared services
 * @returns those between applications, then those with shared services; each most connections first
 */
export function findCrossings(
  { isManaged }: Evidence,
  uses: readonly Use[],
  environments: readonly (string | null)[],
  sharing: ReadonlySet<number>,
): EnvironmentCrossing[] {
  const found = uses
    .flatMap(({ client, server, service, connections, answered }): EnvironmentCrossing[] => {
      const [from, to] = [environments[client] ?? null, environments[server] ?? null];
      if (from === null || to === null || !isManaged(client) || !isManaged(server)) return [];
      if (canonicalEnvironment(from) === canonicalEnvironment(to)) return [];
      const shared = sharing.has(client) || sharing.has(server);
      return [{ client, server, service, connections, answered, shared, from, to }];
    })
    .sort(
      (x, y) => y.connections - x.connections || x.client - y.client || x.server - y.server || x.service - y.service,
    );
  return [false, true].flatMap((shared) => found.filter((each) => each.shared === shared).slice(0, MOST_CROSSINGS));
}
