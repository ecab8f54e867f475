import { address, between, both, flow, openFlows, type FlowRow, type RolledFlows } from './flows.fixture';

let rolled: RolledFlows;
beforeAll(async () => {
  rolled = await openFlows();
});
afterEach(() => rolled.clear());
afterAll(() => rolled.close());

const INSIDE = { exporter: address('192.0.2.2') };
const OUTSIDE = { exporter: address('192.0.2.3') };
const NAT = '198.51.100.1';
const VIP = '198.51.100.2';
const SITE = '203.0.113.5';
const REPORTERS = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];

const taken = async (...flows: FlowRow[]) => ({
  conversations: await rolled.take(...flows),
  via: await rolled.store.query(
    'SELECT DISTINCT arrayMap(name -> substring(toString(name), 8), via) AS via FROM current_conversations',
  ),
});

describe('source translation', () => {
  const request = (more: FlowRow = {}) =>
    flow('10.0.0.9', 40_000, SITE, 443, { packets: 7, post_src: address(NAT), post_src_port: 6000, ...more });
  const reply = flow(SITE, 443, NAT, 6000, { packets: 6, post_dst: address('10.0.0.9'), post_dst_port: 40_000 });
  const inside = both('10.0.0.9', 40_000, SITE, 443, INSIDE);
  const outside = both(NAT, 6000, SITE, 443, OUTSIDE);
  const whole = { client: '10.0.0.9', server: SITE, port: 443, connections: 1, clientPackets: 7, serverPackets: 6 };

  it.each([
    ['the device and both sides', [request(), reply, ...inside, ...outside], REPORTERS],
    ['the device alone', [request(), reply], REPORTERS.slice(0, 1)],
    ['the request and the outer side', [request(), ...outside], ['192.0.2.1', '192.0.2.3']],
    ['the reply and the outer side', [reply, ...outside], ['192.0.2.1', '192.0.2.3']],
  ])('is one conversation to %s', async (_, flows, reporters) => {
    const found = await taken(...flows);
    expect(found).toEqual({ conversations: [expect.objectContaining({ ...whole, reporters })], via: [{ via: [NAT] }] });
  });

  it('is told in another hour than the first packets', async () => {
    expect(await rolled.take(...outside, request(between(3700, 3710)))).toMatchObject([
      { ...whole, reporters: ['192.0.2.3'] },
    ]);
  });

  it('leaves what the device says to others in its own name', async () => {
    const own = both(NAT, 6001, '203.0.113.6', 443, OUTSIDE);
    expect(await rolled.take(request(), reply, ...own)).toMatchObject([
      whole,
      { client: NAT, server: '203.0.113.6', connections: 1 },
    ]);
  });

  it('stays within its scope', async () => {
    const blue = [request(), reply].map((row) => ({ ...row, scope: 'blue' }));
    const red = outside.map((row) => ({ ...row, scope: 'red' }));
    expect(await rolled.take(...blue, ...red)).toMatchObject([
      { ...whole, scope: 'blue' },
      { client: NAT, scope: 'red', connections: 1 },
    ]);
  });
});

describe('a virtual address', () => {
  const request = flow('10.0.0.9', 40_000, VIP, 443, {
    packets: 7,
    post_dst: address('10.1.0.1'),
    post_dst_port: 8443,
  });
  const reply = flow('10.1.0.1', 8443, '10.0.0.9', 40_000, { packets: 6, post_src: address(VIP), post_src_port: 443 });
  const front = both('10.0.0.9', 40_000, VIP, 443, OUTSIDE);
  const pool = both('10.0.0.9', 40_000, '10.1.0.1', 8443, INSIDE);

  it('is the server behind it, and kept beside', async () => {
    expect(await taken(request, reply, ...front, ...pool)).toEqual({
      conversations: [
        expect.objectContaining({
          client: '10.0.0.9',
          server: '10.1.0.1',
          port: 8443,
          connections: 1,
          clientPackets: 7,
          serverPackets: 6,
          reporters: REPORTERS,
        }),
      ],
      via: [{ via: [VIP] }],
    });
  });

  it('behind a balancer that puts its own address into packets is the same', async () => {
    const full = { ...request, post_src: address(NAT), post_src_port: 1111 };
    const behind = both(NAT, 1111, '10.1.0.1', 8443, INSIDE);
    expect(await taken(full, ...front, ...behind)).toEqual({
      conversations: [
        expect.objectContaining({
          client: '10.0.0.9',
          server: '10.1.0.1',
          port: 8443,
          connections: 1,
          reporters: REPORTERS,
        }),
      ],
      via: [{ via: [NAT, VIP] }],
    });
  });
});

it('the same addresses in two scopes are two conversations', async () => {
  const flows = ['blue', 'red', 'blue'].flatMap((scope, n) => both('10.0.0.9', 40_000 + n, '10.0.0.1', 443, { scope }));
  expect(await rolled.take(...flows)).toMatchObject([
    { scope: 'blue', connections: 2 },
    { scope: 'red', connections: 1 },
  ]);
});

it('a gateway of AWS that reports what it looked through is not counted beside what it carried', async () => {
  const looked = [
    flow('10.0.0.9', 40_000, SITE, 443, { packets: 7, via_dst: address('10.0.255.1'), reporter: 'eni-nat' }),
    flow(SITE, 443, '10.0.0.9', 40_000, { packets: 6, via_src: address('10.0.255.1'), reporter: 'eni-nat' }),
  ];
  const carried = both('10.0.255.1', 6000, SITE, 443, { reporter: 'eni-nat' });
  expect(await taken(...looked, ...carried)).toEqual({
    conversations: [expect.objectContaining({ client: '10.0.0.9', server: SITE, connections: 1, clientPackets: 7 })],
    via: [{ via: ['10.0.255.1'] }],
  });
});
