import type { Evidence, Use } from '../evidence';
import { canonicalEnvironment } from './environments';

/** Traffic from one environment into another, by number. */
export interface EnvironmentCrossing {
  readonly client: number;
  readonly server: number;
  readonly service: number;
  readonly connections: number;
  readonly from: string;
  readonly to: string;
}

/** More than people look through; what is left out has the fewest connections. */
const MOST_CROSSINGS = 1_000;

/**
 * @param environments by workload number
 * @returns most connections first
 */
export function findCrossings(
  { isManaged }: Evidence,
  uses: readonly Use[],
  environments: readonly (string | null)[],
): EnvironmentCrossing[] {
  return uses
    .flatMap(({ client, server, service, connections }): EnvironmentCrossing[] => {
      const [from, to] = [environments[client] ?? null, environments[server] ?? null];
      if (from === null || to === null || !isManaged(client) || !isManaged(server)) return [];
      if (canonicalEnvironment(from) === canonicalEnvironment(to)) return [];
      return [{ client, server, service, connections, from, to }];
    })
    .sort(
      (x, y) => y.connections - x.connections || x.client - y.client || x.server - y.server || x.service - y.service,
    )
    .slice(0, MOST_CROSSINGS);
}
