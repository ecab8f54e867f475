import {
  be,
  ipfix,
  ipfixOptionsTemplate,
  join,
  netflow5,
  netflow5Record,
  netflow9,
  netflow9OptionsTemplate,
  SECONDS,
  set,
  template,
  UPTIME,
  v4,
  varText,
  type FieldSpec,
} from '../testing/datagrams';
import { RECEIVED_MICROS, startDecoding } from '../testing/decoding';

const NOW = SECONDS * 1e6;
const PAIR: readonly FieldSpec[] = [
  [8, 4],
  [12, 4],
];
const pair = join(v4('10.0.0.1'), v4('10.0.0.2'));
const pairTemplate = set(2, template(256, PAIR));
const codes = (health: { rejects: readonly { code: string; count: number }[] }): Record<string, number> =>
  Object.fromEntries(health.rejects.map(({ code, count }) => [code, count]));

describe('NetFlow v5', () => {
  it('fills every column it has', () => {
    const decoding = startDecoding();
    expect(decoding.take(netflow5({ domain: 0x0102, sampling: (1 << 14) | 100 }, netflow5Record()))).toEqual([
      {
        received: RECEIVED_MICROS,
        exporter: '192.0.2.1',
        domain: 0x0102,
        format: 'netflow5',
        start: NOW - 2_000_000,
        end: NOW - 1_000_000,
        src: '10.0.0.1',
        dst: '10.0.0.2',
        src_port: 40000,
        dst_port: 443,
        protocol: 6,
        packets: 5,
        bytes: 600,
        tcp_flags: 27,
        sampling_rate: 100,
        input_interface: 3,
        output_interface: 4,
        tos: 8,
      },
    ]);
    expect(decoding.only()).toMatchObject({ datagrams: 1, records: 1, samplingRate: 100, samplingSource: 'header' });
  });

  it('takes the records that are there when it was cut', () => {
    const decoding = startDecoding();
    const whole = netflow5({}, netflow5Record(), netflow5Record());
    expect(decoding.take(whole.subarray(0, whole.length - 1))).toHaveLength(1);
    expect(decoding.only().rejects).toMatchObject([{ code: 'truncated', count: 1, last: { where: { byte: 72 } } }]);
  });

  it('refuses a count that cannot be', () => {
    const decoding = startDecoding();
    expect(decoding.take(netflow5({ count: 5000 }, netflow5Record()))).toEqual([]);
    expect(codes(decoding.only())).toEqual({ 'not-an-export': 1 });
  });
});

describe('templates', () => {
  it('belong to an exporter and domain', () => {
    const decoding = startDecoding();
    const data = (domain: number): Uint8Array => ipfix({ domain }, set(256, pair));
    decoding.take(ipfix({ domain: 1 }, pairTemplate));
    expect(decoding.take(data(1))).toHaveLength(1);
    expect(decoding.take(data(2))).toHaveLength(0);
    expect(decoding.takeFrom('192.0.2.9', data(1))).toHaveLength(0);
  });

  it('replace each other', () => {
    const decoding = startDecoding();
    decoding.take(ipfix({}, pairTemplate));
    decoding.take(
      ipfix(
        {},
        set(
          2,
          template(256, [
            [12, 4],
            [8, 4],
          ]),
        ),
      ),
    );
    expect(decoding.take(ipfix({}, set(256, pair)))).toMatchObject([{ src: '10.0.0.2', dst: '10.0.0.1' }]);
  });

  it('come after their data, which waits', () => {
    const decoding = startDecoding();
    const early = ipfix({ seconds: SECONDS - 60 }, set(256, pair, pair));
    expect(decoding.take(early)).toEqual([]);
    expect(decoding.only()).toMatchObject({ waitingSets: 1, unknownTemplateSets: 0 });
    const rows = decoding.take(ipfix({}, pairTemplate, set(256, pair)));
    expect(rows.map(({ end }) => end)).toEqual([NOW - 60e6, NOW - 60e6, NOW]);
    expect(decoding.only()).toMatchObject({ waitingSets: 0, unknownTemplateSets: 0, records: 3 });
  });

  it('that never come lose the data that waited, oldest first, and say so', () => {
    const decoding = startDecoding({ limits: { waitingSets: 2 } });
    for (const domain of [300, 301, 302]) decoding.take(ipfix({}, set(domain, pair)));
    expect(decoding.only()).toMatchObject({ waitingSets: 2, unknownTemplateSets: 1 });
    expect(decoding.take(ipfix({}, set(2, template(300, PAIR), template(302, PAIR))))).toHaveLength(1);
    decoding.settle();
    expect(decoding.only()).toMatchObject({ waitingSets: 0, unknownTemplateSets: 2 });
    expect(decoding.only().rejects).toMatchObject([{ code: 'unknown-template', count: 2 }]);
  });

  it('are bounded, and what waits for them too', () => {
    const decoding = startDecoding({ limits: { templatesPerDomain: 3, waitingBytesOverall: 450 } });
    for (let id = 256; id < 266; id++) decoding.take(ipfix({}, set(2, template(id, PAIR))));
    expect(decoding.only()).toMatchObject({ templates: 3, templatesEvicted: 7 });
    decoding.take(ipfix({}, set(400, pair, pair), set(401, pair)));
    expect(decoding.only()).toMatchObject({ waitingSets: 2, unknownTemplateSets: 0 });
    decoding.take(ipfix({}, set(402, pair)));
    expect(decoding.only()).toMatchObject({ waitingSets: 2, unknownTemplateSets: 1 });
  });

  it('of options and of data without addresses hold no flows', () => {
    const decoding = startDecoding();
    const sets = [
      set(0, template(256, [[1, 4]])),
      set(256, be(1, 4), be(2, 4), be(3, 4)),
      set(
        1,
        netflow9OptionsTemplate(257, 1, [
          [1, 4],
          [34, 4],
        ]),
      ),
      set(257, be(0, 4), be(64, 4)),
    ];
    expect(decoding.take(netflow9({}, ...sets))).toEqual([]);
    expect(decoding.only()).toMatchObject({
      skipped: { 'no-addresses': 3, options: 1 },
      samplingRate: 64,
      samplingSource: 'options',
    });
  });
});

describe('sampling', () => {
  const flows = ipfix({}, pairTemplate, set(256, pair));
  const sampled = set(2, template(257, [...PAIR, [302, 4]]));
  const options = set(
    3,
    ipfixOptionsTemplate(300, 1, [
      [302, 4],
      [305, 4],
      [306, 4],
    ]),
  );
  const sampler = (id: number, space: number): Uint8Array => join(be(id, 4), be(1, 4), be(space, 4));

  it('is unknown until an option says it', () => {
    const decoding = startDecoding();
    expect(decoding.take(flows)).toMatchObject([{ sampling_rate: 0 }]);
    decoding.take(ipfix({}, options, set(300, sampler(7, 99))));
    expect(decoding.take(flows)).toMatchObject([{ sampling_rate: 100 }]);
  });

  it('goes by sampler where there are several', () => {
    const decoding = startDecoding();
    decoding.take(ipfix({}, options, set(300, sampler(7, 99), sampler(8, 999))));
    const data = set(257, join(pair, be(8, 4)), join(pair, be(7, 4)), join(pair, be(9, 4)));
    expect(decoding.take(ipfix({}, sampled, data))).toMatchObject(
      [1000, 100, 0].map((sampling_rate) => ({ sampling_rate })),
    );
    expect(decoding.take(flows)).toMatchObject([{ sampling_rate: 0 }]);
  });

  it('is not confused by a v9 scope, whose types are numbers of their own', () => {
    const decoding = startDecoding();
    const scoped = [
      set(
        1,
        netflow9OptionsTemplate(257, 1, [
          [34, 4],
          [50, 4],
        ]),
      ),
      set(257, be(5, 4), be(200, 4)),
    ];
    decoding.take(netflow9({}, ...scoped));
    expect(decoding.only().samplingRate).toBe(200);
  });
});

describe('damage', () => {
  const good = set(256, pair);

  it.each<[string, Uint8Array, Record<string, number>, number]>([
    ['a set that claims more than is there', join(be(256, 2), be(400, 2), pair, be(1, 4)), { 'set-length': 1 }, 1],
    ['a set shorter than its header', join(be(256, 2), be(3, 2), pair), { 'set-length': 1 }, 0],
    ['a reserved set id', join(set(77, pair), good), { 'set-id': 1 }, 1],
    ['zeros to the end', new Uint8Array(500), {}, 0],
    ['padding after the records', set(256, pair, new Uint8Array(3)), {}, 1],
    ['half a record more', set(256, pair, be(0x0102, 2), new Uint8Array(6).fill(1)), {}, 2],
    ['a template of no fields', join(set(0, template(300, [])), good), { 'zero-length-template': 1 }, 1],
    ['a template of no bytes', join(set(0, template(300, [[8, 0]])), good), { 'zero-length-template': 1 }, 1],
    ['a template cut short', join(set(0, template(300, PAIR).subarray(0, 9)), good), { 'truncated-template': 1 }, 1],
    ['a template id that cannot be', join(set(0, template(9, PAIR)), good), { 'template-id': 1 }, 1],
    [
      'a template of too many fields',
      join(
        set(
          0,
          template(
            300,
            Array.from({ length: 600 }, (): FieldSpec => [8, 4]),
          ),
        ),
        good,
      ),
      { 'template-too-large': 1 },
      1,
    ],
    ['an options template cut short', join(set(1, be(300, 2), be(4, 2)), good), { 'truncated-template': 1 }, 1],
  ])('%s is named, and the rest taken', (_, content, rejects, rows) => {
    const decoding = startDecoding();
    expect(decoding.take(netflow9({}, set(0, template(256, PAIR)), content))).toHaveLength(rows);
    expect(codes(decoding.only())).toEqual(rejects);
  });

  it('a record cut within a variable-length field is named with its place', () => {
    const decoding = startDecoding();
    const named = set(2, template(256, [...PAIR, [460, 65535]]));
    const message = ipfix({}, named, set(256, pair, varText('ok'), pair, be(200, 1), be(0, 30)));
    expect(decoding.take(message)).toMatchObject([{ fqdn: 'ok' }]);
    expect(decoding.only().rejects).toMatchObject([
      { code: 'record-cut', last: { where: { exporter: '192.0.2.1', domain: 0, byte: message.length - 39 } } },
    ]);
  });

  it('a message of another length than its header states is named', () => {
    const decoding = startDecoding();
    const message = ipfix({}, pairTemplate, good);
    expect(decoding.take(message.subarray(0, message.length - 2), join(message, be(1, 1)))).toHaveLength(1);
    expect(codes(decoding.only())).toEqual({ truncated: 1, 'set-length': 1, 'trailing-bytes': 1 });
  });

  it.each([[new Uint8Array(0)], [be(9, 2)], [be(10, 2)], [be(5, 2)], [be(7, 40)], [new Uint8Array(2000)]])(
    'no export is counted as none (%#)',
    (datagram) => {
      const decoding = startDecoding();
      expect(decoding.take(datagram)).toEqual([]);
      expect(decoding.only()).toMatchObject({ format: 'unknown', rejects: [{ code: 'not-an-export', count: 1 }] });
    },
  );

  it('many exporters and domains do not pile up', () => {
    const decoding = startDecoding({ limits: { exporters: 3, domainsPerExporter: 2 } });
    for (let i = 0; i < 20; i++) decoding.takeFrom(`192.0.2.${i % 5}`, ipfix({ domain: i }, pairTemplate));
    expect(decoding.health().length).toBeLessThanOrEqual(6);
  });
});

it('keeps the order of rows and survives more rows than its memory holds at once', () => {
  const decoding = startDecoding();
  const records = Array.from({ length: 8000 }, (_, index) => join(v4('10.0.0.1'), be(index, 4)));
  const rows = decoding.take(ipfix({}, pairTemplate), ipfix({}, set(256, ...records)));
  expect(rows).toHaveLength(8000);
  expect(rows[7999]?.dst).toBe(`0.0.${7999 >> 8}.${7999 & 255}`);
});

it('reads NetFlow v9 and IPFIX of one exporter apart', () => {
  const decoding = startDecoding();
  decoding.take(netflow9({ domain: 4, uptime: UPTIME }, set(0, template(256, PAIR)), set(256, pair)));
  decoding.take(ipfix({ domain: 4 }, set(256, pair)));
  expect(decoding.health().map(({ format, records, waitingSets }) => [format, records, waitingSets])).toEqual([
    ['ipfix', 0, 1],
    ['netflow9', 1, 0],
  ]);
});
