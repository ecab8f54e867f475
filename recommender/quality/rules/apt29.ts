import { readFile } from 'node:fs/promises';
import { parseAddress, parsePrefix } from '../../../ingest/kernel/ip';
import { messageOf, WayleaveError } from '../../../ingest/kernel/errors';
import { PROTOCOL } from '../../../ingest/kernel/port';
import { within } from '../../../analytics/inventory/networks';
import type { Dependency } from '../../../analytics/model/dependency';
import type { Window } from '../../../analytics/model/topology';
import type { Workload } from '../../../analytics/model/workload';
import { SeenDependencies } from '../../../analytics/quality/groups/seen-dependencies';

/** An Active Directory estate under attack, cut into halves. */
export interface AttackedEstate {
  readonly workloads: readonly Workload[];
  readonly window: Window;
  readonly training: readonly Dependency[];
  readonly test: readonly Dependency[];
}

const ESTATE = [parsePrefix('10.0.0.0/16')];
const HOUR = 3_600;
/** What Zeek says of TCP connections that the server accepted, and of exchanges of datagrams. */
const ANSWERED = new Set(['SF', 'S1', 'S2', 'S3', 'RSTO', 'RSTR']);
const MOST_HOSTS = 1_000;

interface ConnRow {
  readonly '@stream'?: string;
  readonly ts: number;
  readonly id_orig_h: string;
  readonly id_resp_h: string;
  readonly id_resp_p: number;
  readonly proto: string;
  readonly conn_state?: string;
  readonly orig_pkts?: number;
  readonly resp_pkts?: number;
}

/**
 * Connections of a log of Zeek's as JSON, half of its time to learn from and half to test on: what is an attack is not
 * asked. The estate's hosts are `managed`.
 *
 * @throws WayleaveError `bad-zeek-logs`
 */
export async function readAttackedEstate(path: string): Promise<AttackedEstate> {
  const rows = (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line, at) => parseRow(line, path, at + 1))
    .filter((row) => row['@stream'] === 'conn' && (row.proto === 'tcp' || row.proto === 'udp'));
  const from = rows.reduce((least, { ts }) => Math.min(least, ts), Infinity);
  const to = rows.reduce((most, { ts }) => Math.max(most, ts), -Infinity);
  const middle = (from + to) / 2;
  const workloads: Workload[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (id: string): number => {
    const known = numbers.get(id);
    if (known !== undefined) return known;
    if (workloads.length === MOST_HOSTS) throw badLog(path, 1, `more than ${MOST_HOSTS} hosts`);
    const kind = within(ESTATE, parseAddress(id)) ? 'managed' : 'external';
    numbers.set(id, workloads.push({ id, name: id, kind, addresses: [id], labels: {} }) - 1);
    return workloads.length - 1;
  };
  const halves = [new SeenDependencies(), new SeenDependencies()] as const;
  for (const row of rows) {
    const answered = ANSWERED.has(row.conn_state ?? '') ? 1 : 0;
    const packets = (row.orig_pkts ?? 0) + (row.resp_pkts ?? 0);
    halves[row.ts < middle ? 0 : 1].add({
      client: numberOf(row.id_orig_h),
      server: numberOf(row.id_resp_h),
      protocol: row.proto === 'tcp' ? PROTOCOL.tcp : PROTOCOL.udp,
      port: row.id_resp_p,
      control: null,
      connections: 1,
      established: answered,
      denied: 0,
      packets,
      bytes: 0,
      hours: 1,
      first: row.ts * 1000,
      last: row.ts * 1000,
    });
  }
  const idOf = (number: number) => workloads[number]?.id ?? '';
  const [training, test] = halves.map((half) => half.dependencies(idOf, () => []));
  const window = { from: Math.floor(from / HOUR) * HOUR, to: (Math.floor(middle / HOUR) + 1) * HOUR };
  return { workloads, window, training: training ?? [], test: test ?? [] };
}

function parseRow(line: string, path: string, at: number): ConnRow {
  try {
    return JSON.parse(line) as ConnRow;
  } catch (cause) {
    throw badLog(path, at, messageOf(cause));
  }
}

function badLog(path: string, line: number, found: string): WayleaveError {
  return new WayleaveError(`${path}:${line}: expected a line of Zeek's JSON: ${found}`, {
    code: 'bad-zeek-logs',
    where: { path, line },
  });
}
