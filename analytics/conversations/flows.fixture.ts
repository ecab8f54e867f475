import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markHoursStale, migrate, openEmbedded, type Store } from '../../ingest/store';
import type { Conversation } from '../model/conversation';
import type { ServicePorts } from '../services';
import { readConversations } from './read';
import { rollUp, type RollUpOptions } from './roll-up';

/** Epoch seconds; on the hour. */
export const HOUR = 1_700_000_400 - (1_700_000_400 % 3600);

/** TCP flags, OR-ed over the packets of a flow. `all`: opened, used and closed. */
export const TCP = { syn: 2, rst: 4, ack: 16, synAck: 18, refusal: 20, data: 24, all: 27 } as const;

export const PORTS: ServicePorts = {
  registered: [
    { protocol: 6, port: 135 },
    { protocol: 6, port: 443 },
    { protocol: 17, port: 53 },
    { protocol: 17, port: 67 },
    { protocol: 17, port: 514 },
    { protocol: 17, port: 547 },
  ],
  common: [{ protocol: 6, port: 443 }],
  drawn: [{ protocol: 6, port: 50000 }],
  oneWay: [{ protocol: 17, port: 514 }],
};

/** Columns of a flow that differ from those of `flow`. */
export type FlowRow = Readonly<Record<string, string | number>>;

export function address(text: string): string {
  return text.includes(':') ? text : `::ffff:${text}`;
}

/** Columns for a flow that lasts from one second of `HOUR` to another. */
export function between(from: number, to: number): FlowRow {
  return { start: (HOUR + from) * 1e6, end: (HOUR + to) * 1e6 };
}

/** What one end sent, in TCP, in ten seconds of `HOUR`. Without flags it is in the middle of a connection. */
export function flow(src: string, srcPort: number, dst: string, dstPort: number, more: FlowRow = {}): FlowRow {
  return {
    received: (HOUR + 4000) * 1e6,
    exporter: address('192.0.2.1'),
    ...between(10, 20),
    src: address(src),
    dst: address(dst),
    src_port: srcPort,
    dst_port: dstPort,
    protocol: 6,
    packets: 5,
    bytes: 500,
    ...more,
  };
}

/** A whole connection, a flow for each direction: 7 packets of 100 bytes there, 6 of 1000 back. */
export function both(client: string, clientPort: number, server: string, port: number, more: FlowRow = {}): FlowRow[] {
  return [
    flow(client, clientPort, server, port, { packets: 7, bytes: 700, tcp_flags: TCP.all, ...more }),
    flow(server, port, client, clientPort, { packets: 6, bytes: 6000, tcp_flags: TCP.all, ...more }),
  ];
}

/** As `both`, with the word of the source on who opened it. */
export function stated(
  client: string,
  clientPort: number,
  server: string,
  port: number,
  more: FlowRow = {},
): FlowRow[] {
  const [there, back] = both(client, clientPort, server, port, more) as [FlowRow, FlowRow];
  return [
    { ...there, initiator: 1 },
    { ...back, initiator: 2 },
  ];
}

/** The same flows so many hours later. */
export function later(hours: number, flows: readonly FlowRow[]): FlowRow[] {
  const shifted = (row: FlowRow, column: string) => Number(row[column]) + hours * 3600e6;
  return flows.map((row) => ({ ...row, start: shifted(row, 'start'), end: shifted(row, 'end') }));
}

/** A store of its own to roll flows up in. */
export interface RolledFlows {
  readonly store: Store;
  /** Adds flows, without rolling them up; their hours are due. */
  add(flows: readonly FlowRow[]): Promise<void>;
  /** @returns how many hours were rolled up */
  rollUp(options?: Partial<RollUpOptions>): Promise<number>;
  /** Adds flows, rolls up, and reads `HOUR`. */
  take(...flows: FlowRow[]): Promise<Conversation[]>;
  /** The conversations of an hour, counted from `HOUR`. */
  read(hour?: number): Promise<Conversation[]>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function openFlows(): Promise<RolledFlows> {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-conversations-'));
  const store = openEmbedded(folder);
  await migrate(store);
  const add = async (flows: readonly FlowRow[]): Promise<void> => {
    if (flows.length > 0) await store.insert('flows', flows);
    const hours = [...new Set(flows.map(({ start }) => Math.floor(Number(start) / 3600e6) * 3600))];
    await markHoursStale(store, hours);
  };
  const roll = async (options: Partial<RollUpOptions> = {}): Promise<number> =>
    (await rollUp(store, PORTS, options)).hours;
  const read = (hour = 0): Promise<Conversation[]> =>
    readConversations(store, { from: HOUR + hour * 3600, to: HOUR + (hour + 1) * 3600 });
  return {
    store,
    add,
    rollUp: roll,
    async take(...flows) {
      await add(flows);
      await roll();
      return read();
    },
    read,
    async clear() {
      const filled = await store.query<{ name: string }>(
        `SELECT name FROM system.tables
         WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'migrations' AND total_rows > 0`,
      );
      for (const { name } of filled) await store.command(`TRUNCATE TABLE ${name}`);
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
