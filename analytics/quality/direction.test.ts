import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { be, join as joinBytes, netflow5, UPTIME, v4 } from '../../ingest/decode/testing/datagrams';
import { quality } from './direction';
import { readCaptures } from './direction-truth';
import { judge, type Answer } from './direction-verdict';

// Opens an engine and rolls up four networks.
jest.setTimeout(120_000);

const session = (client: string, clientPort: number, server: string, port: number, protocol = 6) => ({
  protocol,
  client: { address: client, port: clientPort },
  server: { address: server, port },
});
const answer = (client: string, low: number, high: number, server: string, port: number): Answer => ({
  protocol: 6,
  client,
  server,
  port,
  clientPortLow: low,
  clientPortHigh: high,
  direction: 3,
});

describe('a session whose opener is known', () => {
  it.each<[string, Answer[], string]>([
    ['right when it is answered so', [answer('10.0.0.9', 5000, 5000, '10.0.0.1', 6000)], 'right'],
    ['wrong when it is answered the other way round', [answer('10.0.0.1', 6000, 6000, '10.0.0.9', 5000)], 'wrong'],
    [
      'wrong when it is answered both ways',
      [answer('10.0.0.9', 5000, 5000, '10.0.0.1', 6000), answer('10.0.0.1', 6000, 6000, '10.0.0.9', 5000)],
      'wrong',
    ],
    [
      'not wrong by a session to the same port of the client',
      [answer('10.0.0.9', 5000, 5000, '10.0.0.1', 6000), answer('10.0.0.1', 7000, 7010, '10.0.0.9', 5000)],
      'right',
    ],
    [
      'undecided by the lower port',
      [{ ...answer('10.0.0.9', 5000, 5000, '10.0.0.1', 6000), direction: 6 }],
      'undecided',
    ],
    ['undecided without an answer', [answer('10.0.0.9', 5001, 5002, '10.0.0.1', 6000)], 'undecided'],
    ['of its own protocol', [{ ...answer('10.0.0.9', 5000, 5000, '10.0.0.1', 6000), protocol: 17 }], 'undecided'],
  ])('is %s', (_, answers, outcome) => {
    expect(judge([session('10.0.0.9', 5000, '10.0.0.1', 6000)], answers)).toMatchObject([{ outcome }]);
  });
});

describe('captures whose directions are known', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-captures-'));
  const office = join(folder, 'captures', 'office');
  mkdirSync(office, { recursive: true });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const end = (address: string, port: number) => [address, port];
  const truth = [
    { proto: 6, client: end('10.0.0.9', 50_000), server: end('10.0.0.1', 443), basis: 'SYN' },
    { proto: 6, client: end('10.0.0.9', 443), server: end('10.0.0.1', 50_001), basis: 'SYN-ACK' },
    { proto: 17, client: end('10.0.0.9', 50_002), server: end('10.0.0.1', 53), basis: 'udp-first-packet' },
    { proto: 17, client: end('2001:DB8:0::9', 50_003), server: end('2001:db8::1', 53), basis: 'udp-first-packet' },
    { proto: 6, a: end('10.0.0.9', 50_004), b: end('10.0.0.1', 22), initiator: null, basis: 'midstream' },
    { proto: 6, client: end('10.0.0.9', 50_005), server: end('10.0.0.1', 22), basis: 'unknown' },
  ];
  const flow = (src: string, srcPort: number, dst: string, dstPort: number, protocol: number): Uint8Array =>
    joinBytes(
      joinBytes(v4(src), v4(dst), be(0, 8), be(5, 4), be(600, 4), be(UPTIME - 2000, 4), be(UPTIME - 1000, 4)),
      joinBytes(be(srcPort, 2), be(dstPort, 2), be(0, 1), be(protocol === 6 ? 27 : 0, 1), be(protocol, 1), be(0, 9)),
    );
  const both = (client: string, clientPort: number, server: string, port: number, protocol: number): Uint8Array[] => [
    flow(client, clientPort, server, port, protocol),
    flow(server, port, client, clientPort, protocol),
  ];
  const zeek = (client: string, clientPort: number, server: string, port: number, proto: string): string =>
    JSON.stringify({
      ts: 1_700_000_000.5,
      uid: `C${clientPort}`,
      'id.orig_h': client,
      'id.orig_p': clientPort,
      'id.resp_h': server,
      'id.resp_p': port,
      proto,
      conn_state: 'SF',
      orig_pkts: 5,
      resp_pkts: 5,
    });
  beforeAll(() => {
    writeFileSync(join(office, 'truth.json'), JSON.stringify(truth));
    writeFileSync(
      join(office, 'nfv5.pcap'),
      netflow5(
        {},
        ...both('10.0.0.9', 50_000, '10.0.0.1', 443, 6),
        ...both('10.0.0.9', 443, '10.0.0.1', 50_001, 6),
        ...both('10.0.0.9', 50_002, '10.0.0.1', 53, 17),
      ),
    );
    writeFileSync(
      join(office, 'conn.log'),
      [
        zeek('10.0.0.9', 50_000, '10.0.0.1', 443, 'tcp'),
        zeek('10.0.0.9', 443, '10.0.0.1', 50_001, 'tcp'),
        zeek('10.0.0.9', 50_002, '10.0.0.1', 53, 'udp'),
        zeek('2001:db8::9', 50_003, '2001:db8::1', 53, 'udp'),
      ].join('\n'),
    );
  });

  it('are read with what is known of them', async () => {
    const [capture, ...others] = await readCaptures(join(folder, 'captures'));
    expect(others).toEqual([]);
    expect(capture).toMatchObject({ name: 'office', unknown: 2 });
    expect([...(capture?.exports.keys() ?? [])]).toEqual(['nfv5', 'zeek']);
    expect(capture?.sessions.map(({ client }) => client)).toContainEqual({ address: '2001:db8::9', port: 50_003 });
  });

  it.each([
    ['a folder that is not there', 'nowhere', /ENOENT/],
    ['a folder without captures', 'captures/office', /no folder in it has a truth\.json/],
    ['a truth that is none', 'broken', /truth\.json.*proto/s],
  ])('%s is refused by name', async (_, name, message) => {
    if (name === 'broken') {
      mkdirSync(join(folder, 'broken', 'one'), { recursive: true });
      writeFileSync(join(folder, 'broken', 'one', 'truth.json'), '[{ "basis": "SYN" }]');
    }
    await expect(readCaptures(join(folder, name))).rejects.toMatchObject({
      code: 'bad-captures',
      message: expect.stringMatching(message) as string,
    });
  });

  it('give figures for each form, apart and as one network', async () => {
    const figures = new Map<string, number>();
    const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    await quality({ data: join(folder, 'captures') }, (metric, value) => figures.set(metric, value));
    const explained = stderr.mock.calls.join('');
    stderr.mockRestore();
    expect(explained).toMatch(/nfv5 office: 1 wrong at level 3, protocol 6: 10\.0\.0\.9 443 → 10\.0\.0\.1 50001\n/);
    expect(explained).toMatch(/nfv5 office: 1 unseen, protocol 17: 2001:db8::9 50003 → 2001:db8::1 53\n/);
    const expected = {
      // Of the server at 50001 nothing is seen but the 443 of its client.
      'nfv5/tcp-right': 50,
      'nfv5/tcp-decided': 100,
      'nfv5/tcp-unseen': 0,
      'nfv5/udp-right': 100,
      'nfv5/udp-decided': 100,
      'nfv5/udp-unseen': 1,
      'zeek/tcp-right': 100,
      'zeek/tcp-decided': 100,
      'zeek/tcp-unseen': 0,
      'zeek/udp-right': 100,
      'zeek/udp-decided': 100,
      'zeek/udp-unseen': 0,
      'tcp-right': 50,
      'tcp-decided': 100,
      'tcp-unseen': 0,
      'udp-right': 100,
      'udp-decided': 100,
      'udp-unseen': 1,
    };
    const mixed = Object.entries(expected).map(([metric, value]) => [`mixed/${metric}`, value]);
    expect(Object.fromEntries(figures)).toEqual({ ...expected, ...Object.fromEntries(mixed) });
  });
});
