import * as fc from 'fast-check';
import { be, ipfix, join, set, template, v4, varText, type FieldSpec } from '../testing/datagrams';
import { startDecoding } from '../testing/decoding';
import type { Row } from '../testing/row-reader';

const decode = (fields: readonly FieldSpec[], ...records: Uint8Array[]): Row[] =>
  startDecoding().take(ipfix({}, set(2, template(256, fields)), set(256, ...records)));
const variable = (value: Uint8Array): Uint8Array => join(be(255, 1), be(value.length, 2), value);

const ethernet = (type: number, ...payload: Uint8Array[]): Uint8Array =>
  join(new Uint8Array(12), be(type, 2), ...payload);
const vlan = (id: number, type: number): Uint8Array => join(be(0x2000 | id, 2), be(type, 2));
const ipv4 = (protocol: number, length: number, ...payload: Uint8Array[]): Uint8Array =>
  join(
    join(be(0x45, 1), be(0xb8, 1), be(length, 2), be(0, 4), be(64, 1), be(protocol, 1), be(0, 2)),
    v4('10.1.0.1'),
    v4('10.2.0.2'),
    ...payload,
  );
const ipv6 = (next: number, length: number, ...payload: Uint8Array[]): Uint8Array =>
  join(
    be(0x6020_0000, 4),
    be(length, 2),
    be(next, 1),
    be(64, 1),
    be((0xfdn << 120n) | 1n, 16),
    be((0xfdn << 120n) | 2n, 16),
    ...payload,
  );
const tcp = join(be(40000, 2), be(443, 2), be(0, 8), be(0x5012, 2), be(0, 6));
const udp = (destination: number): Uint8Array => join(be(50000, 2), be(destination, 2), be(0, 4));

const SECTION: FieldSpec = [315, 0xffff];
const TCP = { src: '10.1.0.1', dst: '10.2.0.2', src_port: 40000, dst_port: 443, protocol: 6, tcp_flags: 0x12 };

describe('a record with a packet instead of addresses', () => {
  const tagged = ethernet(0x8100, vlan(77, 0x0800), ipv4(6, 1500, tcp));

  it('is a flow of one packet, as long as the frame was', () => {
    const fields: readonly FieldSpec[] = [[302, 4], [312, 2], [323, 8], SECTION, [10, 4]];
    const seen = 1_700_000_000_000;
    expect(decode(fields, join(be(1, 4), be(1518, 2), be(seen - 5, 8), variable(tagged), be(3, 4)))).toMatchObject([
      { ...TCP, tos: 0xb8, vlan: 77, packets: 1, bytes: 1518, input_interface: 3, start: (seen - 5) * 1000 },
    ]);
  });

  it.each<[string, FieldSpec, Uint8Array, object]>([
    ['Ethernet', SECTION, ethernet(0x0800, ipv4(6, 1500, tcp)), { ...TCP, bytes: 1514 }],
    [
      'QinQ',
      SECTION,
      ethernet(0x88a8, vlan(9, 0x8100), vlan(77, 0x0800), ipv4(6, 600, tcp)),
      { ...TCP, vlan: 9, bytes: 622 },
    ],
    ['MPLS', SECTION, ethernet(0x8847, be(0x0001_0140, 4), ipv4(6, 600, tcp)), { ...TCP, bytes: 618 }],
    ['an IPv4 header', [313, 0xffff], ipv4(6, 1500, tcp), { ...TCP, bytes: 1500 }],
    [
      'an IPv6 header',
      [313, 0xffff],
      ipv6(17, 100, udp(53)),
      { src: 'fd00::1', dst: 'fd00::2', protocol: 17, dst_port: 53, tos: 2, bytes: 140 },
    ],
    ['what MPLS carried', [317, 0xffff], ipv4(6, 1500, tcp), TCP],
    [
      'a header cut before its ports',
      [313, 0xffff],
      ipv4(6, 1500),
      { src: '10.1.0.1', protocol: 6, src_port: 0, bytes: 1500 },
    ],
    [
      'VXLAN',
      SECTION,
      ethernet(
        0x0800,
        ipv4(17, 1550, udp(4789), be(0x0800_0000, 4), be(5001 << 8, 4), ethernet(0x0800, ipv4(6, 1500, tcp))),
      ),
      { ...TCP, vni: 5001, packets: 1 },
    ],
  ])('is read through %s', (_, field, packet, expected) => {
    expect(decode([field], variable(packet))).toMatchObject([expected]);
  });

  it('is read from a section of fixed length, as far as that is said to go', () => {
    const frame = ethernet(0x0800, ipv4(6, 1500, tcp));
    const padded = join(frame, new Uint8Array(64 - frame.length).fill(0xff));
    expect(
      decode(
        [
          [315, 64],
          [410, 2],
        ],
        join(padded, be(frame.length, 2)),
      ),
    ).toMatchObject([TCP]);
    expect(
      decode(
        [
          [315, 64],
          [410, 2],
        ],
        join(padded, be(34, 2)),
      ),
    ).toMatchObject([{ ...TCP, src_port: 0, dst_port: 0, tcp_flags: 0 }]);
    expect(
      decode(
        [
          [102, 2],
          [103, 2],
          [104, 64],
        ],
        join(be(0, 2), be(frame.length, 2), padded),
      ),
    ).toMatchObject([TCP]);
  });

  it('keeps the counts and ports it states itself', () => {
    const fields: readonly FieldSpec[] = [SECTION, [2, 4], [352, 8], [7, 2], [58, 2]];
    const values = join(variable(tagged), be(12, 4), be(9000, 8), be(1, 2), be(0, 2));
    expect(decode(fields, values)).toMatchObject([{ packets: 12, bytes: 9000, src_port: 1, dst_port: 443, vlan: 77 }]);
  });

  it.each<[string, readonly FieldSpec[], Uint8Array]>([
    ['is not IP', [SECTION], variable(ethernet(0x0806, new Uint8Array(28)))],
    ['is empty', [SECTION], variable(new Uint8Array(0))],
    ['is of another kind of link', [[408, 2], SECTION], join(be(2, 2), variable(ethernet(0x0800, ipv4(6, 1500, tcp))))],
    ['starts in the middle', [SECTION, [409, 2]], join(variable(ethernet(0x0800, ipv4(6, 1500, tcp))), be(14, 2))],
  ])('is passed over when the packet %s, and what follows is not', (_, fields, record) => {
    const good = join(
      ...fields.map(([id, length]) => (length === 0xffff ? variable(tagged) : be(id === 408 ? 1 : 0, length))),
    );
    expect(decode(fields, record, good, record, good, record)).toMatchObject([TCP, TCP]);
  });

  it('is passed over in any number', () => {
    const arp = variable(ethernet(0x0806, new Uint8Array(28)));
    expect(decode([SECTION], ...Array.from({ length: 900 }, () => arp), variable(tagged))).toMatchObject([TCP]);
  });
});

it('whatever the bytes of packets are, every record is a row or passed over', () => {
  const start = fc.constantFrom(
    ethernet(0x0800),
    ethernet(0x8100, vlan(1, 0x86dd)),
    ethernet(0x8847),
    new Uint8Array(0),
  );
  const packet = fc.tuple(start, fc.constantFrom(0x45, 0x60, 0), fc.uint8Array({ maxLength: 120 }));
  fc.assert(
    fc.property(fc.array(packet, { minLength: 1, maxLength: 8 }), (packets) => {
      const decoding = startDecoding();
      const records = packets.map(([header, version, rest]) => variable(join(header, be(version, 1), rest)));
      const rows = decoding.take(ipfix({}, set(2, template(256, [SECTION])), set(256, ...records)));
      expect(rows.length + (decoding.only().skipped['not-ip'] ?? 0)).toBe(packets.length);
    }),
    { numRuns: 300, seed: 1 },
  );
});

it('a packet beside addresses is left alone', () => {
  const record = join(v4('192.0.2.1'), v4('192.0.2.2'), variable(ethernet(0x0800, ipv4(6, 1500, tcp))), varText('x'));
  const [row] = decode([[8, 4], [12, 4], SECTION, [96, 0xffff]], record);
  expect(row).toMatchObject({ src: '192.0.2.1', dst: '192.0.2.2', l7: 'x' });
  expect(row).not.toHaveProperty('src_port');
});
