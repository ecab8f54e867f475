import type { Dependency } from '../../analytics/model/dependency';
import { DIRECTION_LEVELS } from '../../analytics/model/conversation';
import type { Service } from '../../analytics/model/service';
import type { Workload } from '../../analytics/model/workload';
import { parseAddress } from '../../ingest/kernel/ip';
import { addressSet, holds } from '../model/address-set';
import type { Policy, PolicyGroup } from '../model/policy';
import { serviceWords } from '../propose/words';
import type { Volume } from './volume';

/** Legitimate use that the policy would deny. */
export interface DeniedUse extends Volume {
  /** Workload ids. */
  readonly client: string;
  readonly server: string;
  readonly service: Service;
  /** "etl-1 → db-2 on 5432/tcp". */
  readonly words: string;
  /** "no rule covers dev-etl → db of shop on 5432/tcp". */
  readonly why: string;
}

export interface Denial {
  readonly dependency: Dependency;
  readonly volume: Volume;
  /** The deny rule that decided; null when no rule allows it. */
  readonly rule: string | null;
}

/** Most connections first, at most `limit`. */
export function explainDenials(
  denials: readonly Denial[],
  policy: Policy,
  workloads: readonly Workload[],
  limit: number,
): DeniedUse[] {
  const byId = new Map(workloads.map((workload) => [workload.id, workload]));
  const nameOf = (id: string) => byId.get(id)?.name ?? id;
  const groupName = groupNames(policy.groups);

  return [...denials]
    .sort((a, b) => b.volume.connections - a.volume.connections || (keyOf(a) < keyOf(b) ? -1 : 1))
    .slice(0, limit)
    .map(({ dependency: { client, server, service, direction }, volume, rule }): DeniedUse => {
      const { tuples, connections, packets } = volume;
      const on = serviceWords(service);
      const ends = [client, server].map((id) => groupName(byId.get(id)) ?? nameOf(id)).join(' → ');
      const guess = direction === DIRECTION_LEVELS.lowerPort ? ', and only the lower port says who the client is' : '';
      return {
        client,
        server,
        service,
        tuples,
        connections,
        packets,
        words: `${nameOf(client)} → ${nameOf(server)} on ${on}`,
        why: rule === null ? `no rule covers ${ends} on ${on}${guess}` : `rule ${rule} denies ${ends} on ${on}`,
      };
    });
}

function keyOf({ dependency: { client, server, ports } }: Denial): string {
  return [client, server, ...ports].join('\t');
}

/** The policy's first group of a workload's address: what its rules would call it. */
function groupNames(groups: readonly PolicyGroup[]): (workload: Workload | undefined) => string | undefined {
  const sets = groups.map(({ name, addresses }) => ({ name, set: addressSet(addresses) }));
  return (workload) => {
    const address = workload?.addresses[0];
    return address === undefined ? undefined : sets.find(({ set }) => holds(set, parseAddress(address)))?.name;
  };
}
