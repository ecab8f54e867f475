import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeShared } from '../../fixtures/shared-data';
import { ipv4, udp } from '../../ingest/decode/frame/testing/frames';
import { be, join as joinBytes } from '../../ingest/decode/testing/datagrams';
import type { Conversation } from '../model/conversation';
import { openNetworks, type Networks } from '../quality/networks';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'wayleave-both-ends-'));
let networks: Networks;
beforeAll(async () => {
  networks = await openNetworks();
});
afterAll(async () => {
  await networks.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Traffic between two ends, each of which exported what it saw. */
describeShared('one traffic seen from both ends', ['pcap-oracle'], (path) => {
  const cases = (['psexec', 'wmi'] as const).flatMap((traffic) =>
    ['v5', 'v9', 'v10'].flatMap((version) =>
      [['192.0.2.5', '192.0.2.6'] as const, ['192.0.2.5', '192.0.2.5'] as const].map(
        (exporters) => [traffic, version, ...exporters] as const,
      ),
    ),
  );

  it.each(cases)('%s in %s by %s and %s counts once', async (traffic, version, w5, w6) => {
    const ends = [
      [`${traffic}W5`, w5],
      [`${traffic}W6`, w6],
    ] as const;
    const files = ends.map(([end, exporter]) => {
      const file = join(folder, `${end}-${version}-${exporter}.pcap`);
      writeFileSync(file, captured(exporter, payloads(readFileSync(join(path, 'export', `${end}.${version}.dgrams`)))));
      return file;
    });
    const found = await networks.conversationsOf(files);
    const truth = sessionsOf(ends.map(([end]) => readFileSync(join(path, 'truth', `${end}.csv`), 'utf8')));
    expect(found.map(summary).sort()).toEqual(truth.map(summary).sort());
  });
});

type Counted = Pick<
  Conversation,
  'protocol' | 'client' | 'server' | 'port' | 'connections' | 'clientPackets' | 'serverPackets'
>;

/** The ends in the order of their names: of equal ports who opened it is for the other tests. */
function summary({ protocol, client, server, port, connections, clientPackets, serverPackets }: Counted): string {
  const ends = [`${client} sent ${clientPackets}`, `${server} sent ${serverPackets}`];
  return `${protocol}/${port}, ${connections} connections: ${ends.sort().join(', ')}`;
}

/**
 * What the packets say, of each half as the end that saw more of it has it. In these captures the server has the lower
 * port, as their SYNs show.
 */
function sessionsOf(ends: readonly string[]): Counted[] {
  const halves = new Map<string, Half>();
  for (const half of ends.flatMap(halvesOf)) {
    const key = [half.protocol, half.src, half.srcPort, half.dst, half.dstPort].join(' ');
    const packets = Math.max(half.packets, halves.get(key)?.packets ?? 0);
    halves.set(key, { ...half, packets });
  }
  const found = new Map<string, Counted>();
  for (const { protocol, src: client, srcPort: clientPort, dst: server, dstPort: port, packets } of halves.values()) {
    const back = halves.get([protocol, server, port, client, clientPort].join(' '));
    if (clientPort < port || (clientPort === port && back && client > server)) continue;
    const key = [protocol, client, server, port].join(' ');
    const { connections = 0, clientPackets = 0, serverPackets = 0 } = found.get(key) ?? {};
    found.set(key, {
      protocol,
      client,
      server,
      port,
      connections: connections + 1,
      clientPackets: clientPackets + packets,
      serverPackets: serverPackets + (back?.packets ?? 0),
    });
  }
  return [...found.values()];
}

interface Half {
  readonly src: string;
  readonly dst: string;
  readonly protocol: number;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly packets: number;
}

function halvesOf(csv: string): Half[] {
  const [, ...lines] = csv.trim().split('\n');
  return lines.map((line) => {
    const [src = '', dst = '', ...numbers] = line.split(',');
    const [protocol = 0, srcPort = 0, dstPort = 0, packets = 0] = numbers.map(Number);
    return { src, dst, protocol, srcPort, dstPort, packets };
  });
}

/** The payloads behind their 4-byte lengths. */
function payloads(file: Buffer): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < file.length; at += 4 + file.readUInt32BE(at))
    found.push(file.subarray(at + 4, at + 4 + file.readUInt32BE(at)));
  return found;
}

/** A capture of datagrams that an exporter sent; link type 101 is raw IP. */
function captured(exporter: string, datagrams: readonly Uint8Array[]): Uint8Array {
  const packets = datagrams.map((datagram) => ipv4({ src: exporter, protocol: 17 }, udp(40_000, 2055, datagram)));
  return joinBytes(
    joinBytes(be(0xa1b2c3d4, 4), be(2, 2), be(4, 2), be(0, 8), be(65_535, 4), be(101, 4)),
    ...packets.map((packet) =>
      joinBytes(be(1_600_700_000, 4), be(0, 4), be(packet.length, 4), be(packet.length, 4), packet),
    ),
  );
}
