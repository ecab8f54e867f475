import {
  be,
  ipfix,
  ipfixOptionsTemplate,
  join,
  netflow9,
  SECONDS,
  set,
  template,
  v4,
  type FieldSpec,
} from '../testing/datagrams';
import { RECEIVED_MICROS, startDecoding } from '../testing/decoding';

const NOW = SECONDS * 1e6;
const PAIR: readonly FieldSpec[] = [
  [8, 4],
  [12, 4],
];
const pair = join(v4('10.0.0.1'), v4('10.0.0.2'));

describe('times', () => {
  const flow = (fields: readonly FieldSpec[], ...values: Uint8Array[]): Uint8Array =>
    ipfix({}, set(2, template(256, [...PAIR, ...fields])), set(256, pair, ...values));

  it.each<[string, readonly FieldSpec[], Uint8Array[], number, number]>([
    [
      'seconds',
      [
        [150, 4],
        [151, 4],
      ],
      [be(SECONDS - 9, 4), be(SECONDS - 8, 4)],
      NOW - 9e6,
      NOW - 8e6,
    ],
    [
      'milliseconds',
      [
        [152, 8],
        [153, 8],
      ],
      [be(SECONDS * 1000 - 7, 8), be(SECONDS * 1000 - 1, 8)],
      NOW - 7000,
      NOW - 1000,
    ],
    [
      'NTP',
      [
        [154, 8],
        [157, 8],
      ],
      [be(ntp(SECONDS - 3, 0.000001), 8), be(ntp(SECONDS - 2, 0.75), 8)],
      NOW - 3e6 + 1,
      NOW - 1_250_000,
    ],
    [
      'microseconds before export',
      [
        [158, 4],
        [159, 4],
      ],
      [be(1500, 4), be(20, 4)],
      NOW - 1500,
      NOW - 20,
    ],
    [
      'a start and a duration',
      [
        [152, 8],
        [161, 4],
      ],
      [be(SECONDS * 1000 - 7, 8), be(3, 4)],
      NOW - 7000,
      NOW - 4000,
    ],
    [
      'an end and a duration',
      [
        [153, 8],
        [162, 4],
      ],
      [be(SECONDS * 1000 - 7, 8), be(50, 4)],
      NOW - 7050,
      NOW - 7000,
    ],
    ['a duration alone', [[161, 4]], [be(3, 4)], NOW - 3000, NOW],
    ['a start alone', [[152, 8]], [be(SECONDS * 1000 - 7, 8)], NOW - 7000, NOW - 7000],
    ['an observation', [[323, 8]], [be(SECONDS * 1000 - 7, 8)], NOW - 7000, NOW - 7000],
    [
      'a start and an observation',
      [
        [323, 8],
        [152, 8],
      ],
      [be(SECONDS * 1000 - 7, 8), be(SECONDS * 1000 - 9, 8)],
      NOW - 9000,
      NOW - 7000,
    ],
    ['nothing', [], [], NOW, NOW],
    [
      'uptime of an unknown start',
      [
        [22, 4],
        [21, 4],
      ],
      [be(7000, 4), be(9500, 4)],
      NOW - 2_500_000,
      NOW,
    ],
  ])('come from %s', (_, fields, values, start, end) => {
    const decoding = startDecoding();
    expect(decoding.take(flow(fields, ...values))).toMatchObject([{ start, end }]);
    expect(decoding.only().wildTimes).toBe(0);
  });

  it.each([
    ['before 1990', be(1000, 4)],
    ['more than a day ahead', be(SECONDS + 2 * 86_400, 4)],
    ['that would wrap', be(0xffff_ffff, 4)],
  ])('%s become the time of export, and are counted', (_, seconds) => {
    const decoding = startDecoding();
    expect(
      decoding.take(
        flow(
          [
            [150, 4],
            [151, 4],
          ],
          seconds,
          be(SECONDS, 4),
        ),
      ),
    ).toMatchObject([{ start: NOW, end: NOW }]);
    expect(decoding.only().wildTimes).toBe(1);
  });

  it('of more milliseconds than 64 bits of microseconds hold do not wrap into the plausible', () => {
    const wraps = (2n ** 64n + BigInt(NOW)) / 1000n;
    expect(startDecoding().take(flow([[152, 8]], be(wraps, 8)))).toMatchObject([{ start: NOW }]);
  });

  it('since the exporter started survive the wrap of its clock', () => {
    const fields: readonly FieldSpec[] = [...PAIR, [22, 4], [21, 4]];
    const sets = [set(0, template(256, fields)), set(256, pair, be(2 ** 32 - 1000, 4), be(500, 4))];
    expect(startDecoding().take(netflow9({ uptime: 1000 }, ...sets))).toMatchObject([
      { start: NOW - 2_000_000, end: NOW - 500_000 },
    ]);
  });

  it('since the exporter started count from systemInitTimeMilliseconds in IPFIX', () => {
    const boot = SECONDS * 1000 - 50_000;
    const options = [
      set(
        3,
        ipfixOptionsTemplate(300, 1, [
          [143, 4],
          [160, 8],
        ]),
      ),
      set(300, be(1, 4), be(boot, 8)),
    ];
    expect(
      startDecoding().take(
        ipfix({}, ...options),
        flow(
          [
            [22, 4],
            [21, 4],
          ],
          be(20_000, 4),
          be(30_000, 4),
        ),
      ),
    ).toMatchObject([{ start: NOW - 30e6, end: NOW - 20e6 }]);
  });

  it('of an exporter whose own clock is off come from reception', () => {
    const decoding = startDecoding();
    expect(decoding.take(ipfix({ seconds: 5 }, set(2, template(256, PAIR)), set(256, pair)))).toMatchObject([
      { end: RECEIVED_MICROS },
    ]);
    expect(decoding.only().wildTimes).toBe(1);
  });
});

function ntp(seconds: number, fraction: number): bigint {
  return (BigInt(seconds + 2_208_988_800) << 32n) | BigInt(Math.floor(fraction * 2 ** 32));
}
