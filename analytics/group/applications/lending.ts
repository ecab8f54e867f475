import type { Evidence, Use } from '../evidence';
import { weighUses } from './weights';

/** A server that starts more than this much, against what it is asked, is a part of what it calls. */
const MOST_STARTED = 0.1;
/** Of what its own application asks of it, another must ask this share to be served as well. */
const LEAST_BORROWED = 0.5;

/** Servers that start hardly anything but towards their own kind: databases, brokers, stores. Several may own them. */
export function findLeaves({ services }: Evidence, uses: readonly Use[]): Set<number> {
  const serves = new Set(uses.map(({ server, service }) => server * services.length + service));
  const started = new Map<number, number>();
  const served = new Map<number, number>();
  for (const { client, server, service } of uses) {
    if (serves.has(client * services.length + service)) continue;
    started.set(client, (started.get(client) ?? 0) + 1);
    served.set(server, (served.get(server) ?? 0) + 1);
  }
  return new Set(
    [...served.keys()].filter((leaf) => (started.get(leaf) ?? 0) <= MOST_STARTED * (served.get(leaf) ?? 0)),
  );
}

/**
 * Which applications also live on a leaf of another.
 *
 * @returns by application, the leaves it borrows, each with the share of what is asked of it that this application asks
 */
export function findBorrowed(
  evidence: Evidence,
  uses: readonly Use[],
  leaves: ReadonlySet<number>,
  applicationOf: ReadonlyMap<number, number>,
): Map<number, Map<number, number>> {
  const asked = new Map<number, Map<number, number>>();
  // What nobody answered is no service.
  const calls = uses.filter(({ client, server, answered }) => answered && leaves.has(server) && !leaves.has(client));
  const servers = new Set(calls.map(({ server }) => server));
  for (const { a, b, weight } of weighUses(evidence, calls)) {
    const [client, server] = servers.has(b) ? [a, b] : [b, a];
    const application = applicationOf.get(client);
    if (application === undefined) continue;
    const by = asked.get(server) ?? new Map<number, number>();
    asked.set(server, by.set(application, (by.get(application) ?? 0) + weight));
  }
  const borrowed = new Map<number, Map<number, number>>();
  for (const [server, by] of asked) {
    const owner = applicationOf.get(server);
    const own = by.get(owner ?? -1) ?? 0;
    const total = [...by.values()].reduce((sum, weight) => sum + weight, 0);
    for (const [application, weight] of by) {
      if (application === owner || own === 0 || weight < LEAST_BORROWED * own) continue;
      const lent = borrowed.get(application) ?? new Map<number, number>();
      borrowed.set(application, lent.set(server, weight / total));
    }
  }
  return borrowed;
}
