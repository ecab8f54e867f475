import type { Crossing, Mesh, Reason, SharedCandidate, Topology } from '../model/topology';
import { serviceName } from '../services';
import type { Evidence } from './evidence';
import { compareText } from '../../ingest/kernel/text';
import { rounded } from './figures';
import type { Structure } from './structure';

/** What was found beside groups, by ids instead of numbers; what there is none of is missing. */
export function findingsOf(
  evidence: Evidence,
  { crossings, meshes, nearlyShared }: Pick<Structure, 'crossings' | 'meshes' | 'nearlyShared'>,
): Pick<Topology, 'crossings' | 'meshes' | 'candidates'> {
  const { workloads, services } = evidence;
  const idOf = (workload: number): string => workloads[workload]?.id ?? '';
  const keyOf = (service: number): string => services[service]?.key ?? '';
  const idsOf = (numbers: readonly number[]): string[] => numbers.map(idOf).sort(compareText);
  return {
    ...unlessEmpty(
      'crossings',
      crossings.map(({ client, server, service, answered, shared, ...crossing }): Crossing => ({
        ...crossing,
        ...(answered ? {} : { unanswered: true }),
        ...(shared ? { shared } : {}),
        client: idOf(client),
        server: idOf(server),
        service: keyOf(service),
      })),
    ),
    ...unlessEmpty(
      'meshes',
      meshes.flatMap(({ service, share, members, reasons }): Mesh[] => {
        const used = services[service];
        if (!used) return [];
        const { key } = used;
        const name = serviceName(used.service);
        return [{ service: key, name, share: rounded(share), members: idsOf(members), reasons: reasons.map(readable) }];
      }),
    ),
    ...unlessEmpty(
      'candidates',
      nearlyShared.map(({ name, workloads: members, confidence, reasons }): SharedCandidate => ({
        name,
        members: idsOf(members),
        confidence: rounded(confidence),
        reasons: reasons.map(readable),
      })),
    ),
  };
}

export function unlessEmpty<Name extends string, Item>(
  name: Name,
  items: readonly Item[],
): Partial<Record<Name, readonly Item[]>> {
  const none: Partial<Record<Name, readonly Item[]>> = {};
  return items.length > 0 ? { ...none, [name]: items } : none;
}

function readable({ text, weight }: Reason): Reason {
  return { text, weight: rounded(weight) };
}
