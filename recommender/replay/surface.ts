import type { Dependency } from '../../analytics/model/dependency';
import type { Workload } from '../../analytics/model/workload';
import { serviceKey } from '../../analytics/services';
import { getsThrough } from '../model/packet-filter';
import type { Judge } from './judge';

/**
 * What an intruder on a managed workload could reach: combinations of such a workload, a server of the estate and a
 * service that it was seen serving.
 */
export interface Surface {
  readonly possible: number;
  /** That the policy lets through. */
  readonly open: number;
  readonly share: number;
  /** What rules for exactly the pairs that were seen would leave open: the least possible. */
  readonly exact: number;
  readonly exactShare: number;
}

/** Services on servers that the filter treats alike: what is true of one is true of all. */
interface Targets {
  readonly place: number;
  readonly protocol: number;
  readonly ports: readonly number[];
  count: number;
  /** How many of them are on managed servers, which do not attack themselves. */
  managed: number;
}

export function measureSurface(
  judge: Judge,
  workloads: readonly Workload[],
  dependencies: readonly Dependency[],
): Surface {
  const kinds = new Map(workloads.map(({ id, kind }) => [id, kind]));
  const isManaged = (id: string) => kinds.get(id) === 'managed';
  const used = dependencies.filter(({ server, established }) => established > 0 && kinds.get(server) !== 'external');
  const attackers = new Map<number, number>();
  for (const { id } of workloads.filter((workload) => isManaged(workload.id))) {
    attackers.set(judge.placeOf(id), (attackers.get(judge.placeOf(id)) ?? 0) + 1);
  }
  const total = [...attackers.values()].reduce((sum, count) => sum + count, 0);

  let possible = 0;
  let open = 0;
  for (const targets of targetsOf(used, judge, isManaged)) {
    possible += total * targets.count - targets.managed;
    for (const [place, count] of attackers) {
      if (isOpen(judge, place, targets))
        open += count * targets.count - (place === targets.place ? targets.managed : 0);
    }
  }
  const exact = used.filter(({ client }) => isManaged(client)).length;
  const share = (count: number) => (possible === 0 ? 0 : count / possible);
  return { possible, open, share: share(open), exact, exactShare: share(exact) };
}

/** A dynamic service is one on each server, open when any port it handed out is. */
function targetsOf(dependencies: readonly Dependency[], judge: Judge, isManaged: (id: string) => boolean): Targets[] {
  const byServer = new Map<string, { server: string; protocol: number; ports: Set<number> }>();
  for (const { server, service, ports } of dependencies) {
    const key = `${server}\t${serviceKey(service)}`;
    const known = byServer.get(key) ?? { server, protocol: service.protocol, ports: new Set() };
    byServer.set(key, known);
    for (const port of ports) known.ports.add(port);
  }
  const alike = new Map<string, Targets>();
  for (const { server, protocol, ports } of byServer.values()) {
    const sorted = [...ports].sort((a, b) => a - b);
    const key = `${judge.placeOf(server)}\t${protocol}\t${sorted.join()}`;
    const targets = alike.get(key) ?? { place: judge.placeOf(server), protocol, ports: sorted, count: 0, managed: 0 };
    alike.set(key, targets);
    targets.count++;
    if (isManaged(server)) targets.managed++;
  }
  return [...alike.values()];
}

function isOpen(judge: Judge, attacker: number, { place, protocol, ports }: Targets): boolean {
  return judge
    .between(attacker, place)
    .some((services) => ports.some((port) => getsThrough(services.decide(protocol, port))));
}
