import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openEmbedded, type Store } from '../../ingest/store';
import { seededRng } from '../graph/random';
import { START, writeConversations, type HourlyRow } from '../noise/conversations.fixture';
import { SURE } from './dynamic-service';
import { findDynamicServices } from './find-dynamic';

const DC = '10.0.0.10';
const range = (count: number) => Array.from({ length: count }, (_, n) => n);
const client = (n: number) => `10.1.${Math.floor(n / 200)}.${(n % 200) + 1}`;
const draws = (seed: number) => {
  const rng = seededRng(seed);
  return (below: number) => Math.floor(rng() * below);
};

describe('findDynamicServices', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-dynamic-'));
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

  const find = async (rows: readonly HourlyRow[], days = 1) => {
    await writeConversations(store, rows);
    return findDynamicServices(store, { from: START, to: START + days * 86_400 });
  };
  /** Asks the mapper, then the port. */
  const called = (hour: number, from: string, port: number, more: Partial<HourlyRow> = {}): HourlyRow[] => [
    { hour, client: from, server: DC, port: 135, at: 100, ...more },
    { hour, client: from, server: DC, port, at: 110, ...more },
  ];

  it('ties ports to the control port that was asked just before, across clients', async () => {
    const found = await find([
      ...range(30).flatMap((n) => called(2 + (n % 20), client(n), [49_667, 49_701, 50_112][n % 3] ?? 0)),
      // It was given the port earlier, which nobody saw.
      { hour: 5, client: client(40), server: DC, port: 49_667 },
      // A service of its own: its clients do not ask the mapper for it.
      ...range(30).map((n): HourlyRow => ({ hour: 3 + (n % 9), client: client(60 + n), server: DC, port: 55_555 })),
      ...range(30).map((n): HourlyRow => ({ hour: n % 24, client: client(n), server: DC, port: 445 })),
    ]);
    expect(found).toMatchObject([
      {
        server: DC,
        protocol: 6,
        control: 135,
        observed: { first: 49_667, last: 50_112 },
        ports: [49_667, 49_701, 50_112],
        clients: 31,
        evidence: { kind: 'control', uses: 31, tied: 30 },
      },
    ]);
    expect(found[0]?.confidence).toBeGreaterThan(0.6);
    expect(found[0]?.reason).toMatch(/^30 of 31 first uses of 3 ports followed .* port 135 \(tcp\)/);
  });

  it('is in time: a port that was used before the control port, or long after, is its own', async () => {
    const rows = range(10).flatMap((n): HourlyRow[] => [
      { hour: 3, client: client(n), server: DC, port: 40_001, at: 10 },
      { hour: 3, client: client(n), server: DC, port: 135, at: 1_000 },
      { hour: 9, client: client(n), server: DC, port: 40_002, at: 10 },
    ]);
    expect(await find(rows)).toEqual([]);
  });

  it('takes mountd over UDP with portmap, and passive FTP whatever it drew', async () => {
    const draw = draws(1);
    const found = await find([
      ...range(5).flatMap((n) => [
        { hour: 4, client: client(n), server: '10.0.0.20', port: 111, protocol: 17, at: 1 },
        { hour: 4, client: client(n), server: '10.0.0.20', port: 36_001, protocol: 17, at: 2 },
      ]),
      ...range(60).flatMap((n): HourlyRow[] => [
        { hour: 2 + (n % 20), client: client(n % 4), server: '10.0.0.21', port: 21, at: 1 },
        { hour: 2 + (n % 20), client: client(n % 4), server: '10.0.0.21', port: 2_000 + draw(60_000), at: 3 },
      ]),
    ]);
    expect(found).toMatchObject([
      { server: '10.0.0.20', protocol: 17, control: 111, ports: [36_001] },
      { server: '10.0.0.21', protocol: 6, control: 21, clients: 4 },
    ]);
    expect(found[1]?.ports.length).toBeGreaterThan(50);
    expect(found[1]?.confidence).toBeGreaterThan(0.85);
    const window = { from: START, to: START + 86_400 };
    expect(await findDynamicServices(store, window, { scope: '', server: '10.0.0.21' })).toEqual([found[1]]);
  });

  it('knows active FTP by where it calls from, and that its client is who is called', async () => {
    const rows = range(12).flatMap((n): HourlyRow[] => [
      { hour: n, client: '10.1.0.1', server: '10.0.0.21', port: 21 },
      { hour: n, client: '10.0.0.21', server: '10.1.0.1', port: 40_000 + 13 * n, clientPort: 20 },
    ]);
    expect(await find(rows)).toMatchObject([
      { server: '10.1.0.1', control: null, evidence: { kind: 'ftp-data', callers: ['10.0.0.21'] }, clients: 1 },
    ]);
  });

  it('sees that jobs draw their ports, each for a while', async () => {
    const draw = draws(7);
    const rows = range(300).flatMap((n) => {
      const port = 32_768 + draw(28_000);
      const born = n % 140;
      return range(2).map((hour): HourlyRow => ({
        hour: born + hour,
        client: client(n % 9),
        server: '10.0.0.30',
        port,
      }));
    });
    const [found] = await find(
      [...rows, ...range(168).map((hour): HourlyRow => ({ hour, client: client(1), server: '10.0.0.30', port: 22 }))],
      7,
    );
    expect(found).toMatchObject({ server: '10.0.0.30', control: null, evidence: { kind: 'wandering' } });
    expect(found?.confidence).toBeGreaterThan(SURE);
    expect(found?.stability.medianLifeHours).toBeLessThan(2);
    expect(found?.stability.newPortsPerDay).toBeGreaterThan(10);
  });

  it('sees that a broker takes another port at every start', async () => {
    const rows = range(14).flatMap((day) =>
      range(24).map((hour): HourlyRow => ({
        hour: day * 24 + hour,
        client: client(hour % 5),
        server: '10.0.0.31',
        port: 20_010 + day * 37,
      })),
    );
    const [found] = await find(rows, 14);
    expect(found).toMatchObject({
      server: '10.0.0.31',
      control: null,
      ports: range(14).map((day) => 20_010 + day * 37),
    });
    expect(found?.confidence).toBeGreaterThan(SURE);
    expect(found?.stability).toEqual({ medianLifeHours: 23, onSeveralDays: 0, newPortsPerDay: 1 });
  });

  it.each<[string, (draw: (below: number) => number) => HourlyRow[]]>([
    [
      'a server of 479 fixed services, each used now and then',
      (draw) =>
        range(3_000).map(() => ({
          hour: draw(168),
          client: client(draw(50)),
          server: '10.0.0.40',
          port: 20_000 + 5 * draw(479),
        })),
    ],
    [
      'a little used one',
      (draw) =>
        range(120).map(() => ({
          hour: draw(168),
          client: client(draw(50)),
          server: '10.0.0.40',
          port: 20_000 + 5 * draw(479),
        })),
    ],
    [
      'an application of 50 ports that was put into service on day 4',
      () =>
        range(50).flatMap((n) =>
          range(72).map((hour) => ({ hour: 96 + hour, client: client(n % 7), server: '10.0.0.40', port: 20_000 + n })),
        ),
    ],
    [
      'the same on a server that was there before',
      () => [
        ...range(168).map((hour) => ({ hour, client: client(1), server: '10.0.0.40', port: 443 })),
        ...range(50).flatMap((n) =>
          range(48).map((hour) => ({ hour: 110 + hour, client: client(n % 7), server: '10.0.0.40', port: 20_000 + n })),
        ),
      ],
    ],
    [
      "a client's own ports, seen from the wrong side",
      (draw) =>
        range(400).map((n) => ({
          hour: n % 168,
          client: '10.0.0.41',
          server: '10.0.0.40',
          port: 32_768 + draw(28_000),
          clientPort: 8_125,
        })),
    ],
  ])('does not collapse %s', async (_, rows) => {
    const found = await find(rows(draws(3)), 7);
    expect(found.filter(({ confidence }) => confidence >= SURE)).toEqual([]);
  });
});
