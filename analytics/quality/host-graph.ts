import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { messageOf, WayleaveError } from '../../ingest/kernel/errors';
import type { Dependency } from '../model/dependency';
import type { Workload } from '../model/workload';

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

interface Edge {
  readonly client: string;
  readonly server: string;
  readonly port: string;
  readonly hours: Set<number>;
  packets: number;
}

/** An hour of the largest published network gunzips to 30 MB. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;
const SECONDS_PER_HOUR = 3600;

/**
 * Reads `hourly/*.gz` (tab separated: graph, client, server, then `1p6-10,3p17-14`: port id, `p`, protocol, `-`,
 * packets), `labels.txt` and, when present, `labels-prefix5.txt` (a group of hosts per line, separated by commas).
 * Packets stand for connections: nothing else is counted.
 *
 * @throws WayleaveError `bad-host-graph`
 */
export async function readHostGraph(folder: string): Promise<HostGraph> {
  const hourly = join(folder, 'hourly');
  const files = (await list(hourly)).filter((name) => name.endsWith('.gz')).sort();
  const edges = new Map<string, Edge>();
  for (const [hour, file] of files.entries()) {
    const path = join(hourly, file);
    const text = gunzipSync(await readFile(path), { maxOutputLength: MAX_FILE_BYTES }).toString('utf8');
    for (const [at, line] of text.split('\n').entries())
      if (line !== '') addLine(edges, line, hour, { path, line: at + 1 });
  }
  const hosts = new Set([...edges.values()].flatMap(({ client, server }) => [client, server]));
  const names = await list(folder);
  const labels = await readLabels(join(folder, 'labels.txt'), hosts);
  const prefixLabels = names.includes('labels-prefix5.txt')
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
    dependencies: [...edges.values()].map(dependencyOf),
    labels,
    prefixLabels,
    hours: files.length,
  };
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw new WayleaveError(`${folder} is not a folder of hourly edge files and labels.txt: ${messageOf(cause)}`, {
      code: 'bad-host-graph',
      where: { folder },
      cause,
    });
  }
}

function addLine(
  edges: Map<string, Edge>,
  line: string,
  hour: number,
  where: { readonly path: string; readonly line: number },
): void {
  const [, client, server, ports] = line.split('\t');
  if (!client || !server || !ports) {
    throw new WayleaveError(`${where.path}:${where.line}: expected graph, client, server and ports, tab separated`, {
      code: 'bad-host-graph',
      where,
    });
  }
  if (client === server) return;
  for (const entry of ports.split(',')) {
    const dash = entry.lastIndexOf('-');
    const port = entry.slice(0, dash);
    const key = `${client} ${server} ${port}`;
    let edge = edges.get(key);
    if (!edge) edges.set(key, (edge = { client, server, port, hours: new Set(), packets: 0 }));
    edge.packets += Number(entry.slice(dash + 1));
    edge.hours.add(hour);
  }
}

function dependencyOf({ client, server, port, hours, packets }: Edge): Dependency {
  const [number = Number.NaN, protocol = Number.NaN] = port.split('p').map(Number);
  const active = [...hours];
  return {
    client,
    server,
    service: { kind: 'port', protocol, port: number },
    ports: [number],
    connections: Math.max(1, packets),
    established: Math.max(1, packets),
    denied: 0,
    packets,
    bytes: 0,
    hours: active.length,
    firstSeen: (active[0] ?? 0) * SECONDS_PER_HOUR,
    lastSeen: ((active.at(-1) ?? 0) + 1) * SECONDS_PER_HOUR,
    direction: 1,
    confidence: 1,
    reporters: [],
  };
}

async function readLabels(path: string, hosts: ReadonlySet<string>): Promise<Map<string, string>> {
  const groups = (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return new Map(
    groups.flatMap((group) =>
      group
        .split(',')
        .map((host) => host.trim())
        .filter((host) => hosts.has(host))
        .map((host): [string, string] => [host, group]),
    ),
  );
}
