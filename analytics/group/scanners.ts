import type { Reason } from '../model/topology';
import type { Evidence } from './evidence';

export interface Scanner {
  readonly workload: number;
  readonly reasons: readonly Reason[];
}

/** Fewer servers, or fewer services on them, is a misconfigured client. */
const LEAST_SERVERS = 10;
const LEAST_TARGETS = 20;
/** Share of what it tried that answers nobody. */
const LEAST_DEAD = 0.5;
/** When more clients than this look like scanners, it is the sensors that see one direction only. */
const MOST_SCANNERS = 0.2;

/**
 * Who mostly asks for what is not there: many servers, and services on them that answered no one. What another client
 * got an answer from counts as alive, so one lossy path makes no scanner.
 *
 * @returns ascending by workload
 */
export function findScanners({ workloads, services, uses }: Evidence): Scanner[] {
  const target = (server: number, service: number) => server * services.length + service;
  const alive = new Set(uses.filter(({ answered }) => answered).map(({ server, service }) => target(server, service)));
  const tried = new Map<number, { servers: Set<number>; dead: number; targets: number }>();
  for (const { client, server, service } of uses) {
    let of = tried.get(client);
    if (!of) tried.set(client, (of = { servers: new Set(), dead: 0, targets: 0 }));
    of.servers.add(server);
    of.targets++;
    if (!alive.has(target(server, service))) of.dead++;
  }
  const found = [...tried]
    .filter(([, { servers, dead, targets }]) => {
      return servers.size >= LEAST_SERVERS && targets >= LEAST_TARGETS && dead >= LEAST_DEAD * targets;
    })
    .sort(([a], [b]) => a - b);
  if (found.length > Math.max(1, MOST_SCANNERS * Math.min(tried.size, workloads.length))) return [];
  return found.map(([workload, { servers, dead, targets }]) => ({
    workload,
    reasons: [
      {
        text: `asked ${servers.size} workloads for ${targets} services, of which ${dead} answered nobody`,
        weight: dead / targets,
      },
    ],
  }));
}
