import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { endianness } from 'node:os';
import { addressToBytes, ADDRESS_BYTES, parseAddress } from '../kernel/ip';

/** A line of `/proc/net/udp` or `udp6` (Linux: proc_pid_net(5)). */
export interface UdpTableRow {
  /** `0100007F:0807`: the address in words of the host's byte order, then the port. */
  readonly local: string;
  readonly inode: number;
  /** Datagrams that found the receive buffer full since the socket was opened; a 32-bit counter. */
  readonly drops: number;
}

/** Where the columns are in a line split at blanks; the header's names do not line up with them. */
const LOCAL = 1;
const INODE = 9;
const DROPS = 12;

export function parseUdpTable(text: string): UdpTableRow[] {
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length > DROPS)
    .map((fields) => ({
      local: fields[LOCAL] ?? '',
      inode: Number(fields[INODE]),
      drops: Number(fields[DROPS]) >>> 0,
    }));
}

/** An address and port as the kernel writes them. */
export function localEnd(address: string, port: number, bigEndian = endianness() === 'BE'): string {
  const all = addressToBytes(parseAddress(address));
  const bytes = address.includes(':') ? all : all.subarray(ADDRESS_BYTES - 4);
  const words: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 4) words.push(bytes.slice(at, at + 4));
  const hex = words.map((word) => Buffer.from(bigEndian ? word : word.reverse()).toString('hex')).join('');
  return `${hex}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}

/** @returns drops since the last call, or undefined where the kernel does not tell */
export type KernelDrops = () => number | undefined;

/**
 * Follows the drop counter of a bound UDP socket of this process. Several processes can share an address and port, so
 * the socket is told from others by its inode.
 */
export function kernelDrops(address: string, port: number, proc = '/proc'): KernelDrops {
  const table = `${proc}/net/${address.includes(':') ? 'udp6' : 'udp'}`;
  const rows = (): UdpTableRow[] => {
    try {
      return parseUdpTable(readFileSync(table, 'utf8'));
    } catch {
      return [];
    }
  };
  const local = localEnd(address, port);
  const own = ownSockets(proc);
  const inode = rows().find((row) => row.local === local && own.has(row.inode))?.inode;
  let last = 0;
  return () => {
    const row = inode === undefined ? undefined : rows().find((each) => each.inode === inode);
    if (!row) return undefined;
    const since = (row.drops - last) >>> 0;
    last = row.drops;
    return since;
  };
}

/** Inodes of the sockets that this process holds open. */
function ownSockets(proc: string): Set<number> {
  const inodes = new Set<number>();
  try {
    for (const fd of readdirSync(`${proc}/self/fd`)) {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(linkOf(`${proc}/self/fd/${fd}`)) ?? [];
      if (inode !== undefined) inodes.add(Number(inode));
    }
  } catch {
    // Not Linux: nothing to tell.
  }
  return inodes;
}

/** '' for a descriptor that was closed since the folder was read. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
