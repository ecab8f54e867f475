import { groupBy } from '../../../analytics/graph/group-by';
import type { Dependency } from '../../../analytics/model/dependency';
import type { Workload } from '../../../analytics/model/workload';
import { isV4, parseAddress } from '../../../ingest/kernel/ip';
import { classify } from '../../model/address-classes';
import { EVERY_V4_ADDRESS } from '../../model/address-set';
import { createFilter } from '../../model/decide';
import { getsThrough, type ServiceFilter } from '../../model/packet-filter';
import type { Policy } from '../../model/policy';

type Target = Pick<Dependency, 'server' | 'service' | 'ports'>;

/** What is let through. */
export interface Judge {
  /** At all ports, from all addresses to all. */
  admits(use: Target & Pick<Dependency, 'client'>): boolean;
  /** How many attackers, the server itself aside, get through to any of its ports. */
  openTo(target: Target): number;
}

/** @param attackers who are all among the workloads */
export function policyJudge(policy: Policy, workloads: readonly Workload[], attackers: readonly Workload[]): Judge {
  const filter = createFilter(policy);
  const { classes, of } = classify([EVERY_V4_ADDRESS, ...filter.addressSets]);
  const placesOf = ({ addresses }: Workload) => [...new Set(addresses.map((text) => of(parseAddress(text))))];
  const places = new Map(workloads.map((workload) => [workload.id, placesOf(workload)]));
  const alike = [...groupBy(attackers, (attacker) => placesOf(attacker).join()).values()].map((same) => ({
    ids: new Set(same.map(({ id }) => id)),
    at: same[0] ? placesOf(same[0]) : [],
  }));
  const known = new Map<number, ServiceFilter>();
  const between = (from: number, to: number): ServiceFilter | undefined => {
    const [src, dst] = [classes[from]?.first, classes[to]?.first];
    if (src === undefined || dst === undefined || isV4(src) !== isV4(dst)) return undefined;
    const key = from * classes.length + to;
    const services = known.get(key) ?? filter.between(src, dst);
    known.set(key, services);
    return services;
  };
  const getThrough = (from: readonly number[], { server, service }: Target, port: number): boolean =>
    from.every((client) =>
      (places.get(server) ?? []).every((to) => {
        const services = between(client, to);
        return !services || getsThrough(services.decide(service.protocol, port));
      }),
    );
  return {
    admits: (use) => use.ports.every((port) => getThrough(places.get(use.client) ?? [], use, port)),
    openTo: (target) =>
      alike
        .filter(({ at }) => target.ports.some((port) => getThrough(at, target, port)))
        .reduce((sum, { ids }) => sum + ids.size - (ids.has(target.server) ? 1 : 0), 0),
  };
}

/** Rules for exactly what was seen. @param attackers ids */
export function exactJudge(
  seen: readonly Dependency[],
  attackers: ReadonlySet<string>,
  isOneService?: (protocol: number, port: number) => boolean,
): Judge {
  const uses = new Set(seen.map((use) => `${use.client}\t${targetKey(use)}`));
  const clients = new Map<string, Set<string>>();
  for (const use of seen) {
    if (!attackers.has(use.client)) continue;
    const key = targetKey(use, isOneService);
    const known = clients.get(key);
    if (known) known.add(use.client);
    else clients.set(key, new Set([use.client]));
  }
  return {
    admits: (use) => uses.has(`${use.client}\t${targetKey(use)}`),
    openTo: (target) => clients.get(targetKey(target, isOneService))?.size ?? 0,
  };
}

/** What counts as one target; ports that are one service are told apart where nothing says which these are. */
export function targetKey(
  { server, service, ports }: Target,
  isOneService: (protocol: number, port: number) => boolean = () => false,
): string {
  const { protocol } = service;
  const one = ports.some((port) => isOneService(protocol, port));
  return `${server}\t${protocol}\t${one ? 'handed out' : ports.join()}`;
}
