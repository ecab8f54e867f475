import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Datagrams of one kind, and the records in each. */
export interface Traffic {
  readonly metric: string;
  /** The datagram that brings the template; empty where there is none. */
  readonly announce: Uint8Array;
  readonly datagrams: readonly Uint8Array[];
  readonly recordsEach: number;
}

/** A collector that others make, as it is run by default. */
interface Collector {
  readonly name: string;
  /** Sent to it, so that it is busy for some seconds. */
  readonly records: number;
  /** The program for this kind of traffic. */
  program(metric: string): string;
  args(metric: string, port: number, folder: string): string[];
  /** Records that it has written there, once it has ended. */
  count(folder: string): number;
}

const NFDUMP: Collector = {
  name: 'nfdump',
  records: 500_000,
  program: (metric) => (metric === 'sflow' ? 'sfcapd' : 'nfcapd'),
  args: (_, port, folder) => ['-b', '127.0.0.1', '-p', String(port), '-w', folder],
  count: (folder) => Number(/^Flows: (\d+)/m.exec(output('nfdump', ['-R', folder, '-I']))?.[1] ?? 0),
};

const GOFLOW2: Collector = {
  name: 'goflow2',
  records: 20_000,
  program: () => 'goflow2',
  args: (metric, port, folder) => [
    `-listen=${metric === 'sflow' ? 'sflow' : 'netflow'}://127.0.0.1:${port}`,
    '-transport=file',
    `-transport.file=${join(folder, 'flows.json')}`,
    '-addr=127.0.0.1:0',
  ],
  count: (folder) => Number(output('wc', ['-l', join(folder, 'flows.json')]).split(' ')[0]),
};

const COLLECTORS = [NFDUMP, GOFLOW2];
/** Sent before looking whether the receiver has taken them: half of a default receive buffer. */
const BURST = 32;
const START_MS = 500;
const TICKS_PER_SECOND = 100;

/**
 * Records that other collectors take over loopback and write out, per second of their own CPU time, receiving included:
 * none of them can be had to decode alone. What is not installed is skipped, with a line on stderr.
 */
export async function benchCollectors(
  traffics: readonly Traffic[],
  report: (metric: string, value: number, unit: string) => void,
): Promise<void> {
  for (const traffic of traffics) {
    for (const collector of COLLECTORS) {
      const program = collector.program(traffic.metric);
      if (spawnSync('which', [program]).status === 0)
        report(`${collector.name}-${traffic.metric}`, await measure(collector, program, traffic), 'records/s');
      else process.stderr.write(`${collector.name}-${traffic.metric}: skipped, ${program} is not installed\n`);
    }
  }
}

async function measure(
  collector: Collector,
  program: string,
  { metric, announce, datagrams, recordsEach }: Traffic,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-bench-'));
  const port = await freePort();
  const child = spawn(program, collector.args(metric, port, folder), { stdio: 'ignore' });
  const exited = once(child, 'exit');
  try {
    await sleep(START_MS);
    const { pid = 0 } = child;
    const before = cpuSeconds(pid);
    const rounds = Math.ceil(collector.records / (datagrams.length * recordsEach));
    await send(
      port,
      [announce, ...Array.from({ length: rounds }, () => datagrams).flat()].filter(({ length }) => length > 0),
    );
    // Until it does no more, and what it buffers is written.
    for (let latest = -1; latest !== cpuSeconds(pid); await sleep(START_MS)) latest = cpuSeconds(pid);
    const spent = cpuSeconds(pid) - before;
    child.kill('SIGTERM');
    await exited;
    return collector.count(folder) / spent;
  } finally {
    child.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sends no faster than they are received, so that nothing is dropped. */
async function send(port: number, datagrams: readonly Uint8Array[]): Promise<void> {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  for (let at = 0; at < datagrams.length; at += BURST) {
    for (const datagram of datagrams.slice(at, at + BURST)) socket.send(datagram);
    do await sleep(0);
    while (isQueued(port));
  }
  socket.close();
}

/** Whether datagrams wait in a receive buffer of that port (proc(5), /proc/net/udp: local address, …, tx:rx queue). */
function isQueued(port: number): boolean {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .some((fields) => fields[1]?.endsWith(local) && Number.parseInt(fields[4]?.split(':')[1] ?? '', 16) > 0);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

/** User and system time of all its threads (proc(5), /proc/pid/stat fields 14 and 15). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function output(program: string, args: readonly string[]): string {
  return spawnSync(program, args, { encoding: 'utf8' }).stdout;
}
