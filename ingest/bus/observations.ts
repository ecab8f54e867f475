import { RECORD_TABLES, type RecordTable } from '../exporters';
import { messageOf } from '../kernel/errors';
import { badMessage, headerText, readValue, valueHeaders, type IncomingMessage } from './message';
import type { BusMetrics } from './metrics';
import type { Sender } from './producer';

/** What collectors note besides flows, and loaders put into the store for them. */
export interface Observations {
  /** Resolves once the rows are on the bus, in one message or, where they are many, in several. @throws what the sender throws */
  insert(table: RecordTable, rows: readonly object[]): Promise<void>;
}

export interface ObservationRows {
  readonly table: RecordTable;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

export interface ObservationsOptions {
  readonly topic: string;
  readonly limit: number;
}

/** Has the rows of a collector without a ClickHouse of its own inserted by the loaders. */
export function insertOnto(
  { topic, limit }: ObservationsOptions,
  { sender, metrics }: { readonly sender: Sender; readonly metrics: BusMetrics },
): Observations {
  return {
    async insert(table, rows) {
      for (const value of valuesOf(rows, limit)) {
        await sender.send(topic, [{ key: table, value, headers: { ...valueHeaders(value), table } }]);
        metrics.producedMessages.inc();
      }
    },
  };
}

/** @throws WayleaveError `bad-message`, `message-newer` */
export function readObservation(message: IncomingMessage): ObservationRows {
  const value = readValue(message);
  const name = headerText(message, 'table');
  const table = tableOf(name);
  if (table === undefined) throw badMessage(`its table is ${name.slice(0, 40)}, which does not go over the bus`);
  const rows = value.toString('utf8').split('\n').filter(Boolean).map(readRow);
  return { table, rows };
}

function readRow(line: string): Readonly<Record<string, unknown>> {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (error) {
    throw badMessage(`it is not JSON lines: ${messageOf(error)}`);
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw badMessage('a row of it is not an object');
  return row as Readonly<Record<string, unknown>>;
}

function tableOf(name: string): RecordTable | undefined {
  return RECORD_TABLES.find((table) => table === name);
}

/** JSONEachRow. */
function* valuesOf(rows: readonly object[], limit: number): Generator<Buffer> {
  let lines: string[] = [];
  let bytes = 0;
  for (const row of rows) {
    const line = `${JSON.stringify(row)}\n`;
    const size = Buffer.byteLength(line);
    if (lines.length > 0 && bytes + size > limit) {
      yield Buffer.from(lines.join(''));
      lines = [];
      bytes = 0;
    }
    lines.push(line);
    bytes += size;
  }
  if (lines.length > 0) yield Buffer.from(lines.join(''));
}
