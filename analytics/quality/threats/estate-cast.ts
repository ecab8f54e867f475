import { truthOf, type Estate } from '../../../fixtures/generate';
import { PRIVATE_NETWORKS, createDirectory, type Directory } from '../../inventory';
import { parsePrefix } from '../../../ingest/kernel/ip';
import type { Group, Topology, Window } from '../../model/topology';

/**
 * An inventory and an analysis that made no mistake, of a generated estate: what is measured is what detectors make of
 * traffic, and not what grouping does. Who had an address last is held to have had it always.
 */
export function estateCast(estate: Estate, window: Window): { directory: Directory; topology: Topology } {
  const { hosts, tenures } = truthOf(estate);
  const managed = hosts.filter((host) => host.managed);
  const known = new Set(managed.map(({ id }) => id));
  const inventory = tenures
    .filter(({ host }) => known.has(host))
    .map(({ address, host }) => ({ address, name: host, labels: {} }));
  const directory = createDirectory(inventory, PRIVATE_NETWORKS.map(parsePrefix));
  const groups = new Map<string, Group>();
  for (const { id, group, shared, application, tier } of managed) {
    if (group === null) continue;
    const member = { workload: id, confidence: 1 };
    const before = groups.get(group);
    groups.set(group, {
      id: group,
      kind: shared === 'scanner' ? 'scanner' : shared === null ? 'tier' : 'shared-service',
      name: shared ?? group,
      ...(tier === null ? {} : { role: tier }),
      application,
      members: [...(before?.members ?? []), member],
      reasons: [],
    });
  }
  const topology = { id: 'truth', window, workloads: directory.workloads(), groups: [...groups.values()] };
  return { directory, topology };
}
