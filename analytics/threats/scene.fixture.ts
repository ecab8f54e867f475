import { createDirectory } from '../inventory';
import { parsePrefix } from '../../ingest/kernel/ip';
import type { Store } from '../../ingest/store';
import type { Group, Topology, Window } from '../model/topology';
import type { JewelMark } from './crown-jewels';
import type { Detector } from './detector';
import { findThreats, type Threats } from './find-threats';

/** 2026-03-02T00:00:00Z, a Monday. */
export const START = 1_772_409_600;
const HOUR = 3_600;
const HOURS_A_DAY = 24;

/** An estate of machines by name; `role` is also their tier, of the application `shop`. */
export type Machines = Readonly<Record<string, { readonly address: string; readonly role?: string }>>;

export const mapped = (address: string): string => (address.includes(':') ? address : `::ffff:${address}`);

/** An hourly conversation, answered, hours counted from `START`. */
export interface Use {
  readonly hour: number;
  readonly client: string;
  readonly server: string;
  readonly port: number;
  readonly protocol?: number;
  readonly connections?: number;
  readonly bytes?: number;
  readonly outcome?: 'established' | 'refused' | 'unanswered' | 'denied';
  readonly alerts?: readonly string[];
}

export async function writeUses(store: Store, uses: readonly Use[]): Promise<void> {
  await store.insert(
    'conversations',
    uses.map(({ hour, client, server, port, protocol = 6, connections = 1, outcome = 'established', ...use }) => ({
      hour: START + hour * HOUR,
      version: 1,
      scope: '',
      client: mapped(client),
      server: mapped(server),
      protocol,
      port,
      connections,
      [outcome]: connections,
      client_packets: 5 * connections,
      server_packets: outcome === 'established' ? 5 * connections : 0,
      client_bytes: use.bytes ?? 60 * connections,
      server_bytes: outcome === 'established' ? 400 * connections : 0,
      first_seen: START + hour * HOUR + 10,
      last_seen: START + hour * HOUR + 3_000,
      direction: 1,
      confidence: 0.99,
      client_port_low: 40_000,
      client_port_high: 50_000,
      alerts: use.alerts ?? [],
    })),
  );
  const hours = [...new Set(uses.map(({ hour }) => START + hour * HOUR))];
  await store.insert(
    'buckets',
    hours.map((hour) => ({ hour, version: 1, marked: hour * 1e6, flows: 1 })),
  );
}

/** The same use in each of some hours. */
export function hourly(hours: readonly number[], use: Omit<Use, 'hour'>): Use[] {
  return hours.map((hour) => ({ ...use, hour }));
}

export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

const labelled = (role: string | undefined): Readonly<Record<string, string>> => (role === undefined ? {} : { role });

/** What an analysis would have found of the machines. */
export function topologyOf(machines: Machines): Topology {
  const workloads = Object.entries(machines).map(([id, { address, role }]) => ({
    id,
    name: id,
    kind: 'managed' as const,
    addresses: [address],
    labels: labelled(role),
  }));
  const roles = [...new Set(workloads.flatMap(({ labels }) => labels.role ?? []))].sort();
  const groups: Group[] = roles.map((role) => ({
    id: `g-${role}`,
    kind: 'tier',
    name: role,
    role,
    application: null,
    members: workloads.filter(({ labels }) => labels.role === role).map(({ id }) => ({ workload: id, confidence: 1 })),
    reasons: [],
  }));
  return { id: 'topology-test', window: { from: START, to: START + HOUR }, workloads, groups };
}

interface Look {
  readonly store: Store;
  readonly machines: Machines;
  readonly detectors: readonly Detector[];
  /** Of the window, from `START`. */
  readonly days: readonly [from: number, to: number];
  readonly marks?: readonly JewelMark[];
}

export function look({ store, machines, detectors, days, marks }: Look): Promise<Threats> {
  const inventory = Object.entries(machines).map(([name, { address, role }]) => ({
    address,
    name,
    labels: labelled(role),
  }));
  const estate = [parsePrefix('10.0.0.0/8')];
  const [from, to] = days;
  const window: Window = { from: START + from * HOURS_A_DAY * HOUR, to: START + to * HOURS_A_DAY * HOUR };
  return findThreats(
    window,
    {
      store,
      networks: estate,
      inventory: { directory: () => Promise.resolve(createDirectory(inventory, estate)) },
      topology: topologyOf(machines),
      marks,
    },
    detectors,
  );
}
