import { be, ipfix, join, netflow9, set, template, v4, varText, type FieldSpec } from '../testing/datagrams';
import { startDecoding } from '../testing/decoding';
import type { Row } from '../testing/row-reader';

const PAIR: readonly FieldSpec[] = [
  [8, 4],
  [12, 4],
];
const pair = join(v4('10.0.0.1'), v4('10.0.0.2'));
const text = (value: string, bytes: number): Uint8Array =>
  join(new TextEncoder().encode(value), new Uint8Array(bytes - value.length));
const inIpfix = (fields: readonly FieldSpec[], ...values: Uint8Array[]): Row[] =>
  startDecoding().take(ipfix({}, set(2, template(256, fields)), set(256, ...values)));
const inNetflow9 = (fields: readonly FieldSpec[], ...values: Uint8Array[]): Row[] =>
  startDecoding().take(netflow9({}, set(0, template(256, fields)), set(256, ...values)));

const [VMWARE, CISCO, NTOP, CERT, SONICWALL] = [6876, 9, 35632, 6871, 8741];
const UUID = 0x502e71fa1a00759be40fce778e915f16n;
const UUID_TEXT = '502e71fa-1a00-759b-e40f-ce778e915f16';

describe('VMware NSX', () => {
  it('distributed firewall says workload, rule, event and direction', () => {
    const fields: readonly FieldSpec[] = [
      ...PAIR,
      [7, 2],
      [11, 2],
      [4, 1],
      [1, 8],
      [2, 8],
      [85, 8],
      [86, 8],
      [233, 1],
      [950, 4, VMWARE],
      [951, 16, VMWARE],
      [952, 4, VMWARE],
      [953, 1, VMWARE],
      [954, 1, VMWARE],
      [955, 8, VMWARE],
      [956, 1, VMWARE],
      [957, 1, VMWARE],
      [958, 4, VMWARE],
      [959, 4, VMWARE],
      [960, 16, VMWARE],
      [961, 0xffff, VMWARE],
    ];
    const record = (event: number, direction: number, vif: string): Uint8Array =>
      join(
        pair,
        join(be(40000, 2), be(443, 2), be(6, 1), be(700, 8), be(7, 8), be(9000, 8), be(90, 8), be(event, 1)),
        join(be(3071, 4), be(UUID, 16), be(0, 4), be(1, 1), be(direction, 1)),
        join(be(0, 8), be(0, 1), be(0, 1), be(15, 4), be(0, 4), be(UUID + 1n, 16), varText(vif)),
      );
    const seen = { workload: UUID_TEXT, rule_id: '3071', initiator: 1, bytes: 700, packets: 7 };
    expect(inIpfix(fields, record(1, 0, 'vif-1'), record(3, 1, ''), record(5, 0, 'vif-1'))).toMatchObject([
      { ...seen, firewall_event: 1, verdict: 1, observed: 1, vif: 'vif-1' },
      { ...seen, firewall_event: 3, verdict: 2, observed: 2, vif: '502e71fa-1a00-759b-e40f-ce778e915f17' },
      { ...seen, firewall_event: 5, verdict: 1, observed: 1, vif: 'vif-1' },
    ]);
  });

  it('workload ids come as text too', () => {
    const fields: readonly FieldSpec[] = [...PAIR, [951, 0xffff, VMWARE], [960, 0xffff, VMWARE]];
    expect(inIpfix(fields, pair, varText(UUID_TEXT), join(be(16, 1), be(UUID, 16)))).toMatchObject([
      { workload: UUID_TEXT, vif: UUID_TEXT },
    ]);
  });

  it('overlay states the tenant inside the tunnel, and the virtual network', () => {
    const fields: readonly FieldSpec[] = [
      [880, 1, VMWARE],
      [883, 16, VMWARE],
      [884, 16, VMWARE],
      [886, 2, VMWARE],
      [887, 2, VMWARE],
      ...PAIR,
      [7, 2],
      [11, 2],
      [4, 1],
      [891, 1, VMWARE],
      [892, 0xffff, VMWARE],
      [893, 4, VMWARE],
      [894, 4, VMWARE],
      [898, 0xffff, VMWARE],
    ];
    const v6 = (last: number): Uint8Array => be(0xfd00_0000_0000_0000_0000_0000_0000_0000n + BigInt(last), 16);
    const record = join(
      join(be(6, 1), v6(1), v6(2), be(50000, 2), be(5432, 2)),
      join(pair, be(51111, 2), be(4789, 2), be(17, 1), be(1, 1), be(3, 1), be(5001, 3)),
      join(v4('192.0.2.7'), v4('192.0.2.8'), varText('logical-port')),
    );
    expect(inIpfix(fields, record)).toMatchObject([
      { src: 'fd00::1', dst: 'fd00::2', src_port: 50000, dst_port: 5432, protocol: 6, vni: 5001, vif: 'logical-port' },
    ]);
  });

  it.each([
    ['VXLAN', 0x01n, 5001],
    ['NVGRE', 0x02n, 5001],
    ['something unknown', 0x00n, 0],
  ])('segment of %s', (_, kind, vni) => {
    expect(inIpfix([...PAIR, [351, 8]], pair, be((kind << 56n) | 5001n, 8))).toMatchObject([{ vni }]);
  });
});

describe('Cisco ASA', () => {
  const fields: readonly FieldSpec[] = [
    [148, 4],
    ...PAIR,
    [225, 4],
    [227, 2],
    [233, 1],
    [33002, 2],
    [323, 8],
    [231, 4],
    [232, 4],
    [298, 4],
    [299, 4],
  ];
  const record = (event: number, sent: number, received: number): Uint8Array =>
    join(
      join(be(1, 4), pair, v4('203.0.113.1'), be(1234, 2), be(event, 1), be(2030, 2), be(1_700_000_000_000, 8)),
      join(be(sent, 4), be(received, 4), be(sent / 100, 4), be(received / 100, 4)),
    );

  it('counts a connection once: its teardown has the total that updates came to', () => {
    const rows = inNetflow9(fields, record(5, 100, 1000), record(5, 200, 0), record(2, 300, 1000));
    expect(rows).toMatchObject([
      { firewall_event: 5, verdict: 1, initiator: 1, bytes: 0, reverse_bytes: 0, packets: 0, reverse_packets: 0 },
      { firewall_event: 5, bytes: 0, reverse_bytes: 0 },
      { firewall_event: 2, bytes: 300, reverse_bytes: 1000, packets: 3, reverse_packets: 10 },
    ]);
    expect(rows[0]).toMatchObject({ post_src: '203.0.113.1', post_src_port: 1234 });
  });

  it('records without counters are records', () => {
    expect(inNetflow9([...PAIR, [233, 1], [33002, 2]], pair, be(1, 1), be(0, 2))).toMatchObject([
      { src: '10.0.0.1', firewall_event: 1, verdict: 1, initiator: 1 },
    ]);
  });
});

describe('Cisco AVC', () => {
  const CLIENT: readonly FieldSpec[] = [
    [12236, 4, CISCO],
    [12237, 4, CISCO],
    [12240, 2, CISCO],
    [12241, 2, CISCO],
  ];
  const client = join(pair, be(50000, 2), be(80, 2));

  it('names client and server instead of source and destination', () => {
    const expected = [{ src: '10.0.0.1', dst: '10.0.0.2', src_port: 50000, dst_port: 80, initiator: 1 }];
    expect(inIpfix(CLIENT, client)).toMatchObject(expected);
    expect(
      inNetflow9(
        CLIENT.map(([id, length]) => [id + 0x8000, length]),
        client,
      ),
    ).toMatchObject(expected);
  });

  it('counts in bytes of the network where it has no others', () => {
    const fields: readonly FieldSpec[] = [
      ...CLIENT,
      [8338, 8, CISCO],
      [8337, 8, CISCO],
      [9265, 8, CISCO],
      [9266, 8, CISCO],
    ];
    expect(inIpfix(fields, client, be(1, 8), be(2, 8), be(3, 8), be(4, 8))).toMatchObject([
      { bytes: 1, reverse_bytes: 2, packets: 3, reverse_packets: 4 },
    ]);
  });

  it.each([
    ['the host of HTTP', 0x0300_0050, 13314, 'shop.example'],
    ['the common name of a certificate', 0x0d00_01c5, 13313, 'shop.example'],
    ['no URL', 0x0300_0050, 13313, ''],
    ['no referrer', 0x0300_0050, 13316, ''],
  ])('extracted values give %s', (_, application, kind, fqdn) => {
    const header = join(be(application, 4), be(kind, 2));
    const value = join(header, text('shop.example', 12));
    const fields: readonly FieldSpec[] = [...PAIR, [12235, 0xffff, CISCO]];
    expect(inIpfix(fields, pair, be(value.length, 1), value)).toMatchObject([{ fqdn }]);
    expect(inIpfix(fields, pair, be(header.length, 1), header)).toMatchObject([{ fqdn: '' }]);
    expect(inNetflow9([...PAIR, [45003, 18]], pair, value)).toMatchObject([{ fqdn }]);
  });

  it('extracted values are told apart where they come in any number', () => {
    const value = (kind: number, what: string): Uint8Array =>
      join(be(what.length + 6, 1), be(0x0300_0050, 4), be(kind, 2), text(what, what.length));
    const fields: readonly FieldSpec[] = [
      ...PAIR,
      ...Array.from({ length: 4 }, (): FieldSpec => [12235, 0xffff, CISCO]),
    ];
    const values = [
      value(13313, '/cart'),
      value(13315, 'curl'),
      value(13316, 'http://a.example'),
      value(13314, 'b.example'),
    ];
    expect(inIpfix(fields, pair, ...values)).toMatchObject([{ fqdn: 'b.example' }]);
  });
});

it('SonicWALL names initiator and responder, and counts for both', () => {
  const fields: readonly FieldSpec[] = [5, 6, 13, 14, 15, 16].map((id) => [id, 4, SONICWALL]);
  const ports: readonly FieldSpec[] = [
    [11, 2, SONICWALL],
    [12, 2, SONICWALL],
    [20, 1, SONICWALL],
  ];
  const counts = join(be(1, 4), be(2, 4), be(3, 4), be(4, 4));
  expect(inIpfix([...fields, ...ports], pair, counts, be(50000, 2), be(443, 2), be(6, 1))).toMatchObject([
    {
      src: '10.0.0.1',
      dst: '10.0.0.2',
      src_port: 50000,
      dst_port: 443,
      protocol: 6,
      initiator: 1,
      packets: 1,
      bytes: 2,
      reverse_packets: 3,
      reverse_bytes: 4,
    },
  ]);
});

describe('nProbe', () => {
  const BIFLOW: readonly FieldSpec[] = [...PAIR, [1, 4], [2, 4], [23, 4], [24, 4], [78, 1, NTOP], [79, 1, NTOP]];
  const biflow = join(pair, be(100, 4), be(1, 4), be(2000, 4), be(3, 4), be(0x02, 1), be(0x12, 1));

  it('counts the other direction in what others use for the way out', () => {
    const expected = { bytes: 100, packets: 1, reverse_bytes: 2000, reverse_packets: 3, tcp_flags: 2, initiator: 0 };
    expect(inIpfix(BIFLOW, biflow)).toMatchObject([{ ...expected, reverse_tcp_flags: 0x12 }]);
  });

  it('is alone in that', () => {
    const fields: readonly FieldSpec[] = [...PAIR, [1, 4], [23, 4]];
    const [row] = inIpfix(fields, pair, be(100, 4), be(100, 4));
    expect(row).toMatchObject({ bytes: 100 });
    expect(row).not.toHaveProperty('reverse_bytes');
    expect(inIpfix([...PAIR, [23, 4], [24, 4]], pair, be(100, 4), be(9, 4))).toMatchObject([
      { bytes: 100, packets: 9 },
    ]);
  });

  it.each<[string, FieldSpec, Uint8Array, object]>([
    ['process', [169, 16, NTOP], text('postgres', 16), { process: 'postgres' }],
    ['user of the process', [372, 16, NTOP], text('svc-db', 16), { user: 'svc-db' }],
    ['container', [558, 16, NTOP], text('0a1b2c', 16), { src_workload: '0a1b2c' }],
    ['TLS version', [495, 2, NTOP], be(0x0304, 2), { tls_version: 'TLSv1.3' }],
    ['server name', [188, 0xffff, NTOP], varText('db.example'), { fqdn: 'db.example' }],
    ['protocol by number', [118, 2, NTOP], be(91, 2), { l7: 'ndpi:91' }],
    ['verdict to drop', [522, 2, NTOP], be(2, 2), { verdict: 2 }],
    ['verdict that is none', [522, 2, NTOP], be(7, 2), { verdict: 0 }],
    ['inner address', [114, 4, NTOP], v4('172.16.0.9'), { src: '172.16.0.9' }],
    ['no inner address', [114, 4, NTOP], v4('0.0.0.0'), { src: '10.0.0.1' }],
  ])('says %s', (_, field, value, expected) => {
    expect(inIpfix([...PAIR, field], pair, value)).toMatchObject([expected]);
  });
});

describe('nProbe in NetFlow v9', () => {
  it('adds 57472 to its numbers', () => {
    const fields: readonly FieldSpec[] = [...PAIR, [57641, 16], [57590, 2], [57967, 2]];
    expect(inNetflow9(fields, pair, text('postgres', 16), be(91, 2), be(0x0303, 2))).toMatchObject([
      { process: 'postgres', l7: 'ndpi:91', tls_version: 'TLSv1.2' },
    ]);
  });
});

describe('TLS versions', () => {
  it.each([
    [0x0301, 'TLSv1.0'],
    [0x0302, 'TLSv1.1'],
    [0x0303, 'TLSv1.2'],
    [0x0304, 'TLSv1.3'],
    [0xfeff, 'DTLSv1.0'],
    [0xfefd, 'DTLSv1.2'],
    [0xfefc, 'DTLSv1.3'],
    [0xfefe, ''],
    [0x0300, 'SSLv3'],
    [0x0200, ''],
    [0x0305, ''],
    [0, ''],
  ])('%i is %s', (version, name) => {
    expect(inIpfix([...PAIR, [113, 2, 26866]], pair, be(version, 2))).toMatchObject([{ tls_version: name }]);
  });
});

it.each<[string, readonly FieldSpec[], Uint8Array[], object]>([
  ['a NAT event', [[230, 1]], [be(4, 1)], { nat_event: 4 }],
  [
    'a NAT log entry of IPv6',
    [
      [230, 1],
      [281, 16],
      [282, 16],
      [227, 2],
      [228, 2],
    ],
    [be(5, 1), be(1, 16), be(2, 16), be(7, 2), be(8, 2)],
    { nat_event: 5, post_src: '::1', post_dst: '::2', post_src_port: 7, post_dst_port: 8 },
  ],
  [
    'a VRF by its way out',
    [
      [234, 4],
      [235, 4],
    ],
    [be(0, 4), be(7, 4)],
    { scope: 'vrf:7' },
  ],
  ['a Viptela VPN', [[4321, 4, 41916]], [be(100, 4)], { scope: 'vpn:100' }],
  [
    'a Nokia subscriber',
    [
      [91, 2, 637],
      [93, 0xffff, 637],
    ],
    [be(100, 2), varText('user@10.0.0.1')],
    { scope: 'svc:100', user: 'user@10.0.0.1' },
  ],
  [
    'a customer VLAN behind no other',
    [
      [58, 2],
      [245, 2],
    ],
    [be(0, 2), be(30, 2)],
    { vlan: 30 },
  ],
  ['a VLAN after rewriting', [[59, 2]], [be(31, 2)], { vlan: 31 }],
  [
    'YAF names, hosts and labels',
    [
      [33, 2, CERT],
      [294, 0xffff, CERT],
      [179, 0xffff, CERT],
    ],
    [be(443, 2), varText('a.example'), varText('b.example')],
    { l7: 'silk:443', fqdn: 'a.example' },
  ],
  [
    'counters YAF once had for reverse',
    [
      [12, 8, CERT],
      [13, 8, CERT],
      [17, 1, CERT],
    ],
    [be(1, 8), be(2, 8), be(3, 1)],
    { reverse_bytes: 1, reverse_packets: 2, reverse_tcp_flags: 3 },
  ],
  [
    'a Citrix host',
    [
      [142, 0xffff, 5951],
      [205, 0xffff, 5951],
    ],
    [varText('c.example'), varText('ann')],
    { fqdn: 'c.example', user: 'ann' },
  ],
  ['a Gigamon name', [[112, 0xffff, 26866]], [varText('d.example')], { fqdn: 'd.example' }],
  [
    'a Flowmon name and version',
    [
      [338, 0xffff, 39499],
      [333, 2, 39499],
    ],
    [varText('e.example'), be(0x0303, 2)],
    { fqdn: 'e.example', tls_version: 'TLSv1.2' },
  ],
  ['an Ixia threat', [[192, 0xffff, 3054]], [varText('Botnet')], { alert: 'Botnet' }],
  [
    'an AnyConnect process',
    [
      [12340, 0xffff, CISCO],
      [12345, 0xffff, CISCO],
    ],
    [varText('chrome.exe'), varText('f.example')],
    { process: 'chrome.exe', fqdn: 'f.example' },
  ],
  [
    'a virtual station',
    [
      [349, 16],
      [348, 0xffff],
    ],
    [be(UUID, 16), varText('eth0')],
    { workload: UUID_TEXT, vif: 'eth0' },
  ],
])('%s is taken', (_, fields, values, expected) => {
  expect(inIpfix([...PAIR, ...fields], pair, ...values)).toMatchObject([expected]);
});

it.each<[string, readonly FieldSpec[], Uint8Array[], object]>([
  [
    'PAN-OS application and user',
    [
      [56701, 32],
      [56702, 64],
    ],
    [text('ssl', 32), text('corp\\ann', 64)],
    { l7: 'ssl', user: 'corp\\ann' },
  ],
  ['a Streamcore host', [[8256, 32]], [text('live.example', 32)], { fqdn: 'live.example' }],
  [
    'an ASA translation of old',
    [
      [40001, 4],
      [40002, 4],
      [40003, 2],
      [40004, 2],
    ],
    [v4('1.2.3.4'), v4('5.6.7.8'), be(1, 2), be(2, 2)],
    { post_src: '1.2.3.4', post_dst: '5.6.7.8', post_src_port: 1, post_dst_port: 2 },
  ],
])('%s is taken from NetFlow v9', (_, fields, values, expected) => {
  expect(inNetflow9([...PAIR, ...fields], pair, ...values)).toMatchObject([expected]);
});
