import * as fc from 'fast-check';
import { be, ipfix, join, set, SECONDS, template, v4, varText, type FieldSpec } from '../testing/datagrams';
import { startDecoding } from '../testing/decoding';
import type { Row } from '../testing/row-reader';

const PAIR: readonly FieldSpec[] = [
  [8, 4],
  [12, 4],
];
const pair = join(v4('10.0.0.1'), v4('10.0.0.2'));
const VARIABLE = 0xffff;
const one = (fields: readonly FieldSpec[], ...values: Uint8Array[]): Row | undefined =>
  startDecoding().take(ipfix({}, set(2, template(256, [...PAIR, ...fields])), set(256, pair, ...values)))[0];
const sized = (value: Uint8Array, longForm = false): Uint8Array =>
  join(longForm ? join(be(255, 1), be(value.length, 2)) : be(value.length, 1), value);

/** Numbers of every width that a row has, and some that become text. */
const NUMBERS = [
  [1, 8, 'bytes'],
  [2, 8, 'packets'],
  [7, 2, 'src_port'],
  [4, 1, 'protocol'],
  [10, 4, 'input_interface'],
  [58, 2, 'vlan'],
  [136, 1, 'end_reason'],
  [230, 1, 'nat_event'],
] as const;

describe('numbers', () => {
  it.each(NUMBERS)('of element %i are read in any length that holds them', (id, bytes, column) => {
    const value = bytes === 1 ? 0xa7 : 0xa7b8;
    for (let length = Math.min(bytes, 2); length <= 8; length++) {
      expect(one([[id, length]], be(value, length))).toMatchObject({ [column]: value });
      for (const longForm of [false, true]) {
        expect(one([[id, VARIABLE]], sized(be(value, length), longForm))).toMatchObject({ [column]: value });
      }
    }
  });

  it('of variable length are read whatever stands around them', () => {
    const number = fc.bigInt({ min: 0n, max: (1n << 53n) - 1n });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, fc.integer({ min: 7, max: 8 })), { minLength: 2, maxLength: 2 }),
        (pairs) => {
          const [first, second] = pairs.map(([value, length]) => sized(be(value, length)));
          const row = one(
            [
              [1, VARIABLE],
              [2, VARIABLE],
            ],
            first ?? pair,
            second ?? pair,
          );
          expect(row).toMatchObject({ bytes: Number(pairs[0]?.[0]), packets: Number(pairs[1]?.[0]) });
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });

  it.each([
    ['no bytes', new Uint8Array(0)],
    ['too many bytes', be(5, 9)],
  ])('of %s say nothing', (_, value) => {
    expect(
      one(
        [
          [1, VARIABLE],
          [4, 1],
        ],
        sized(value),
        be(6, 1),
      ),
    ).toMatchObject({ bytes: 0, protocol: 6 });
  });

  it('that become text may be of variable length too', () => {
    expect(one([[950, VARIABLE, 6876]], sized(be(1017, 2)))).toMatchObject({ rule_id: '1017' });
  });

  it('at the very start of a set that waited for its template', () => {
    const decoding = startDecoding();
    decoding.take(ipfix({}, set(256, sized(be(9, 1)), pair)));
    expect(decoding.take(ipfix({}, set(2, template(256, [[1, VARIABLE], ...PAIR]))))).toMatchObject([{ bytes: 9 }]);
  });
});

describe('times', () => {
  it.each([
    [152, be(SECONDS * 1000 - 7, 8)],
    [150, be(SECONDS - 1, 4)],
    [154, be((BigInt(SECONDS + 2_208_988_800) << 32n) - (1n << 31n), 8)],
  ])('of element %i may be of variable length', (id, value) => {
    const plain = one([[id, value.length]], value);
    expect(plain?.start).toBeLessThan(SECONDS * 1e6);
    expect(one([[id, VARIABLE]], sized(value))).toMatchObject({ start: plain?.start, end: plain?.end });
  });
});

describe('addresses', () => {
  const both: readonly FieldSpec[] = [
    [8, VARIABLE],
    [28, VARIABLE],
    [225, VARIABLE],
  ];
  const take = (...values: Uint8Array[]): Row | undefined =>
    startDecoding().take(ipfix({}, set(2, template(256, both)), set(256, ...values)))[0];

  it('of variable length are IPv4 or IPv6 by what is there', () => {
    expect(take(sized(v4('192.0.2.9')), sized(be(1, 16)), sized(v4('0.0.0.0')))).toMatchObject({
      src: '192.0.2.9',
      dst: '::1',
      post_src: '::',
    });
    expect(take(sized(be(2, 16)), sized(v4('192.0.2.8'), true), sized(be(3, 16)))).toMatchObject({
      src: '::2',
      dst: '192.0.2.8',
      post_src: '::3',
    });
  });

  it.each([0, 3, 5, 15, 17])('of %i bytes say nothing', (length) => {
    expect(take(sized(be(1, length)), sized(v4('192.0.2.8')), sized(be(1, length)))).toMatchObject({
      src: '::',
      dst: '192.0.2.8',
      post_src: '::',
    });
  });
});

describe('texts', () => {
  it.each([
    ['up to the first NUL', 'ab\0cd', 'ab'],
    ['with NUL first', '\0abc', ''],
    ['of no bytes', '', ''],
    ['in UTF-8', 'grün.example', 'grün.example'],
  ])('%s', (_, value, expected) => {
    expect(
      one(
        [
          [460, VARIABLE],
          [4, 1],
        ],
        varText(value),
        be(6, 1),
      ),
    ).toMatchObject({ fqdn: expected, protocol: 6 });
  });

  it('that are not UTF-8 keep their bytes', () => {
    expect(one([[460, VARIABLE]], sized(Uint8Array.of(0x61, 0xff, 0x62)))).toMatchObject({ fqdn: 'a�b' });
  });
});

describe('records', () => {
  it('of MAC addresses alone are no flows, and are counted', () => {
    const decoding = startDecoding();
    const layer2 = set(
      2,
      template(256, [
        [56, 6],
        [80, 6],
        [1, 8],
      ]),
    );
    expect(decoding.take(ipfix({}, layer2, set(256, be(1, 20), be(2, 20))))).toEqual([]);
    expect(decoding.only()).toMatchObject({ records: 0, skipped: { 'no-addresses': 2 }, rejects: [] });
  });

  it('may be padded between fields and after them', () => {
    const padded: readonly FieldSpec[] = [...PAIR, [210, 3], [4, 1], [210, VARIABLE], [7, 2]];
    const record = join(pair, be(0, 3), be(6, 1), varText('\0\0'), be(80, 2));
    const rows = startDecoding().take(
      ipfix({}, set(2, template(256, padded), new Uint8Array(2)), set(256, record, record, new Uint8Array(3))),
    );
    expect(rows).toMatchObject([{ protocol: 6, src_port: 80 }, { protocol: 6 }]);
    expect(rows).toHaveLength(2);
  });

  it('may have fields of no bytes', () => {
    expect(
      one(
        [
          [4, 0],
          [7, 2],
          [96, 0],
        ],
        be(80, 2),
      ),
    ).toMatchObject({ src_port: 80 });
  });
});
