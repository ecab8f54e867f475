import {
  be,
  ipfix,
  ipfixOptionsTemplate,
  join,
  netflow9,
  set,
  template,
  v4,
  varText,
  type FieldSpec,
} from '../testing/datagrams';
import { startDecoding } from '../testing/decoding';
import type { Row } from '../testing/row-reader';

const PAIR: readonly FieldSpec[] = [
  [8, 4],
  [12, 4],
];
const pair = join(v4('10.0.0.1'), v4('10.0.0.2'));

describe('columns', () => {
  const one = (fields: readonly FieldSpec[], ...values: Uint8Array[]): Row | undefined =>
    startDecoding().take(ipfix({}, set(2, template(256, [...PAIR, ...fields])), set(256, pair, ...values)))[0];

  it.each<[string, readonly FieldSpec[], Uint8Array[], object]>([
    [
      'counters of 1 to 8 bytes',
      [
        [1, 3],
        [2, 5],
      ],
      [be(0x010203, 3), be(0x0102030405, 5)],
      { bytes: 0x010203, packets: 0x0102030405 },
    ],
    [
      'a delta where there is a total too',
      [
        [85, 8],
        [1, 4],
      ],
      [be(900, 8), be(5, 4)],
      { bytes: 5 },
    ],
    [
      'a total where there is no delta',
      [
        [85, 8],
        [86, 8],
      ],
      [be(900, 8), be(9, 8)],
      { bytes: 900, packets: 9 },
    ],
    [
      'what initiator and responder sent',
      [
        [231, 4],
        [232, 4],
        [298, 4],
        [299, 4],
      ],
      [be(1, 4), be(2, 4), be(3, 4), be(4, 4)],
      { bytes: 1, reverse_bytes: 2, packets: 3, reverse_packets: 4, initiator: 1 },
    ],
    ['TCP flags of two bytes', [[6, 2]], [be(0x0112, 2)], { tcp_flags: 0x12 }],
    [
      'initial and later TCP flags together',
      [
        [14, 1, 6871],
        [15, 1, 6871],
      ],
      [be(2, 1), be(0x18, 1)],
      { tcp_flags: 0x1a },
    ],
    [
      'reverse counters and flags',
      [
        [1, 4, 29305],
        [2, 4, 29305],
        [6, 1, 29305],
      ],
      [be(7, 4), be(8, 4), be(9, 1)],
      { reverse_bytes: 7, reverse_packets: 8, reverse_tcp_flags: 9, initiator: 0 },
    ],
    [
      'a biflow from its initiator',
      [
        [1, 4, 29305],
        [239, 1],
      ],
      [be(7, 4), be(1, 1)],
      { initiator: 1 },
    ],
    [
      'a biflow the other way round',
      [
        [1, 4, 29305],
        [239, 1],
      ],
      [be(7, 4), be(2, 1)],
      { initiator: 2 },
    ],
    [
      'a biflow by perimeter',
      [
        [1, 4, 29305],
        [239, 1],
      ],
      [be(7, 4), be(3, 1)],
      { initiator: 0 },
    ],
    [
      'ICMP type and code',
      [
        [4, 1],
        [32, 2],
      ],
      [be(1, 1), be(0x0801, 2)],
      { dst_port: 0x0801, protocol: 1 },
    ],
    [
      'ICMPv6 type and code apart',
      [
        [4, 1],
        [178, 1],
        [179, 1],
      ],
      [be(58, 1), be(128, 1), be(3, 1)],
      { dst_port: 128 * 256 + 3 },
    ],
    [
      'the port rather than ICMP for TCP',
      [
        [4, 1],
        [11, 2],
        [32, 2],
      ],
      [be(6, 1), be(443, 2), be(9, 2)],
      { dst_port: 443 },
    ],
    [
      'the port when ICMP says nothing',
      [
        [4, 1],
        [11, 2],
        [32, 2],
      ],
      [be(1, 1), be(771, 2), be(0, 2)],
      { dst_port: 771 },
    ],
    ['an allowed firewall event', [[233, 1]], [be(2, 1)], { verdict: 1 }],
    ['a denied firewall event', [[233, 1]], [be(3, 1)], { verdict: 2 }],
    ['a firewall event that says neither', [[233, 1]], [be(4, 1)], { verdict: 0 }],
    ['an access list that dropped it', [[89, 1]], [be(130, 1)], { verdict: 2 }],
    ['a router that forwarded it', [[89, 1]], [be(64, 1)], { verdict: 0 }],
    ['ingress', [[61, 1]], [be(0, 1)], { observed: 1 }],
    ['egress', [[954, 1, 6876]], [be(1, 1)], { observed: 2 }],
    ['a direction that is none', [[61, 1]], [be(255, 1)], { observed: 0 }],
    [
      'endpoints after translation',
      [
        [225, 4],
        [226, 4],
        [227, 2],
        [228, 2],
      ],
      [v4('203.0.113.9'), v4('0.0.0.0'), be(1, 2), be(2, 2)],
      { post_src: '203.0.113.9', post_dst: '::', post_src_port: 1, post_dst_port: 2 },
    ],
    [
      'the tenant inside an overlay',
      [
        [881, 4, 6876],
        [882, 4, 6876],
        [886, 2, 6876],
        [7, 2],
      ],
      [v4('172.16.0.1'), v4('0.0.0.0'), be(9, 2), be(8, 2)],
      { src: '172.16.0.1', dst: '10.0.0.2', src_port: 9 },
    ],
    [
      'what NSX says of a DFW flow',
      [
        [950, 4, 6876],
        [951, 16, 6876],
        [961, 65535, 6876],
        [953, 1, 6876],
      ],
      [be(1017, 4), be(0x502e71fa1a00759be40fce778e915f16n, 16), varText('vif-7'), be(1, 1)],
      { rule_id: '1017', workload: '502e71fa-1a00-759b-e40f-ce778e915f16', vif: 'vif-7', initiator: 1 },
    ],
    [
      'VLAN, interfaces, end and service',
      [
        [58, 2],
        [10, 4],
        [14, 2],
        [136, 1],
        [5, 1],
      ],
      [be(77, 2), be(70000, 4), be(3, 2), be(2, 1), be(0xb8, 1)],
      { vlan: 77, input_interface: 70000, output_interface: 3, end_reason: 2, tos: 0xb8 },
    ],
    ['a VRF by number', [[234, 4]], [be(12, 4)], { scope: 'vrf:12' }],
    ['the default VRF', [[234, 4]], [be(0, 4)], { scope: '' }],
    [
      'a VRF by name before its number',
      [
        [234, 4],
        [236, 65535],
      ],
      [be(12, 4), varText('blue')],
      { scope: 'blue' },
    ],
    [
      'a VRF by number when its name is empty',
      [
        [234, 4],
        [236, 65535],
      ],
      [be(12, 4), varText('')],
      { scope: 'vrf:12' },
    ],
    [
      'an application by name',
      [
        [95, 4],
        [96, 24],
      ],
      [be(0x03000050, 4), join(new TextEncoder().encode('http'), new Uint8Array(20))],
      { l7: 'http' },
    ],
    ['an application by selector', [[95, 4]], [be(0x03000050, 4)], { l7: '3:80' }],
    [
      'an application of an enterprise',
      [[95, 9]],
      [be((20n << 64n) | (12356n << 32n) | 40568n, 9)],
      { l7: '20:12356:40568' },
    ],
    ['an unknown application', [[95, 4]], [be(0x03000000, 4)], { l7: '' }],
    ['a user of a fixed field', [[371, 8]], [new TextEncoder().encode('bob\0\0\0\0\0')], { user: 'bob' }],
    ['a host name in the long form', [[460, 65535]], [varText('shop.example', true)], { fqdn: 'shop.example' }],
    ['a long text, cut', [[460, 65535]], [varText('x'.repeat(400))], { fqdn: 'x'.repeat(255) }],
    ['a text of 128 bytes', [[460, 65535]], [varText('y'.repeat(128))], { fqdn: 'y'.repeat(128) }],
    ['a sampling rate of its own', [[34, 4]], [be(1000, 4)], { sampling_rate: 1000 }],
    [
      'interval and space',
      [
        [305, 4],
        [306, 4],
      ],
      [be(1, 4), be(511, 4)],
      { sampling_rate: 512 },
    ],
    [
      'n out of N',
      [
        [309, 4],
        [310, 4],
      ],
      [be(2, 4), be(100, 4)],
      { sampling_rate: 50 },
    ],
    [
      'elements that come twice',
      [
        [4, 1],
        [4, 1],
        [7, 2],
        [7, 2],
      ],
      [be(6, 1), be(17, 1), be(1, 2), be(2, 2)],
      { protocol: 6, src_port: 1 },
    ],
    [
      'unknown elements passed over',
      [
        [9999, 65535, 9],
        [4, 1],
        [9998, 3, 9],
      ],
      [varText('?'.repeat(300)), be(6, 1), be(0, 3)],
      { protocol: 6 },
    ],
    [
      'a length that cannot be read, passed over',
      [
        [7, 12],
        [4, 1],
      ],
      [be(1, 12), be(6, 1)],
      { protocol: 6 },
    ],
  ])('take %s', (_, fields, values, expected) => {
    expect(one(fields, ...values)).toMatchObject(expected);
  });

  it('take IPv6, and IPv4 where a record has room for both', () => {
    const both = set(
      2,
      template(256, [
        [27, 16],
        [28, 16],
        [8, 4],
        [12, 4],
      ]),
    );
    const v6 = be(0x20010db8_00000000_00000000_00000001n, 16);
    const records = [join(v6, v6, be(0, 8)), join(be(0, 32), v4('10.0.0.1'), v4('10.0.0.2'))];
    expect(startDecoding().take(ipfix({}, both, set(256, ...records)))).toMatchObject([
      { src: '2001:db8::1', dst: '2001:db8::1' },
      { src: '10.0.0.1', dst: '10.0.0.2' },
    ]);
  });

  it('take what Cisco ASA writes in numbers of its own', () => {
    const fields: readonly FieldSpec[] = [
      ...PAIR,
      [40001, 4],
      [40003, 2],
      [40005, 1],
      [33000, 12],
      [33002, 2],
      [40000, 20],
    ];
    const values = [
      v4('203.0.113.1'),
      be(1234, 2),
      be(1, 1),
      be(0x0f8e7ff3_fc1a030f_00000000n, 12),
      be(2025, 2),
      new Uint8Array(20),
    ];
    expect(startDecoding().take(netflow9({}, set(0, template(256, fields)), set(256, pair, ...values)))).toMatchObject([
      {
        post_src: '203.0.113.1',
        post_src_port: 1234,
        verdict: 1,
        rule_id: '0f8e7ff3-fc1a030f-00000000',
        user: '',
        initiator: 1,
      },
    ]);
  });

  it('take the biflow direction of a whole domain from options', () => {
    const options = [
      set(
        3,
        ipfixOptionsTemplate(300, 1, [
          [149, 4],
          [239, 1],
        ]),
      ),
      set(300, be(0, 4), be(2, 1)),
    ];
    const biflow = [set(2, template(256, [...PAIR, [1, 4, 29305]])), set(256, pair, be(1, 4))];
    expect(startDecoding().take(ipfix({}, ...options, ...biflow))).toMatchObject([{ initiator: 2 }]);
  });
});
