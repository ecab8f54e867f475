import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openEmbedded, type Store } from '../../ingest/store';
import { readConversations, wholeWindow } from './read';
import { rollUp } from './roll-up';
import type { ServicePorts } from '../services';

const HOUR = 1_700_000_400 - (1_700_000_400 % 3600);
const TCP = { syn: 2, ack: 16, synAck: 18, rst: 4, all: 27 };
const ports: ServicePorts = {
  registered: [
    { protocol: 6, port: 443 },
    { protocol: 17, port: 53 },
    { protocol: 17, port: 514 },
  ],
  common: [{ protocol: 6, port: 443 }],
  drawn: [{ protocol: 6, port: 50000 }],
  oneWay: [{ protocol: 17, port: 514 }],
};

describe('conversations', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-conversations-'));
  let store: Store;

  beforeAll(async () => {
    store = openEmbedded(folder);
    await migrate(store);
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    for (const table of ['flows', 'conversations', 'buckets', 'stale_hours', 'listeners', 'repetitions'])
      await store.command(`TRUNCATE TABLE ${table}`);
  });

  const flow = (src: string, srcPort: number, dst: string, dstPort: number, more: Record<string, unknown> = {}) => ({
    received: (HOUR + 4000) * 1e6,
    exporter: '::ffff:192.0.2.1',
    start: (HOUR + 10) * 1e6,
    end: (HOUR + 20) * 1e6,
    src: `::ffff:${src}`,
    dst: `::ffff:${dst}`,
    src_port: srcPort,
    dst_port: dstPort,
    protocol: 6,
    packets: 5,
    bytes: 500,
    ...more,
  });
  const take = async (...flows: Record<string, unknown>[]) => {
    await store.insert('flows', flows);
    await store.command('INSERT INTO stale_hours SELECT DISTINCT toStartOfHour(start), now64(6) FROM flows');
    await rollUp(store, ports);
    return readConversations(store, { from: HOUR, to: HOUR + 3600 });
  };
  const both = (
    client: string,
    clientPort: number,
    server: string,
    port: number,
    more: Record<string, unknown> = {},
  ) => [
    flow(client, clientPort, server, port, { packets: 7, bytes: 700, tcp_flags: TCP.all, ...more }),
    flow(server, port, client, clientPort, { packets: 6, bytes: 6000, tcp_flags: TCP.all, ...more }),
  ];

  it.each([
    [
      '1, stated by a lone SYN',
      [flow('10.0.0.9', 9000, '10.0.0.1', 9001, { tcp_flags: TCP.syn })],
      '10.0.0.9',
      9001,
      1,
    ],
    ['1, stated by the source', [flow('10.0.0.9', 443, '10.0.0.1', 40000, { initiator: 1 })], '10.0.0.9', 40000, 1],
    ['1, stated as the other side', [flow('10.0.0.9', 443, '10.0.0.1', 40000, { initiator: 2 })], '10.0.0.1', 443, 1],
    ['3, a registered port', both('10.0.0.9', 1025, '10.0.0.1', 443), '10.0.0.9', 443, 3],
    ['4, the ephemeral range', both('10.0.0.9', 33000, '10.0.0.1', 7001), '10.0.0.9', 7001, 4],
    ['6, the lower port', both('10.0.0.9', 9000, '10.0.0.1', 7001), '10.0.0.9', 7001, 6],
  ])('decides the client at level %s', async (_, flows, client, port, direction) => {
    expect(await take(...flows)).toMatchObject([{ client, port, direction }]);
  });

  it('decides by fan-in between two high ports: many peers make a server', async () => {
    const flows = [50001, 50002, 50003].flatMap((port) => both('10.0.0.9', port, '10.0.0.1', 49700));
    expect(await take(...flows)).toMatchObject([
      { client: '10.0.0.9', server: '10.0.0.1', port: 49700, connections: 3, direction: 5 },
    ]);
  });

  it('joins the pieces and the two directions of a connection', async () => {
    expect(
      await take(
        ...both('10.0.0.9', 40000, '10.0.0.1', 443),
        ...both('10.0.0.9', 40000, '10.0.0.1', 443, { start: (HOUR + 20) * 1e6, end: (HOUR + 30) * 1e6 }),
      ),
    ).toEqual([
      {
        scope: '',
        client: '10.0.0.9',
        server: '10.0.0.1',
        protocol: 6,
        port: 443,
        connections: 1,
        established: 1,
        refused: 0,
        unanswered: 0,
        halfOpen: 0,
        denied: 0,
        clientPackets: 14,
        serverPackets: 12,
        clientBytes: 1400,
        serverBytes: 12000,
        hours: 1,
        firstSeen: HOUR + 10,
        lastSeen: HOUR + 30,
        direction: 3,
        confidence: 0.95,
        reporters: ['192.0.2.1'],
        clientAsOf: HOUR,
        serverAsOf: HOUR,
      },
    ]);
  });

  it('counts once what two exporters saw, even when one saw only one way', async () => {
    const conversations = await take(
      ...both('10.0.0.9', 40000, '10.0.0.1', 443),
      flow('10.0.0.9', 40000, '10.0.0.1', 443, { exporter: '::ffff:192.0.2.2', packets: 8, tcp_flags: TCP.all }),
    );
    expect(conversations).toMatchObject([
      { connections: 1, clientPackets: 8, serverPackets: 6, reporters: ['192.0.2.1', '192.0.2.2'] },
    ]);
  });

  it('scales by the sampling rate', async () => {
    expect(await take(...both('10.0.0.9', 40000, '10.0.0.1', 443, { sampling_rate: 100 }))).toMatchObject([
      { clientPackets: 700 },
    ]);
  });

  it.each([
    [
      'TCP refused',
      [
        flow('10.0.0.9', 40000, '10.0.0.1', 443, { tcp_flags: TCP.syn }),
        flow('10.0.0.1', 443, '10.0.0.9', 40000, { tcp_flags: TCP.rst | TCP.ack }),
      ],
      0,
    ],
    ['TCP dropped', [flow('10.0.0.9', 40000, '10.0.0.1', 443, { tcp_flags: TCP.syn })], 0],
    ['TCP seen one way only', [flow('10.0.0.9', 40000, '10.0.0.1', 443, { tcp_flags: TCP.all })], 1],
    ['TCP reset after use', both('10.0.0.9', 40000, '10.0.0.1', 443, { tcp_flags: 31 }), 1],
    ['UDP unanswered', [flow('10.0.0.9', 40000, '10.0.0.1', 53, { protocol: 17 })], 0],
    ['UDP that never answers', [flow('10.0.0.9', 40000, '10.0.0.1', 514, { protocol: 17 })], 1],
    ['denied on the way', [flow('10.0.0.9', 40000, '10.0.0.1', 443, { verdict: 2, tcp_flags: TCP.syn })], 0],
  ])('%s: established %#', async (_, flows, established) => {
    expect(await take(...flows)).toMatchObject([{ established }]);
  });

  it('joins echo requests and replies, and leaves ICMP errors to their traffic', async () => {
    const icmp = (src: string, dst: string, type: number) => flow(src, 0, dst, type * 256, { protocol: 1 });
    expect(
      await take(icmp('10.0.0.9', '10.0.0.1', 8), icmp('10.0.0.1', '10.0.0.9', 0), icmp('10.0.0.1', '10.0.0.9', 3)),
    ).toMatchObject([
      { client: '10.0.0.9', server: '10.0.0.1', protocol: 1, port: 2048, established: 1, direction: 1 },
    ]);
  });

  it('recomputes an hour as a whole when flows come late, and only then', async () => {
    await take(...both('10.0.0.9', 40000, '10.0.0.1', 443));
    expect(await rollUp(store, ports)).toEqual({ hours: 0, flows: 0 });
    expect(await take(...both('10.0.0.9', 40001, '10.0.0.1', 443))).toMatchObject([{ connections: 2 }]);
    expect(await wholeWindow(store)).toEqual({ from: HOUR, to: HOUR + 3600 });
  });

  it('keeps what it knew of an hour whose raw flows have expired', async () => {
    await take(...both('10.0.0.9', 40000, '10.0.0.1', 443), ...both('10.0.0.9', 40001, '10.0.0.1', 443));
    await store.command('TRUNCATE TABLE flows');
    expect(await take(...both('10.0.0.8', 40000, '10.0.0.1', 443))).toMatchObject([
      { client: '10.0.0.8', connections: 1 },
      { client: '10.0.0.9', connections: 2 },
    ]);
  });
});
