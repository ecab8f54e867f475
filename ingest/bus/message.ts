import { crc32c } from '@node-rs/crc32';
import { WayleaveError } from '../kernel/errors';
import { FLOW_SCHEMA, type FlowColumnName } from '../model/flow';
import { countRows } from '../model/row-walker';
import { readHeader } from './header';
import { uuidBytes } from './uuid';

/** Rows of one exporter, as they go onto the bus. */
export interface OutgoingMessage {
  /** The exporter's address: all of one exporter goes to one partition. */
  readonly key: string;
  /** `RowBinaryWithNamesAndTypes`. */
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Rows as they came off the bus, checked: loading them can only fail for reasons of the store. */
export interface RowsMessage {
  /** UUID that every row carries. */
  readonly segment: string;
  readonly layout: readonly FlowColumnName[];
  readonly rows: number;
  /** The rows in RowBinary, each with the segment's UUID before the columns of the layout. */
  readonly body: Buffer;
  /** It may have been put on the bus before. */
  readonly again: boolean;
}

/** As they come off the wire, where a header can be null; kafkajs's types leave that out. */
export type HeaderValue = Buffer | string | null | undefined;
export type IncomingHeaders = Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;

export interface IncomingMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: IncomingHeaders | undefined;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function rowsHeaders(segment: string, rows: number, value: Buffer, again: boolean): Record<string, string> {
  const headers = { ...valueHeaders(value), segment, rows: String(rows) };
  return again ? { ...headers, again: '1' } : headers;
}

/** What every message says of its value. */
export function valueHeaders(value: Buffer): Record<string, string> {
  return { schema: String(FLOW_SCHEMA), crc32c: hex(crc32c(value)) };
}

/**
 * @throws WayleaveError `bad-message` when it can never be loaded, `message-newer` when a newer Wayleave can
 */
export function readRows(message: IncomingMessage): RowsMessage {
  const value = readValue(message);
  const segment = headerText(message, 'segment');
  if (!UUID.test(segment)) throw badMessage(`its header segment is not a UUID: ${segment.slice(0, 40)}`);
  const rows = headerNumber(message, 'rows');
  const header = orBad(() => readHeader(value));
  const body = value.subarray(header.length);
  const found = countRows(body, header.layout, uuidBytes(segment));
  if (found.rows !== rows || found.used !== body.length)
    throw badMessage(`it holds ${found.rows} whole rows of its segment, and its header says ${rows}`);
  const again = (message.headers?.again ?? undefined) !== undefined;
  return { segment, layout: header.layout, rows, body, again };
}

/** The value, when it is as it was written. @throws WayleaveError as `readRows` */
export function readValue(message: IncomingMessage): Buffer {
  // First of all: what else a newer release writes is not for us to judge.
  const schema = headerNumber(message, 'schema');
  if (schema > FLOW_SCHEMA) {
    throw new WayleaveError(`it is of schema ${schema}, and this Wayleave knows ${FLOW_SCHEMA}: upgrade the loader`, {
      code: 'message-newer',
      where: { schema },
    });
  }
  const { value } = message;
  if (!value || value.length === 0) throw badMessage('it is empty');
  const expected = headerText(message, 'crc32c');
  const found = hex(crc32c(value));
  if (found !== expected) throw badMessage(`its checksum is ${found}, and its header says ${expected.slice(0, 8)}`);
  return value;
}

export function headerText({ headers }: IncomingMessage, name: string): string {
  const header = headers?.[name];
  if (header === undefined || header === null || isList(header)) throw badMessage(`it has no header ${name}`);
  return header.toString();
}

export function badMessage(reason: string): WayleaveError {
  return new WayleaveError(reason, { code: 'bad-message' });
}

function headerNumber(message: IncomingMessage, name: string): number {
  const text = headerText(message, name);
  if (!/^[1-9]\d{0,9}$/.test(text)) throw badMessage(`its header ${name} is not a number: ${text.slice(0, 20)}`);
  return Number(text);
}

function orBad<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw badMessage((error as Error).message);
  }
}

function isList(header: Buffer | string | readonly HeaderValue[]): header is readonly HeaderValue[] {
  return Array.isArray(header);
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, '0');
}
