import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { messageOf, WayleaveError } from '../../../ingest/kernel/errors';
import { formatAddress, parseAddress, parsePrefix } from '../../../ingest/kernel/ip';
import { PROTOCOL } from '../../../ingest/kernel/port';
import { PRIVATE_NETWORKS, within } from '../../inventory/networks';
import type { Window } from '../../model/topology';
import type { Workload, WorkloadKind } from '../../model/workload';
import { SeenDependencies } from './seen-dependencies';
import type { Dependency } from '../../model/dependency';
import { readZeekTable, type ZeekRow } from './zeek-table';

/** A competition's network: every team owns the same hosts, at 10.47.`team`.`host`. */
export interface TeamNetwork {
  /** The teams' hosts are `managed`. */
  readonly workloads: readonly Workload[];
  readonly dependencies: readonly Dependency[];
  /** Of each host that was active: its team, and its place in the team's network. */
  readonly teams: ReadonlyMap<string, string>;
  readonly places: ReadonlyMap<string, string>;
  readonly window: Window;
}

const TEAMS = parsePrefix('10.47.0.0/16');
const ESTATE = PRIVATE_NETWORKS.map(parsePrefix);
/** Service logs that name both ends, and what they run over where they do not say. */
const TRANSPORTS: Readonly<Record<string, number | null>> = {
  conn: null,
  dns: null,
  ssl: PROTOCOL.tcp,
  rdp: PROTOCOL.tcp,
  smtp: PROTOCOL.tcp,
  smb_mapping: PROTOCOL.tcp,
  modbus: PROTOCOL.tcp,
  ntp: PROTOCOL.udp,
};
const LISTENERS = 'known_services';
/** Who used a service that only its listener tells of. */
const SOMEBODY = 'somebody';
const MOST_BYTES = 512 * 1024 * 1024;
const HOUR = 3_600_000;

/**
 * Reads a folder of Zeek's service logs (`<log>.log` or `<log>.log.gz`, tab separated). A row is a connection; its
 * answers may be several rows, which count once by `uid`. What `known_services` has and no other log is served to
 * somebody outside.
 *
 * @throws WayleaveError `bad-zeek-logs`
 */
export async function readTeamNetwork(folder: string): Promise<TeamNetwork> {
  const gathering = new Gathering();
  const files = await list(folder);
  let known = 0;
  for (const [log, transport] of Object.entries(TRANSPORTS)) {
    const file = fileOf(files, log);
    if (file === undefined) continue;
    known++;
    const seen = new Set<string>();
    for (const row of readZeekTable(await text(join(folder, file)), join(folder, file))) {
      const uid = row.uid ?? '';
      if (seen.has(uid)) continue;
      seen.add(uid);
      gathering.connection(row, transport ?? transportOf(row.proto));
    }
  }
  const listeners = fileOf(files, LISTENERS);
  if (listeners !== undefined) {
    known++;
    for (const row of readZeekTable(await text(join(folder, listeners)), join(folder, listeners)))
      gathering.listener(row);
  }
  if (known === 0) throw badLogs(folder, `none of ${Object.keys(TRANSPORTS).join(', ')} and ${LISTENERS}`);
  return gathering.network();
}

class Gathering {
  private readonly workloads: Workload[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly seen = new SeenDependencies();
  private readonly served = new Set<string>();
  private readonly hours = new Map<string, number>();
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;

  connection(row: ZeekRow, protocol: number | null): void {
    const client = this.numberOf(row['id.orig_h']);
    const server = this.numberOf(row['id.resp_h']);
    const port = Number(row['id.resp_p']);
    if (client === undefined || server === undefined || protocol === null || !(port > 0)) return;
    this.served.add(`${server} ${protocol} ${port}`);
    this.use(client, server, protocol, port, Number(row.ts) * 1000);
  }

  listener(row: ZeekRow): void {
    const server = this.numberOf(row.host);
    const protocol = transportOf(row.port_proto);
    const port = Number(row.port_num);
    if (server === undefined || protocol === null || !(port > 0) || this.served.has(`${server} ${protocol} ${port}`))
      return;
    this.use(this.add(SOMEBODY, 'external', []), server, protocol, port, Number(row.ts) * 1000);
  }

  network(): TeamNetwork {
    const owned = this.workloads.filter(({ kind }) => kind === 'managed').map(({ id }) => [id, id.split('.')] as const);
    return {
      workloads: this.workloads,
      dependencies: this.seen.dependencies(
        (number) => this.workloads[number]?.id ?? '',
        () => [],
      ),
      teams: new Map(owned.map(([id, octets]) => [id, octets[2] ?? ''])),
      places: new Map(owned.map(([id, octets]) => [id, octets[3] ?? ''])),
      window: { from: Math.floor(this.first / HOUR) * 3_600, to: (Math.floor(this.last / HOUR) + 1) * 3_600 },
    };
  }

  private use(client: number, server: number, protocol: number, port: number, at: number): void {
    this.first = Math.min(this.first, at);
    this.last = Math.max(this.last, at);
    const key = `${client} ${server} ${protocol} ${port}`;
    const hours = (this.hours.get(key) ?? 0) | (1 << (Math.floor(at / HOUR) % 24));
    this.hours.set(key, hours);
    this.seen.add({
      client,
      server,
      protocol,
      port,
      control: null,
      connections: 1,
      established: 1,
      denied: 0,
      packets: 2,
      bytes: 200,
      hours: hours.toString(2).replaceAll('0', '').length,
      first: at,
      last: at,
    });
  }

  private numberOf(text: string | undefined): number | undefined {
    let address: bigint;
    try {
      address = parseAddress(text ?? '');
    } catch {
      return undefined;
    }
    const id = formatAddress(address);
    return this.add(id, within([TEAMS], address) ? 'managed' : within(ESTATE, address) ? 'unknown' : 'external', [id]);
  }

  private add(id: string, kind: WorkloadKind, addresses: readonly string[]): number {
    const known = this.numbers.get(id);
    if (known !== undefined) return known;
    const number = this.workloads.push({ id, name: id, kind, addresses, labels: {} }) - 1;
    this.numbers.set(id, number);
    return number;
  }
}

function transportOf(name: string | undefined): number | null {
  return name === 'tcp' ? PROTOCOL.tcp : name === 'udp' ? PROTOCOL.udp : null;
}

function fileOf(files: readonly string[], log: string): string | undefined {
  return files.find((file) => file === `${log}.log` || file === `${log}.log.gz`);
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw badLogs(folder, messageOf(cause), cause);
  }
}

async function text(path: string): Promise<string> {
  const bytes = await readFile(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes).toString('utf8');
}

function badLogs(path: string, found: string, cause?: unknown): WayleaveError {
  return new WayleaveError(`${path} is not a folder of Zeek's service logs: ${found}`, {
    code: 'bad-zeek-logs',
    where: { path },
    cause,
  });
}
