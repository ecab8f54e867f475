import type { DrawnPorts } from '../../../analytics/dynamic/drawn-ports';
import type { Dependency } from '../../../analytics/model/dependency';
import type { Topology } from '../../../analytics/model/topology';
import { groupBy } from '../../../analytics/graph/group-by';

/** No server listens on these: one for each port that a server may choose. */
const DRAWN = { first: 65_536, last: 65_536 + 2 ** 20 };

/**
 * Puts ports that a group of servers draws down as one service, where numbers of ports were exchanged for others: a range
 * of numbers would mean nothing there. Drawn is, as the recommender finds it in the traffic it learns from, each port of
 * such a group but those it keeps for good.
 */
export function numberDrawn(
  topology: Topology,
  drawn: readonly DrawnPorts[],
): (uses: readonly Dependency[]) => Dependency[] {
  const byGroup = groupBy(drawn, ({ group }) => group);
  const byServer = new Map<string, DrawnPorts[]>();
  for (const { id, members } of topology.groups) {
    const found = byGroup.get(id);
    if (found)
      for (const { workload } of members) byServer.set(workload, [...(byServer.get(workload) ?? []), ...found]);
  }
  const isDrawn = ({ server, service }: Dependency): boolean => {
    const of = (byServer.get(server) ?? []).filter(({ protocol }) => protocol === service.protocol);
    return of.length > 0 && service.kind === 'port' && of.every(({ fixed }) => !fixed.has(service.port));
  };
  return (uses) =>
    uses.map((use) => {
      if (!isDrawn(use)) return use;
      const service = { kind: 'dynamic' as const, protocol: use.service.protocol, control: null, observed: DRAWN };
      return { ...use, service, ports: use.ports.map((port) => DRAWN.first + port) };
    });
}
