import { between, both, flow, openFlows, stated, TCP, type FlowRow, type RolledFlows } from './flows.fixture';

const UDP = { protocol: 17 };

let rolled: RolledFlows;
beforeAll(async () => {
  rolled = await openFlows();
});
afterEach(() => rolled.clear());
afterAll(() => rolled.close());

describe('between two ports of the ephemeral range', () => {
  /** By the lower port it is 10.0.0.9 that serves. */
  const OPEN = both('10.0.0.9', 49_801, '10.0.0.1', 49_802);
  const SERVES = { client: '10.0.0.9', server: '10.0.0.1', port: 49_802, direction: 5, confidence: 0.8 };

  it('nothing but the lower port is left where nothing else is known', async () => {
    expect(await rolled.take(...OPEN)).toMatchObject([
      { client: '10.0.0.1', server: '10.0.0.9', port: 49_801, direction: 6, confidence: 0.5 },
    ]);
  });

  it('one session over a control channel tells', async () => {
    expect(await rolled.take(...OPEN, ...both('10.0.0.9', 49_800, '10.0.0.1', 135))).toMatchObject([
      { port: 135 },
      SERVES,
    ]);
  });

  it('three sessions over another port tell, two do not, nor do any when both ends serve the other', async () => {
    const web = [1, 2, 3].flatMap((n) => both('10.0.0.9', 50_000 + n, '10.0.0.1', 443));
    expect(await rolled.take(...OPEN, ...web)).toMatchObject([{ port: 443 }, SERVES]);
    await rolled.clear();
    expect(await rolled.take(...OPEN, ...web.slice(2))).toMatchObject([{ port: 443 }, { direction: 6 }]);
    await rolled.clear();
    const mutual = both('10.0.0.1', 50_009, '10.0.0.9', 443);
    const found = await rolled.take(...OPEN, ...web, ...mutual);
    expect(found.filter(({ port }) => port !== 443)).toMatchObject([{ direction: 6 }]);
  });

  const first = (seconds: number, exporter = '::ffff:192.0.2.1'): FlowRow[] => [
    flow('10.0.0.9', 49_801, '10.0.0.1', 49_802, between(1, 20)),
    flow('10.0.0.1', 49_802, '10.0.0.9', 49_801, { ...between(1 + seconds, 20), exporter }),
  ];

  it('who spoke first asked', async () => {
    expect(await rolled.take(...first(2))).toMatchObject([{ ...SERVES, confidence: 0.75 }]);
  });

  it.each([
    ['long before', first(6)],
    ['by another clock', first(2, '::ffff:192.0.2.2')],
  ])('not who spoke %s', async (_, flows) => {
    expect(await rolled.take(...flows)).toMatchObject([{ direction: 6 }]);
  });
});

describe('the only one who spoke', () => {
  const LONE = flow('10.0.0.9', 20_000, '10.0.0.1', 50_000, UDP);

  it('over UDP asked, whatever the ports', async () => {
    expect(await rolled.take(LONE)).toMatchObject([
      { client: '10.0.0.9', server: '10.0.0.1', port: 50_000, direction: 5, confidence: 0.9, unanswered: 1 },
    ]);
  });

  it('asked even from a registered port, less surely', async () => {
    expect(await rolled.take({ ...LONE, src_port: 53 })).toMatchObject([
      { client: '10.0.0.9', direction: 5, confidence: 0.7 },
    ]);
  });

  it('answers where it answers others from there', async () => {
    const others = both('10.0.0.8', 50_001, '10.0.0.9', 53, UDP);
    expect(await rolled.take({ ...LONE, src_port: 53 }, ...others)).toMatchObject(
      [
        { client: '10.0.0.1', server: '10.0.0.9', port: 53, direction: 3 },
        { client: '10.0.0.8', server: '10.0.0.9', port: 53 },
      ].sort((x, y) => (x.client < y.client ? -1 : 1)),
    );
  });

  it('answers where it is known to listen', async () => {
    const found = await rolled.take(LONE, ...stated('10.0.0.8', 50_001, '10.0.0.9', 20_000, UDP));
    expect(found).toMatchObject([
      { client: '10.0.0.1', server: '10.0.0.9', port: 20_000, direction: 2 },
      { client: '10.0.0.8', server: '10.0.0.9', port: 20_000, direction: 1 },
    ]);
  });

  it.each([
    ['DHCP', 67, 68],
    ['DHCPv6', 547, 546],
  ])('answers to a client port of %s', async (_, server, client) => {
    expect(await rolled.take({ ...LONE, src_port: server, dst_port: client })).toMatchObject([
      { client: '10.0.0.1', server: '10.0.0.9', port: server, direction: 3, established: 1 },
    ]);
  });

  it('tells nothing at a point that sees one direction only', async () => {
    const oneWay = Array.from({ length: 20 }, (__, n) =>
      flow('10.0.1.1', 40_000 + n, '10.0.1.2', 443, { tcp_flags: TCP.all }),
    );
    const found = await rolled.take(LONE, ...oneWay);
    expect(found.filter(({ protocol }) => protocol === 17)).toMatchObject([
      { client: '10.0.0.1', server: '10.0.0.9', port: 20_000, direction: 4 },
    ]);
  });

  it.each([
    ['224.0.0.251', '10.0.0.9'],
    ['255.255.255.255', '10.0.0.9'],
    ['ff02::fb', 'fe80::1'],
  ])('to %s cannot have been asked', async (group, sender) => {
    expect(await rolled.take(flow(sender, 53, group, 5353, UDP))).toMatchObject([
      { client: sender, server: group, port: 5353, direction: 1 },
    ]);
  });

  it('with a TCP reset refused somebody', async () => {
    expect(
      await rolled.take(flow('10.0.0.1', 45_000, '10.0.0.9', 1000, { tcp_flags: TCP.refusal, packets: 1 })),
    ).toMatchObject([
      { client: '10.0.0.9', server: '10.0.0.1', port: 45_000, direction: 1, confidence: 0.8, refused: 1 },
    ]);
  });
});
