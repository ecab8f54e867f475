import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { messageOf, WayleaveError } from '../../../ingest/kernel/errors';
import { HostNumbers } from './host-numbers';

/** Packets from a client to a port of a server, which are numbers of hosts, in an hour, counted from the first file. */
export type VisitEdge = (
  client: number,
  server: number,
  port: number,
  protocol: number,
  hour: number,
  packets: number,
) => void;

type VisitPackets = (client: number, server: number, port: number, protocol: number, packets: number) => void;

const TAB = 9;
const NEWLINE = 10;
const COMMA = 44;
const DASH = 45;
const ZERO = 48;
const P = 112;
/** A pair that uses all ports of both transports in an hour, with fifteen bytes each, has 2 MiB. */
const MOST_LINE_BYTES = 4 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Reads `hourly/*.gz`, in the order of their names, a line at a time: graph, client, server, tab separated, then
 * `1p6-10,3p17-14`: port, `p`, protocol, `-`, packets.
 *
 * @returns how many hours there are, and the names of hosts by number
 * @throws WayleaveError `bad-host-graph` naming the line
 */
export async function readHourlyFiles(
  folder: string,
  visit: VisitEdge,
): Promise<{ readonly hours: number; readonly hosts: readonly string[] }> {
  const hourly = join(folder, 'hourly');
  const files = (await list(hourly)).filter((name) => name.endsWith('.gz')).sort();
  const hosts = new HostNumbers();
  for (const [hour, file] of files.entries())
    await readHour(join(hourly, file), hosts, (client, server, port, protocol, packets) =>
      visit(client, server, port, protocol, hour, packets),
    );
  return { hours: files.length, hosts: hosts.names };
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw badHostGraph(`${folder} is not a folder of hourly edge files: ${messageOf(cause)}`, { path: folder }, cause);
  }
}

async function readHour(path: string, hosts: HostNumbers, visit: VisitPackets): Promise<void> {
  let line = 0;
  let rest: Buffer = Buffer.alloc(0);
  const take = (bytes: Buffer): void => {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      line++;
      if (end > start && !readLine(bytes, start, end, hosts, visit)) throw badLine(path, line);
      start = end + 1;
    }
    if (bytes.length - start > MOST_LINE_BYTES) throw badLine(path, line + 1);
    rest = Buffer.from(bytes.subarray(start));
  };
  const compressed = createReadStream(path);
  const chunks = compressed.pipe(createGunzip({ chunkSize: CHUNK_BYTES }));
  compressed.on('error', (cause) => chunks.destroy(cause));
  try {
    for await (const chunk of chunks as AsyncIterable<Buffer>) take(Buffer.concat([rest, chunk]));
  } catch (cause) {
    if (cause instanceof WayleaveError) throw cause;
    throw badHostGraph(`${path} cannot be read: ${messageOf(cause)}`, { path }, cause);
  } finally {
    compressed.destroy();
  }
  if (rest.length > 0 && !readLine(rest, 0, rest.length, hosts, visit)) throw badLine(path, line + 1);
}

/** @returns whether it is one */
function readLine(bytes: Buffer, start: number, end: number, hosts: HostNumbers, visit: VisitPackets): boolean {
  const client = fieldAfter(bytes, start, end);
  const server = fieldAfter(bytes, client, end);
  const ports = fieldAfter(bytes, server, end);
  if (server - client < 2 || ports - server < 2 || ports >= end) return false;
  const from = hosts.at(bytes, client, server - 1);
  const to = hosts.at(bytes, server, ports - 1);
  let port = -1;
  let protocol = -1;
  let value = 0;
  let digits = 0;
  for (let at = ports; at <= end; at++) {
    const byte = at < end ? (bytes[at] ?? 0) : COMMA;
    if (byte >= ZERO && byte < ZERO + 10) {
      value = value * 10 + byte - ZERO;
      digits++;
      continue;
    }
    if (digits === 0) return false;
    if (byte === P && port < 0) port = value;
    else if (byte === DASH && port >= 0 && protocol < 0) protocol = value;
    else if (byte === COMMA && protocol >= 0) {
      visit(from, to, port, protocol, value);
      port = -1;
      protocol = -1;
    } else return false;
    value = 0;
    digits = 0;
  }
  return true;
}

/** Where the field behind the next tab begins; the end where there is none. */
function fieldAfter(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== TAB) at++;
  return Math.min(at + 1, end);
}

function badLine(path: string, line: number): WayleaveError {
  return badHostGraph(`${path}:${line}: expected graph, client, server and ports (1p6-10), tab separated`, {
    path,
    line,
  });
}

function badHostGraph(message: string, where: object, cause?: unknown): WayleaveError {
  return new WayleaveError(message, { code: 'bad-host-graph', where: { ...where }, cause });
}
