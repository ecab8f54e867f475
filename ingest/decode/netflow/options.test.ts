import type { ExporterName } from '../exporter';
import {
  be,
  ipfix,
  ipfixOptionsTemplate,
  join,
  netflow9,
  netflow9OptionsTemplate,
  set,
  template,
  v4,
  varText,
  type FieldSpec,
} from '../testing/datagrams';
import { startDecoding } from '../testing/decoding';

const PAIR: readonly FieldSpec[] = [
  [8, 4],
  [12, 4],
];
const pair = join(v4('10.0.0.1'), v4('10.0.0.2'));
const text = (value: string, bytes: number, fill = 0): Uint8Array =>
  join(Buffer.from(value), new Uint8Array(bytes - value.length).fill(fill));

/** Options data as one datagram: template 300 and its records. */
const v9 = (scopes: number, fields: readonly FieldSpec[], ...records: readonly Uint8Array[]): Uint8Array =>
  netflow9({}, set(1, netflow9OptionsTemplate(300, scopes, fields)), set(300, ...records));
const v10 = (scopes: number, fields: readonly FieldSpec[], ...records: readonly Uint8Array[]): Uint8Array =>
  ipfix({}, set(3, ipfixOptionsTemplate(300, scopes, fields)), set(300, ...records));

describe('names', () => {
  it.each<[string, Uint8Array, readonly Pick<ExporterName, 'kind' | 'id' | 'name'>[]]>([
    [
      'of interfaces, by v9 scope',
      v9(
        1,
        [
          [2, 4],
          [82, 16],
          [83, 16],
        ],
        join(be(7, 4), text('Gi0/1', 16), text('to the core', 16)),
        join(be(8, 4), text('', 16), text('uplink', 16, 0x20)),
      ),
      [
        { kind: 'interface', id: '7', name: 'Gi0/1' },
        { kind: 'interface', id: '8', name: 'uplink' },
      ],
    ],
    [
      'of interfaces, as Cisco has them in the scope of the system',
      v9(
        1,
        [
          [1, 4],
          [10, 4],
          [82, 8],
        ],
        join(v4('192.0.2.1'), be(3, 4), text('Vlan3', 8)),
      ),
      [{ kind: 'interface', id: '3', name: 'Vlan3' }],
    ],
    [
      'of interfaces, in IPFIX and of variable length',
      v10(
        1,
        [
          [14, 4],
          [82, 65535],
        ],
        join(be(70_000, 4), varText('ae0.100')),
      ),
      [{ kind: 'interface', id: '70000', name: 'ae0.100' }],
    ],
    [
      'of VRFs',
      v10(
        1,
        [
          [234, 4],
          [236, 8],
        ],
        join(be(3, 4), text('blue', 8)),
        join(be(0, 4), text('default', 8)),
      ),
      [{ kind: 'vrf', id: 'vrf:3', name: 'blue' }],
    ],
    [
      'of applications',
      v9(
        1,
        [
          [1, 4],
          [95, 4],
          [96, 24],
          [94, 55],
        ],
        join(be(0, 4), be(13, 1), be(431, 3), text('ms-teams', 24), text('Microsoft Teams', 55)),
        join(be(0, 4), be(3, 1), be(80, 3), text('', 24), text('World Wide Web', 55)),
        join(be(0, 4), be(1, 1), be(0, 3), text('nothing', 24), text('', 55)),
      ),
      [
        { kind: 'application', id: '13:431', name: 'ms-teams' },
        { kind: 'application', id: '3:80', name: 'World Wide Web' },
      ],
    ],
    [
      'of applications of a vendor',
      v10(
        1,
        [
          [95, 9],
          [96, 8],
        ],
        join(be(20, 1), be(5951, 4), be(7, 4), text('own', 8)),
      ),
      [{ kind: 'application', id: '20:5951:7', name: 'own' }],
    ],
    [
      'of samplers',
      v9(
        1,
        [
          [1, 4],
          [48, 1],
          [84, 8],
          [49, 1],
          [50, 2],
        ],
        join(be(0, 4), be(2, 1), text('one-in-9', 8), be(2, 1), be(9, 2)),
      ),
      [{ kind: 'sampler', id: '2', name: 'one-in-9' }],
    ],
    [
      'of selectors',
      v10(
        1,
        [
          [302, 8],
          [335, 65535],
        ],
        join(be(2, 8), varText('edge')),
      ),
      [{ kind: 'sampler', id: '2', name: 'edge' }],
    ],
  ])('%s', (_, datagram, expected) => {
    const decoding = startDecoding();
    decoding.take(datagram);
    expect(decoding.decoder.takeNames()).toEqual(
      expected.map((name) => ({ exporter: '192.0.2.1', domain: 0, ...name })),
    );
    expect(decoding.only()).toMatchObject({ rejects: [], records: 0 });
  });

  const names = (...named: readonly (readonly [number, string])[]): Uint8Array =>
    v9(
      1,
      [
        [2, 4],
        [82, 8],
      ],
      ...named.map(([id, name]) => join(be(id, 4), text(name, 8))),
    );
  const taken = (list: readonly ExporterName[]): string[] =>
    list.map(({ exporter, id, name }) => `${exporter} ${id} ${name}`);

  it('have the ids that flows have', () => {
    const decoding = startDecoding();
    const fields: readonly FieldSpec[] = [...PAIR, [95, 4], [234, 4]];
    const ids = join(be(13, 1), be(431, 3), be(3, 4));
    const [row] = decoding.take(ipfix({}, set(2, template(256, fields)), set(256, pair, ids)));
    const named: readonly FieldSpec[] = [
      [95, 4],
      [234, 4],
      [96, 8],
      [236, 8],
    ];
    decoding.take(v10(1, named, join(ids, text('teams', 8), text('blue', 8))));
    expect(decoding.decoder.takeNames().map(({ id }) => id)).toEqual([row?.scope, row?.l7]);
  });

  it('are told once, and again when they change', () => {
    const { take, decoder } = startDecoding();
    take(names([1, 'a'], [2, 'b']));
    expect(taken(decoder.takeNames())).toEqual(['192.0.2.1 1 a', '192.0.2.1 2 b']);
    take(names([1, 'a'], [2, 'b']));
    expect(decoder.takeNames()).toEqual([]);
    take(names([1, 'a'], [2, 'c']), names([2, 'd']));
    expect(taken(decoder.takeNames())).toEqual(['192.0.2.1 2 d']);
  });

  it('are kept for as many as may be, the newest', () => {
    const { takeFrom, decoder } = startDecoding({ limits: { namesPerDomain: 2, names: 3 } });
    takeFrom('192.0.2.1', names([1, 'a'], [2, 'b'], [3, 'c']));
    takeFrom('192.0.2.2', names([1, 'x'], [2, 'y']));
    expect(taken(decoder.takeNames())).toEqual(['192.0.2.1 3 c', '192.0.2.2 1 x', '192.0.2.2 2 y']);
  });

  it('that are too long are cut', () => {
    const { take, decoder } = startDecoding();
    take(
      v10(
        1,
        [
          [10, 4],
          [82, 65535],
        ],
        join(be(1, 4), varText('x'.repeat(1000))),
      ),
    );
    expect(decoder.takeNames()[0]?.name).toHaveLength(255);
  });
});

describe('sampling', () => {
  const flow = (...fields: readonly FieldSpec[]): Uint8Array => set(0, template(256, [...PAIR, ...fields]));
  /** Flows by input and output interface, and the rates of the rows they make. */
  const ratesOf = (
    options: readonly Uint8Array[],
    ...interfaces: readonly (readonly [number, number])[]
  ): unknown[] => {
    const decoding = startDecoding();
    decoding.take(...options, netflow9({}, flow([10, 4], [14, 4])));
    const records = interfaces.map(([from, to]) => join(pair, be(from, 4), be(to, 4)));
    return decoding.take(netflow9({}, set(256, ...records))).map((row) => row.sampling_rate);
  };
  const perInterface = (...rates: readonly (readonly [number, number])[]): Uint8Array =>
    v9(
      1,
      [
        [2, 4],
        [34, 4],
        [35, 1],
      ],
      ...rates.map(([id, rate]) => join(be(id, 4), be(rate, 4), be(2, 1))),
    );

  it('is looked up by interface where it is stated so: the one it came in by, else the one it went out by', () => {
    const options = [perInterface([3, 100], [4, 200])];
    expect(ratesOf(options, [3, 4], [4, 3], [9, 4], [9, 8])).toEqual([100, 200, 200, 0]);
  });

  it('is that of all interfaces where these are alike', () => {
    expect(ratesOf([perInterface([3, 100], [4, 100])], [3, 4], [9, 8])).toEqual([100, 100]);
  });

  it('is stated for more interfaces than can be looked up without harm', () => {
    const many = Array.from({ length: 400 }, (_, index) => [index + 1, index + 1] as const);
    expect(ratesOf([perInterface(...many)], [400, 0], [200, 0], [1, 0])).toEqual([400, 200, 0]);
  });

  it('of an interface goes before that of the system', () => {
    const system = v9(
      1,
      [
        [1, 4],
        [34, 4],
      ],
      join(be(0, 4), be(10, 4)),
    );
    expect(ratesOf([system, perInterface([3, 100])], [3, 9], [8, 9])).toEqual([100, 10]);
  });

  it('of line cards counts only if all are alike, since flows do not name theirs', () => {
    const cards = (...rates: readonly number[]): Uint8Array =>
      v9(
        1,
        [
          [3, 2],
          [34, 4],
        ],
        ...rates.map((rate, card) => join(be(card + 1, 2), be(rate, 4))),
      );
    expect(ratesOf([cards(50, 50)], [1, 2])).toEqual([50]);
    expect(ratesOf([cards(50, 60)], [1, 2])).toEqual([0]);
  });

  it('of a template holds for its flows', () => {
    const decoding = startDecoding();
    decoding.take(
      v9(
        1,
        [
          [5, 2],
          [34, 4],
        ],
        join(be(256, 2), be(70, 4)),
      ),
    );
    const both = [set(0, template(256, PAIR), template(257, PAIR)), set(256, pair), set(257, pair), set(256, pair)];
    expect(decoding.take(netflow9({}, ...both)).map((row) => row.sampling_rate)).toEqual([70, 0, 70]);
  });

  it.each<[string, readonly FieldSpec[], Uint8Array, number]>([
    ['samplerId and interval', [[48, 1], [49, 1], [50, 4]], join(be(1, 1), be(2, 1), be(128, 4)), 128], // prettier-ignore
    ['packet interval and space', [[302, 8], [304, 2], [305, 4], [306, 4]], join(be(1, 8), be(1, 2), be(2, 4), be(8, 4)), 5], // prettier-ignore
    ['n out of N', [[302, 8], [304, 2], [309, 4], [310, 4]], join(be(1, 8), be(3, 2), be(1, 4), be(500, 4)), 500], // prettier-ignore
    ['a probability', [[302, 8], [304, 2], [311, 8]], join(be(1, 8), be(4, 2), be(0x3f50_624d_d2f1_a9fcn, 8)), 1000], // prettier-ignore
    ['an interval', [[149, 4], [34, 4], [35, 1]], join(be(1, 4), be(32, 4), be(1, 1)), 32], // prettier-ignore
  ])('is understood as %s', (_, fields, record, rate) => {
    const decoding = startDecoding();
    decoding.take(v10(1, fields, record));
    expect(decoding.only()).toMatchObject({ samplingRate: rate, samplingSource: 'options' });
  });

  it('that records state themselves is known to come from there', () => {
    const decoding = startDecoding();
    const sampled = [flow([34, 4]), set(256, pair, be(25, 4), pair, be(25, 4))];
    expect(decoding.take(netflow9({}, ...sampled)).map((row) => row.sampling_rate)).toEqual([25, 25]);
    expect(decoding.only()).toMatchObject({ samplingRate: 25, samplingSource: 'records' });
  });

  it('that records state is not taken for that of others', () => {
    const decoding = startDecoding();
    const sampled = [flow([34, 4]), set(256, pair, be(25, 4)), set(0, template(257, PAIR)), set(257, pair)];
    expect(decoding.take(netflow9({}, ...sampled)).map((row) => row.sampling_rate)).toEqual([25, 0]);
  });
});
