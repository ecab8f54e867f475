import { address, between, both, flow, openFlows, TCP, type FlowRow, type RolledFlows } from './flows.fixture';

let rolled: RolledFlows;
beforeAll(async () => {
  rolled = await openFlows();
});
afterEach(() => rolled.clear());
afterAll(() => rolled.close());

const FIRST = { exporter: address('192.0.2.1') };
const SECOND = { exporter: address('192.0.2.2') };

/** Both directions of one connection, for so many seconds: 7 packets there, 6 back. */
const piece = (from: number, to: number, more: FlowRow = {}) =>
  both('10.0.0.9', 40_000, '10.0.0.1', 443, { ...between(from, to), ...more });
const there = (from: number, to: number, more: FlowRow = {}) => piece(from, to, more).slice(0, 1);
const back = (from: number, to: number, more: FlowRow = {}) => piece(from, to, more).slice(1);

const CASES: readonly (readonly [string, number, number, readonly FlowRow[]])[] = [
  ['pieces of one exporter', 14, 12, [...piece(0, 60), ...piece(60, 120)]],
  ['pieces with pauses between them', 14, 12, [...piece(0, 1), ...piece(600, 601)]],
  ['two exporters of all', 7, 6, [...piece(0, 60), ...piece(0, 60, SECOND)]],
  ['two exporters of one direction each', 7, 6, [...there(0, 60), ...back(0, 60, SECOND)]],
  [
    'two exporters of one direction each, in pieces',
    14,
    12,
    [...there(0, 60), ...there(60, 120), ...back(0, 60, SECOND), ...back(60, 120, SECOND)],
  ],
  [
    'two exporters, both in pieces',
    14,
    12,
    [FIRST, SECOND].flatMap((by) => [...piece(0, 60, by), ...piece(60, 120, by)]),
  ],
  [
    'one in pieces, the other whole and fuller',
    15,
    13,
    [
      ...piece(0, 60),
      ...piece(60, 120),
      ...there(0, 120, { ...SECOND, packets: 15 }),
      ...back(0, 120, { ...SECOND, packets: 13 }),
    ],
  ],
  [
    'one in pieces and fuller, the other whole',
    14,
    12,
    [
      ...piece(0, 60),
      ...piece(60, 120),
      ...there(0, 120, { ...SECOND, packets: 13 }),
      ...back(0, 120, { ...SECOND, packets: 11 }),
    ],
  ],
  [
    'one that saw more of one direction, the other of the other one',
    9,
    8,
    [
      ...there(0, 60, { packets: 9 }),
      ...back(0, 60),
      ...there(0, 60, SECOND),
      ...back(0, 60, { ...SECOND, packets: 8 }),
    ],
  ],
  ['one told twice by one exporter', 7, 6, [...piece(0, 60), ...piece(0, 60)]],
  ['one in pieces told twice by one exporter', 14, 12, [1, 2].flatMap(() => [...piece(0, 60), ...piece(60, 120)])],
  ['ingress and egress of one exporter', 7, 6, [...piece(0, 60, { observed: 1 }), ...piece(0, 60, { observed: 2 })]],
  [
    'ingress and egress of one exporter, in pieces that are cut elsewhere',
    14,
    12,
    [
      ...[piece(0, 60), piece(60, 120)].flat().map((row) => ({ ...row, observed: 1 })),
      ...[there(0, 30, { packets: 3 }), there(30, 120, { packets: 11 }), back(0, 120, { packets: 12 })]
        .flat()
        .map((row) => ({ ...row, observed: 2 })),
    ],
  ],
  [
    'a biflow and two flows',
    7,
    6,
    [...there(0, 60, { reverse_packets: 6, reverse_tcp_flags: 27 }), ...piece(0, 60, SECOND)],
  ],
  [
    'one sampled, one not',
    7,
    6,
    [...piece(0, 60), ...there(0, 60, { ...SECOND, packets: 1, sampling_rate: 5, tcp_flags: TCP.data })],
  ],
];

it.each(CASES)('%s: %d packets there, %d back', async (_, clientPackets, serverPackets, flows) => {
  expect(await rolled.take(...flows)).toMatchObject([{ connections: 1, clientPackets, serverPackets }]);
});

it('does not matter in which order they come, nor what else does', async () => {
  const flows = CASES.flatMap(([scope, , , rows]) => rows.map((row) => ({ ...row, scope })));
  const found = await rolled.take(...flows.reverse());
  const counts = found.map(({ scope, clientPackets, serverPackets }) => [scope, clientPackets, serverPackets]);
  expect(counts).toEqual(CASES.map((row) => row.slice(0, 3)).sort(([x = ''], [y = '']) => (x < y ? -1 : 1)));
});

it('more points than there are bits count once', async () => {
  const points = Array.from({ length: 80 }, (_, n) => piece(0, 60, { reporter: `eni-${n}` })).flat();
  expect(await rolled.take(...points)).toMatchObject([{ connections: 1, clientPackets: 7, serverPackets: 6 }]);
});

it('names the points and exporters that saw it, sorted', async () => {
  const flows = [
    ...piece(0, 60, { ...SECOND, reporter: 'eth1' }),
    ...piece(0, 60, { reporter: 'eth0' }),
    ...piece(0, 60, { reporter: 'eth0', observed: 2 }),
    flow('10.0.0.8', 40_000, '10.0.0.1', 443, { exporter: address('192.0.2.3') }),
  ];
  expect(await rolled.take(...flows)).toMatchObject([
    { client: '10.0.0.8', reporters: ['192.0.2.3'] },
    { client: '10.0.0.9', reporters: ['192.0.2.1', '192.0.2.2'] },
  ]);
  const points = await rolled.store.query('SELECT points, sampling FROM current_conversations ORDER BY client');
  expect(points).toMatchObject([{ points: [] }, { points: ['eth0', 'eth1'] }]);
});

it('scales by what the source says, and else by what a person does', async () => {
  await rolled.store.insert('exporter_settings', [
    { exporter: SECOND.exporter, domain: -1, sampling_rate: 1000, changed: '2026-01-01 00:00:00' },
  ]);
  const flows = [...piece(0, 60, { sampling_rate: 100 }), ...both('10.0.0.8', 40_000, '10.0.0.1', 443, SECOND)];
  expect(await rolled.take(...flows)).toMatchObject([
    { client: '10.0.0.8', clientPackets: 7000, serverBytes: 6_000_000 },
    { client: '10.0.0.9', clientPackets: 700, serverBytes: 600_000 },
  ]);
});

it('keeps what flows mention beside', async () => {
  const said = {
    l7: 'http',
    fqdn: 'shop.example',
    tls_version: 'TLSv1.3',
    user: 'ann',
    process: 'curl',
    alert: 'odd',
    rule_id: '7',
  };
  await rolled.take(...piece(0, 60, said), ...piece(0, 60, { ...SECOND, fqdn: 'pay.example', user: 'bob' }));
  expect(
    await rolled.store.query(
      'SELECT l7, fqdns, tls_versions, users, processes, alerts, rules FROM current_conversations',
    ),
  ).toEqual([
    {
      l7: ['http'],
      fqdns: ['pay.example', 'shop.example'],
      tls_versions: ['TLSv1.3'],
      users: ['ann', 'bob'],
      processes: ['curl'],
      alerts: ['odd'],
      rules: ['7'],
    },
  ]);
});

it.each([
  ['over IPv6', both('2001:db8::9', 40_000, '2001:db8::1', 443)],
  [
    'ICMPv6, but for errors and neighbour discovery',
    [
      flow('2001:db8::9', 0, '2001:db8::1', 128 * 256, { protocol: 58 }),
      flow('2001:db8::1', 0, '2001:db8::9', 129 * 256, { protocol: 58 }),
      flow('2001:db8::1', 0, '2001:db8::9', 256, { protocol: 58 }),
      flow('2001:db8::1', 0, '2001:db8::9', 135 * 256, { protocol: 58 }),
    ],
  ],
])('%s', async (_, flows) => {
  expect(await rolled.take(...flows)).toMatchObject([
    { client: '2001:db8::9', server: '2001:db8::1', connections: 1, established: 1 },
  ]);
});
