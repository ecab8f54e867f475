import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dependency } from '../../model/dependency';
import type { Workload } from '../../model/workload';
import { readHourlyFiles } from './hourly-files';
import { PortEdges } from './port-edges';

/** A network of computing hosts as Cisco Secure Workload published them (IWSPA 2022), addresses and ports anonymised. */
export interface HostGraph {
  /** Labelled hosts are `managed`, all others `unknown`. Sorted. */
  readonly workloads: readonly Workload[];
  readonly dependencies: readonly Dependency[];
  /** Of the hosts that were active: host to true group. */
  readonly labels: ReadonlyMap<string, string>;
  /** The coarser truth by host-name prefix, where there is one. */
  readonly prefixLabels: ReadonlyMap<string, string> | null;
  readonly hours: number;
}

/**
 * Reads `hourly/*.gz` (see `readHourlyFiles`), `labels.txt` and, when present, `labels-prefix5.txt` (a group of hosts per
 * line, separated by commas).
 *
 * @throws WayleaveError `bad-host-graph`
 */
export async function readHostGraph(folder: string): Promise<HostGraph> {
  const edges = new PortEdges();
  const { hours, hosts: names } = await readHourlyFiles(folder, edges.add.bind(edges));
  const dependencies = edges.dependencies(names);
  const hosts = new Set<string>();
  for (const { client, server } of dependencies) hosts.add(client).add(server);
  const labels = await readLabels(join(folder, 'labels.txt'), hosts);
  const prefixLabels = (await readdir(folder)).includes('labels-prefix5.txt')
    ? await readLabels(join(folder, 'labels-prefix5.txt'), hosts)
    : null;
  return {
    workloads: [...hosts].sort().map((id) => ({
      id,
      name: id,
      kind: labels.has(id) ? 'managed' : 'unknown',
      addresses: [],
      labels: {},
    })),
    dependencies,
    labels,
    prefixLabels,
    hours,
  };
}

export async function readLabels(path: string, hosts: ReadonlySet<string>): Promise<Map<string, string>> {
  const groups = (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return new Map(
    groups.flatMap((group, at) =>
      group
        .split(',')
        .map((host) => host.trim())
        .filter((host) => hosts.has(host))
        .map((host): [string, string] => [host, `group ${at + 1}`]),
    ),
  );
}
