import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePrefix } from '../../ingest/kernel/ip';
import { migrate, openEmbedded, type Store } from '../../ingest/store';
import { START, writeConversations, type HourlyRow } from './conversations.fixture';
import { estateNetworks } from './estate';
import { findNoise } from './find-noise';
import { withLabels } from './labelled';
import { noiseLabels } from './labels';

const NETWORKS = ['10.0.0.0/8', 'fd00::/8'].map(parsePrefix);
const DAY = 24;

const range = (count: number) => Array.from({ length: count }, (_, n) => n);
const hostsOf = (count: number, net = '10.1.0') => range(count).map((n) => `${net}.${n + 1}`);
/** Every host offers ssh and is seen to: what makes it alive. */
const alive = (hosts: readonly string[], port = 22, hour = 0) =>
  hosts.map((server): HourlyRow => ({ hour, client: '10.9.0.1', server, port }));
const tries = (client: string, servers: readonly string[], ports: readonly number[], more: Partial<HourlyRow> = {}) =>
  servers.flatMap((server) =>
    ports.map((port): HourlyRow => ({ hour: 3, client, server, port, outcome: 'refused', ...more })),
  );
const hourly = (hours: number, rows: readonly HourlyRow[]) =>
  range(hours).flatMap((hour) => rows.map((row) => ({ ...row, hour })));

/** As conversations of the whole window. */
const summed = (rows: readonly HourlyRow[]) => {
  const keyOf = ({ client, server, port, protocol = 6 }: HourlyRow) => `${client} ${server} ${protocol} ${port}`;
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()].map((one) => {
    const same = rows.filter((row) => keyOf(row) === keyOf(one));
    const count = (outcome: string) => same.filter((row) => (row.outcome ?? 'established') === outcome).length;
    const { client, server, port, protocol = 6 } = one;
    return { scope: '', client, server, protocol, port, established: count('established'), denied: count('denied') };
  });
};

describe('findNoise', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-noise-'));
  const estate = estateNetworks(NETWORKS);
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
    for (const table of ['conversations', 'buckets']) await store.command(`TRUNCATE TABLE ${table}`);
  });

  const find = async (rows: readonly HourlyRow[], days = 1, from = 0) => {
    await writeConversations(store, rows);
    return findNoise(store, { from: START + from * 86_400, to: START + (from + days) * 86_400 }, NETWORKS);
  };
  const kinds = async (rows: readonly HourlyRow[], days?: number, from?: number) =>
    (await find(rows, days, from)).findings.map(({ kind, address }) => `${kind} ${address}`);

  it.each<[string, HourlyRow[], string[]]>([
    ['one service on many addresses', tries('10.2.0.9', hostsOf(40), [445]), ['horizontal-scan 10.2.0.9']],
    [
      'many services of one address',
      tries('10.2.0.9', ['10.1.0.1'], range(200), { outcome: 'unanswered' }),
      ['vertical-scan 10.2.0.9'],
    ],
    [
      'an authorised scanner, a third answered',
      [
        ...alive(hostsOf(30)),
        ...tries('10.2.0.9', hostsOf(30), [80, 443]),
        ...tries('10.2.0.9', hostsOf(30), [22], { outcome: 'established' }),
      ],
      ['horizontal-scan 10.2.0.9'],
    ],
    [
      'who is kept out of what answers everybody else',
      [...alive(hostsOf(40), 445, 3), ...tries('10.2.0.9', hostsOf(40), [445], { outcome: 'unanswered' })],
      ['horizontal-scan 10.2.0.9'],
    ],
    [
      'a poller of what has gone, for what it is',
      hourly(DAY, tries('10.2.0.1', hostsOf(16), [9100], { outcome: 'unanswered', connections: 20 })),
      hostsOf(16).map((host) => `misdirected ${host}`),
    ],
    [
      'ICMP echo to a whole network',
      [...alive(hostsOf(20)), ...tries('10.2.0.9', hostsOf(200), [2048], { protocol: 1, outcome: 'unanswered' })],
      ['sweep 10.2.0.9'],
    ],
    [
      'the Internet at what is not offered',
      [
        { hour: 1, client: '10.9.0.1', server: '10.1.0.1', port: 443 },
        ...range(9).map((n): HourlyRow => ({
          hour: n,
          client: `198.18.${n}.7`,
          server: '10.1.0.1',
          port: 23,
          outcome: 'unanswered',
        })),
      ],
      ['background 10.1.0.1'],
    ],
    [
      'answers nobody asked for',
      hostsOf(30).map((client): HourlyRow => ({
        hour: 2,
        client,
        server: '198.18.0.1',
        port: 80,
        clientPackets: 0,
        serverPackets: 3,
        outcome: 'half_open',
      })),
      ['backscatter 198.18.0.1'],
    ],
    [
      'retries to what has gone',
      hourly(8, tries('10.1.0.2', ['10.1.0.99'], [5432], { outcome: 'unanswered', connections: 30 })),
      ['misdirected 10.1.0.99'],
    ],
    [
      'groups, everybody, and the end of a /22',
      [
        { hour: 1, client: '10.1.0.1', server: '224.0.0.251', port: 5353, protocol: 17, outcome: 'unanswered' },
        { hour: 1, client: 'fd00::1', server: 'ff02::fb', port: 5353, protocol: 17, outcome: 'unanswered' },
        { hour: 1, client: '0.0.0.0', server: '255.255.255.255', port: 67, protocol: 17, outcome: 'unanswered' },
        ...['10.1.0.1', '10.1.2.9'].map((client): HourlyRow => ({
          hour: 1,
          client,
          server: '10.1.3.255',
          port: 137,
          protocol: 17,
          outcome: 'unanswered',
        })),
      ],
      ['multicast 224.0.0.251', 'multicast ff02::fb', 'broadcast 255.255.255.255', 'broadcast 10.1.3.255'],
    ],
  ])('finds %s', async (_, rows, expected) => {
    expect((await kinds(rows)).sort()).toEqual([...expected].sort());
  });

  it.each<[string, HourlyRow[]]>([
    [
      'a poller of hosts some of which were switched off',
      hourly(DAY, tries('10.2.0.1', hostsOf(40), [9100], { outcome: 'established' })).map((row) =>
        row.hour >= 20 && /\.(1|2|3)\d$/.test(row.server) ? { ...row, outcome: 'unanswered' as const } : row,
      ),
    ],
    [
      'connections of which one direction was seen',
      [
        ...alive(hostsOf(40), 8080, 3),
        ...tries('10.2.0.1', hostsOf(40), [8080], { outcome: 'unanswered', clientBytes: 4_000 }),
      ],
    ],
    [
      'health checks of a pool that is down all day, which was up last week',
      [
        ...alive(hostsOf(30), 8080, 0),
        ...hourly(DAY, tries('10.2.0.1', hostsOf(30), [8080], { outcome: 'unanswered', connections: 60 })).map(
          (row) => ({ ...row, hour: row.hour + 24 * 7 }),
        ),
      ],
    ],
    [
      'an outage: many clients, one server that answered before',
      [
        ...hostsOf(60).map((client): HourlyRow => ({ hour: 0, client, server: '10.3.0.1', port: 389 })),
        ...hostsOf(60).flatMap((client) =>
          range(6).map((hour): HourlyRow => ({
            hour: hour + 24 * 7,
            client,
            server: '10.3.0.1',
            port: 389,
            outcome: 'unanswered',
            connections: 20,
          })),
        ),
      ],
    ],
    [
      'a backup server to which a few agents are closed',
      [
        ...tries('10.2.0.1', hostsOf(60), [1556], { outcome: 'established' }),
        ...tries('10.2.0.1', hostsOf(14, '10.1.1'), [1556], { outcome: 'unanswered' }),
        ...alive(hostsOf(14, '10.1.1')),
      ],
    ],
    [
      'vulnerability management with answered probes of one service',
      tries('10.2.0.1', hostsOf(200), [443], { outcome: 'established' }),
    ],
    [
      'a mesh of gossip',
      hostsOf(20).flatMap((client) =>
        tries(
          client,
          hostsOf(20).filter((host) => host !== client),
          [7946],
          { outcome: 'established', protocol: 17 },
        ),
      ),
    ],
    [
      'peers of a peer-to-peer network, each on a port of its own',
      range(300).map((n): HourlyRow => ({
        hour: n % 24,
        client: '10.1.0.1',
        server: `198.18.${n % 200}.${n % 90}`,
        port: 20_000 + n * 7,
        protocol: 17,
        outcome: n % 3 === 0 ? 'established' : 'unanswered',
      })),
    ],
    [
      'a mail server to which a third of the world is closed',
      range(200).map((n): HourlyRow => ({
        hour: n % 24,
        client: '10.1.0.1',
        server: `198.18.${n}.1`,
        port: 25,
        outcome: n % 3 === 0 ? 'unanswered' : 'established',
      })),
    ],
    [
      'traceroute',
      range(90).map((n): HourlyRow => ({
        hour: 1,
        client: '10.1.0.1',
        server: '198.18.0.1',
        port: 33_434 + n,
        protocol: 17,
        outcome: 'unanswered',
      })),
    ],
    [
      "a server's answers seen alone",
      range(200).map((n): HourlyRow => ({
        hour: 1,
        client: '10.1.0.1',
        server: '10.1.0.2',
        port: 40_000 + n,
        protocol: 17,
        clientPort: 8125,
        outcome: 'unanswered',
      })),
    ],
    [
      'an overlay network, which never answers on the same ports',
      hourly(
        DAY,
        hostsOf(20).flatMap((client) =>
          tries(
            client,
            hostsOf(20).filter((host) => host !== client),
            [4789],
            { outcome: 'unanswered', protocol: 17 },
          ),
        ),
      ),
    ],
    [
      'a customer whose connection to a web server failed',
      [
        ...range(50).map((n): HourlyRow => ({ hour: 1, client: `198.18.${n}.1`, server: '10.1.0.1', port: 443 })),
        ...range(5).map((n): HourlyRow => ({
          hour: 1,
          client: `198.18.${n}.2`,
          server: '10.1.0.1',
          port: 443,
          outcome: 'unanswered',
        })),
      ],
    ],
    [
      'a host at .255 in the middle of a network, which answers',
      [
        { hour: 1, client: '10.1.0.1', server: '10.1.1.255', port: 53, protocol: 17 },
        { hour: 2, client: '10.1.0.1', server: '10.1.1.255', port: 137, protocol: 17, outcome: 'unanswered' },
      ],
    ],
  ])('does not mistake %s', async (_, rows) => {
    const last = Math.max(...rows.map(({ hour }) => hour));
    expect(await kinds(rows, 1, Math.floor(last / 24))).toEqual([]);
  });

  it('finds who tries a few new targets a day, and says what it uses otherwise', async () => {
    const rows = [
      ...hourly(6 * DAY, [{ hour: 0, client: '10.2.0.9', server: '10.3.0.1', port: 389 }]),
      ...range(6).flatMap((day) =>
        hostsOf(4, `10.1.${day}`).map((server, n): HourlyRow => ({
          hour: day * DAY + 5 * n,
          client: '10.2.0.9',
          server,
          port: [22, 445, 3389, 5985][n] ?? 22,
          outcome: 'unanswered',
        })),
      ),
    ];
    const { findings } = await find(rows, 6);
    expect(findings).toMatchObject([
      {
        kind: 'slow-scan',
        address: '10.2.0.9',
        connections: 24,
        confidence: 0.86,
        reason:
          'tried something new on 6 days, 4 at most on one: 100 % of 24 targets on 24 addresses were closed, dead or denied; it uses 1 services steadily',
      },
    ]);
  });

  it('labels what is part of a finding and leaves real use by the same client', async () => {
    const rows = [
      ...hourly(10, [{ hour: 0, client: '10.2.0.9', server: '10.3.0.1', port: 445 }]),
      ...tries('10.2.0.9', hostsOf(40), [445]),
      ...tries('10.2.0.9', ['10.3.0.2'], [445], { outcome: 'established' }),
      { hour: 1, client: '10.1.0.1', server: '224.0.0.251', port: 5353, protocol: 17, outcome: 'unanswered' as const },
      ...range(9).map((n): HourlyRow => ({
        hour: n,
        client: `198.18.${n}.7`,
        server: '10.1.0.1',
        port: 23,
        outcome: 'unanswered',
      })),
      ...range(9).map((n): HourlyRow => ({
        hour: n,
        client: `198.18.${n}.7`,
        server: '10.1.0.1',
        port: 443,
        outcome: n < 5 ? 'established' : 'unanswered',
      })),
    ];
    const noise = await find(rows);
    const noiseOf = noiseLabels(noise, estate);
    const labels = summed(rows).map((each) =>
      [each.client, each.server, each.port, noiseOf(each)?.kind ?? ''].join(' '),
    );
    expect(labels).toContain('10.2.0.9 10.3.0.1 445 ');
    expect(labels).toContain('10.2.0.9 10.3.0.2 445 horizontal-scan');
    expect(labels).toContain('10.2.0.9 10.1.0.7 445 horizontal-scan');
    expect(labels).toContain('10.1.0.1 224.0.0.251 5353 multicast');
    expect(labels).toContain('198.18.7.7 10.1.0.1 23 background');
    expect(labels).toContain('198.18.7.7 10.1.0.1 443 ');
    const labelled = await withLabels(store, noise, estate, ({ sql, params }) =>
      store.query<{ client: string; server: string; port: number; noise: string }>(
        `SELECT replaceOne(toString(client), '::ffff:', '') AS client, replaceOne(toString(server), '::ffff:', '') AS server, port, noise FROM ${sql}`,
        params,
      ),
    );
    const inSql = labelled.map((each) => [each.client, each.server, each.port, each.noise].join(' '));
    expect(inSql.sort()).toEqual(labels.sort());
  });
});
