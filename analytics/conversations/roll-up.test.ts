import { both, flow, HOUR, openFlows, TCP, type RolledFlows } from './flows.fixture';
import { wholeWindow } from './read';

let rolled: RolledFlows;
beforeAll(async () => {
  rolled = await openFlows();
});
afterEach(() => rolled.clear());
afterAll(() => rolled.close());

describe('conversations', () => {
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
    expect(await rolled.take(...flows)).toMatchObject([{ client, port, direction }]);
  });

  it('decides by fan-in between two high ports: many peers make a server', async () => {
    const flows = [50001, 50002, 50003].flatMap((port) => both('10.0.0.9', port, '10.0.0.1', 49700));
    expect(await rolled.take(...flows)).toMatchObject([
      { client: '10.0.0.9', server: '10.0.0.1', port: 49700, connections: 3, direction: 5 },
    ]);
  });

  it('joins the pieces and the two directions of a connection', async () => {
    expect(
      await rolled.take(
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

  it('joins echo requests and replies, and leaves ICMP errors to their traffic', async () => {
    const icmp = (src: string, dst: string, type: number) => flow(src, 0, dst, type * 256, { protocol: 1 });
    expect(
      await rolled.take(
        icmp('10.0.0.9', '10.0.0.1', 8),
        icmp('10.0.0.1', '10.0.0.9', 0),
        icmp('10.0.0.1', '10.0.0.9', 3),
      ),
    ).toMatchObject([
      { client: '10.0.0.9', server: '10.0.0.1', protocol: 1, port: 2048, established: 1, direction: 1 },
    ]);
  });

  it('recomputes an hour as a whole when flows come late, and only then', async () => {
    await rolled.take(...both('10.0.0.9', 40000, '10.0.0.1', 443));
    expect(await rolled.rollUp()).toBe(0);
    expect(await rolled.take(...both('10.0.0.9', 40001, '10.0.0.1', 443))).toMatchObject([{ connections: 2 }]);
    expect(await wholeWindow(rolled.store)).toEqual({ from: HOUR, to: HOUR + 3600 });
  });
});
