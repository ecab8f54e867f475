import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeShared } from '../../fixtures/shared-data';
import { ipv4, udp } from '../../ingest/decode/frame/testing/frames';
import { be, join as joinBytes } from '../../ingest/decode/testing/datagrams';
import type { Conversation } from '../model/conversation';
import { figuresOf, judgeCaptures } from '../quality/direction-judgement';
import { readCaptures, type Form } from '../quality/direction-truth';
import { openNetworks, type Networks } from '../quality/networks';
import { readConversations, wholeWindow } from './read';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'wayleave-direction-'));
let networks: Networks;
beforeAll(async () => {
  networks = await openNetworks();
});
afterAll(async () => {
  await networks.close();
  rmSync(folder, { recursive: true, force: true });
});

async function conversationsOf(...files: readonly string[]): Promise<Conversation[]> {
  await networks.observe(files);
  const window = await wholeWindow(networks.store);
  return window ? readConversations(networks.store, window) : [];
}

/** All captures as one network: taking each by itself is what `npm run quality -- direction` does, in minutes. */
describeShared('sessions whose opener is known', ['direction'], (path) => {
  it.each<[Form, number, number, number, number]>([
    ['nfv5', 99.5, 98, 98, 95],
    ['nfv9', 99.5, 98, 98, 95],
    ['ipfix', 99.5, 98, 98, 95],
    ['ipfix_biflow', 100, 100, 100, 100],
  ])('are got right from %s', async (form, tcpRight, tcpDecided, udpRight, udpDecided) => {
    const captures = await readCaptures(path);
    const figures = figuresOf(await judgeCaptures(networks, captures, form));
    const value = (metric: string): number => figures.find((figure) => figure.metric === metric)?.value ?? 0;
    expect(value('tcp-right')).toBeGreaterThanOrEqual(tcpRight);
    expect(value('tcp-decided')).toBeGreaterThanOrEqual(tcpDecided);
    expect(value('udp-right')).toBeGreaterThanOrEqual(udpRight);
    expect(value('udp-decided')).toBeGreaterThanOrEqual(udpDecided);
    expect(value('tcp-unseen')).toBe(0);
    // One of them is over IPv6, which NetFlow v5 cannot tell of.
    expect(value('udp-unseen')).toBe(form === 'nfv5' ? 1 : 0);
  });
});

interface Expected {
  readonly client: string;
  readonly client_port?: number;
  readonly server: string;
  readonly server_port?: number;
  readonly c2s_bytes?: number;
  readonly c2s_packets?: number;
  readonly s2c_bytes?: number;
  readonly s2c_packets?: number;
  readonly nat_address?: string;
  readonly reported_by_interfaces?: readonly string[];
}

const COUNTERS = [
  ['c2s_bytes', 'clientBytes'],
  ['c2s_packets', 'clientPackets'],
  ['s2c_bytes', 'serverBytes'],
  ['s2c_packets', 'serverPackets'],
] as const;

/** Of the counters that are known. */
function totals(sessions: readonly Expected[]): Partial<Conversation> {
  return Object.fromEntries(
    COUNTERS.flatMap(([counter, column]) => {
      const known = sessions.flatMap((session) => session[counter] ?? []);
      return known.length === 0 ? [] : [[column, known.reduce((sum, count) => sum + count, 0)]];
    }),
  );
}

describeShared('VPC flow logs of the manual', ['cloud', 'aws'], (path) => {
  const expected = JSON.parse(readFileSync(join(path, 'expected_direction.json'), 'utf8')) as Readonly<
    Record<string, { readonly conversations?: readonly Expected[] }>
  >;
  const cases = Object.entries(expected).flatMap(([name, { conversations }]): [string, readonly Expected[]][] =>
    conversations ? [[name, conversations]] : [],
  );

  it.each(cases)('%s: who opened what, and how much went each way', async (name, sessions) => {
    const [{ client, server, server_port: port, nat_address: nat }] = sessions as [Expected];
    const found = await conversationsOf(join(path, name));
    // What the gateway says in its own name is the same traffic once more, on the other side of it.
    expect(found.filter((conversation) => conversation.client !== nat && conversation.server !== nat)).toEqual([
      expect.objectContaining({
        client,
        server,
        connections: sessions.length,
        ...(port && { port }),
        ...totals(sessions),
      }),
    ]);
    // Without ports nothing but the order of the lines is left.
    if (port) expect(found[0]?.direction).toBe(1);
  });

  it('three interfaces that saw one connection are all kept', async () => {
    await conversationsOf(join(path, 'v3_tgw_three_enis.log'));
    const points = await networks.store.query<{ point: string }>(
      'SELECT DISTINCT arrayJoin(points) AS point FROM current_conversations ORDER BY point',
    );
    const [{ reported_by_interfaces: interfaces = [] } = {}] = expected['v3_tgw_three_enis.log']?.conversations ?? [];
    expect(points.map(({ point }) => point)).toEqual([...interfaces].sort());
  });

  it('what AWS says it has lost is counted', async () => {
    const [report] = await networks.observe([join(path, 'v2_default.log')]);
    expect(report).toMatchObject({ rows: 5, lost: 1, rejected: 0 });
  });
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
    const found = await conversationsOf(...files);
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
  const halves = new Map<string, { half: Half; packets: number }>();
  for (const half of ends.flatMap(halvesOf)) {
    const key = [half.protocol, half.src, half.srcPort, half.dst, half.dstPort].join(' ');
    const { packets = 0 } = halves.get(key) ?? {};
    halves.set(key, { half: halves.get(key)?.half ?? half, packets: Math.max(packets, half.packets) });
  }
  const found = new Map<string, Counted>();
  for (const { half, packets } of halves.values()) {
    const { protocol, src: client, srcPort: clientPort, dst: server, dstPort: port } = half;
    const back = halves.get([protocol, server, port, client, clientPort].join(' '));
    if (clientPort < port || (clientPort === port && back && client > server)) continue;
    const key = [protocol, client, server, port].join(' ');
    const sum = found.get(key) ?? {
      protocol,
      client,
      server,
      port,
      connections: 0,
      clientPackets: 0,
      serverPackets: 0,
    };
    found.set(key, {
      ...sum,
      connections: sum.connections + 1,
      clientPackets: sum.clientPackets + packets,
      serverPackets: sum.serverPackets + (back?.packets ?? 0),
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
