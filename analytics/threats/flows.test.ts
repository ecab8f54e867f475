import { randomUUID } from 'node:crypto';
import { openTestStore, type TestStore } from '../conversations/query/testing/conversations';
import { seededRng } from '../graph/random';
import { beacon } from './detectors/beacon';
import { dnsTunnel } from './detectors/dns-tunnel';
import { generatedNames } from './detectors/generated-names';
import { likelihood } from './names/likelihood';
import { look, mapped, START, writeUses, type Machines } from './scene.fixture';

jest.setTimeout(60_000);

const MACHINES: Machines = {
  pc1: { address: '10.0.1.1', role: 'pc' },
  pc2: { address: '10.0.1.2', role: 'pc' },
  pc3: { address: '10.0.1.3', role: 'pc' },
  mon1: { address: '10.0.9.5', role: 'monitoring' },
  app1: { address: '10.0.2.1' },
};
const DNS = '10.0.9.53';
const DAY = 86_400;
const rng = seededRng(7);

interface Call {
  readonly client: string;
  readonly server: string;
  readonly port: number;
  /** Seconds after `START`. */
  readonly at: number;
  readonly protocol?: number;
  readonly fqdn?: string;
  readonly clientPort?: number;
  readonly lasts?: number;
}

async function writeCalls(calls: readonly Call[], opened: TestStore): Promise<void> {
  await opened.store.insert(
    'flows',
    calls.map(({ client, server, port, at, protocol = 6, fqdn = '', clientPort, lasts = 1 }, i) => ({
      received: Math.round((START + at) * 1e6),
      exporter: mapped('192.0.2.1'),
      start: Math.round((START + at) * 1e6),
      end: Math.round((START + at + lasts) * 1e6),
      src: mapped(client),
      dst: mapped(server),
      src_port: clientPort ?? 40_000 + (i % 20_000),
      dst_port: port,
      protocol,
      packets: 5,
      bytes: 900,
      reverse_packets: 4,
      reverse_bytes: 600,
      fqdn,
      segment: randomUUID(),
    })),
  );
  const hours = new Map<string, { call: Call; connections: number; hour: number }>();
  for (const call of calls) {
    const hour = Math.floor(call.at / 3_600);
    const key = `${call.client} ${call.server} ${call.port} ${hour}`;
    const known = hours.get(key);
    hours.set(key, { call, hour, connections: (known?.connections ?? 0) + 1 });
  }
  await writeUses(
    opened.store,
    [...hours.values()].map(({ call, hour, connections }) => ({ ...call, hour, connections })),
  );
}

/** Calls over a day whose gaps are drawn. */
function calling(client: string, server: string, port: number, gap: () => number): Call[] {
  const calls: Call[] = [];
  for (let at = gap(); at < DAY; at += gap()) calls.push({ client, server, port, at });
  return calls;
}

const at = (name: string): string => MACHINES[name]?.address ?? '';
const jittered = (every: number, jitter: number) => () => every * (1 + jitter * (2 * rng() - 1));
const atRandom = (every: number) => () => -every * Math.log(1 - rng());
const asking = (client: string, names: readonly string[]): Call[] =>
  names.map((fqdn, i) => ({ client: at(client), server: DNS, port: 53, protocol: 17, fqdn, at: i * 30 }));
const letters = (count: number, alphabet: string) =>
  Array.from({ length: count }, () => alphabet.charAt(Math.floor(rng() * alphabet.length))).join('');
const numbered = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const HEX = '0123456789abcdef';

describe('what is told by raw flows', () => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await openTestStore('threat-flows');
    await writeCalls(
      [
        ...calling(at('pc1'), '198.51.100.1', 443, jittered(60, 0.3)),
        ...calling(at('pc2'), '198.51.100.2', 443, atRandom(60)),
        // Regular, and everybody's: an update service.
        ...['pc1', 'pc2', 'pc3', 'app1'].flatMap((name) => calling(at(name), '198.51.100.3', 443, jittered(300, 0.05))),
        ...calling(at('mon1'), at('app1'), 9100, jittered(60, 0.01)),
        ...calling(at('pc3'), '198.51.100.4', 123, jittered(64, 0)).map((call) => ({ ...call, protocol: 17 })),
        // One long connection, told of every minute.
        ...numbered(1_400, (n) => ({
          client: at('pc3'),
          server: '198.51.100.5',
          port: 443,
          at: n * 60,
          lasts: 59,
          clientPort: 51_000,
        })),
        ...asking(
          'pc1',
          numbered(300, () => `${letters(40, BASE32)}.t.evil.example.com`),
        ),
        ...asking(
          'pc2',
          numbered(300, (n) => `page-${n}-of-the-photo-archive.shop.example.net`),
        ),
        ...asking(
          'pc2',
          numbered(300, () => `${letters(30, HEX)}.cloudfront.net`),
        ),
        ...asking(
          'pc2',
          numbered(300, (n) => `${n % 256}.${n >> 8}.2.10.in-addr.arpa`),
        ),
        ...asking(
          'pc3',
          numbered(120, () => `${letters(14, BASE32)}.com`),
        ),
        ...asking(
          'pc2',
          numbered(60, (n) => `www.${['garden', 'music', 'travel', 'market'][n % 4]}shop${n}.com`),
        ),
      ],
      opened,
    );
  });
  afterAll(() => opened.close());

  const found = async (detector: typeof beacon) => {
    const { findings } = await look({ store: opened.store, machines: MACHINES, detectors: [detector], days: [0, 1] });
    return findings.map(({ words }) => words);
  };

  it('a timer is told from chance, from what everybody does, and from a long connection', async () => {
    expect(await found(beacon)).toEqual([
      expect.stringMatching(/^pc1 \(pc\) calls 198\.51\.100\.1 on https every (?:59|60|61) seconds$/),
    ]);
  });

  it('data in names is told from words, from content networks and from reverse lookups', async () => {
    expect(await found(dnsTunnel)).toEqual([
      'pc1 (pc) asked for 300 different names under example.com that read as data',
    ]);
  });

  it('generated domains are told from chosen ones', async () => {
    expect(await found(generatedNames)).toEqual([
      expect.stringMatching(/^pc3 \(pc\) asked for 1\d\d domains that no person thought of$/),
    ]);
  });
});

describe('the likelihood of a label', () => {
  it.each(['mailserver', 'google', 'web-01', 'ip-10-0-1-6', 'scranton', 'zalando', 'wpad', 'microsoft'])(
    'is that of a word: %s',
    (label) => expect(likelihood(label)).toBeGreaterThan(0),
  );

  it.each(['xq7vk2zjwp', 'kjshdfkjh', 'a8f3e9c1b2d4', 'mzxw6ytboi2gs', 'bqtxkdwrlvnsp'])(
    'is that of noise: %s',
    (label) => expect(likelihood(label)).toBeLessThan(0),
  );

  it('tells nine of ten random labels of twelve characters', () => {
    const noise = numbered(500, () => letters(12, BASE32)).filter((label) => likelihood(label) < 0);
    expect(noise.length).toBeGreaterThan(450);
  });
});
