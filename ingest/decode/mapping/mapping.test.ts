import type { Store } from '../../store/store';
import { type Loaded, loadLines, withEngine } from '../testing/engine';
import { createMappingFormat, mappingSchema } from '.';

/** The engine takes most of a second to analyse a plan of this size, and each load asks it several times. */
jest.setTimeout(60_000);

let store: Store;
withEngine((opened) => (store = opened));

const load = (definition: unknown, ...lines: readonly string[]): Promise<Loaded> =>
  loadLines(store, createMappingFormat(mappingSchema.parse(definition)), lines.join('\n'));

const FIREWALL = {
  name: 'perimeter',
  csv: { separator: ';' },
  columns: {
    src: 'source',
    dst: 'destination',
    dst_port: 'service',
    protocol: 'proto',
    start: { field: 'opened', unit: 'ms' },
    verdict: { field: 'action', values: { allow: 'allowed', "d'rop": 'denied' } },
    rule_id: 'rule',
    bytes: 'size',
    sampling_rate: { constant: 1 },
    scope: { constant: "it's" },
  },
  skip: { field: 'action', equals: 'heartbeat' },
};
const HEADER = 'source;destination;service;proto;opened;action;rule;size';

describe('mapped format', () => {
  it('reads CSV by its header, with quoted fields', async () => {
    const { rows, skipped, rejects } = await load(
      FIREWALL,
      `\uFEFF${HEADER}`,
      '10.0.0.1;10.0.0.2;443;TCP;1709287200125;allow;"web; ""public""";9\r',
      "2001:db8::1;2001:db8::2;53;17;1709287200125;d'rop;;",
      ';;;;;heartbeat;;',
    );
    expect([skipped, rejects]).toEqual([2, []]);
    expect(rows).toMatchObject([
      {
        format: 'perimeter',
        src: '::ffff:10.0.0.1',
        dst_port: 443,
        protocol: 6,
        start: 1709287200.125,
        end: 1709287200.125,
        verdict: 1,
        rule_id: 'web; "public"',
        bytes: 9,
        sampling_rate: 1,
        scope: "it's",
      },
      { src: '2001:db8::1', protocol: 17, verdict: 2, rule_id: '', bytes: 0 },
    ]);
  });

  it('says what is wrong with a line', async () => {
    const { rows, rejects } = await load(
      FIREWALL,
      HEADER,
      'a;10.0.0.2;1;6;0;allow;;',
      '10.0.0.1;10.0.0.2;-1;6;0;allow;;',
      '10.0.0.1;10.0.0.2;1;6;99999999999999999999;allow;;',
      '10.0.0.1;10.0.0.2;1;6;0;allow;;1e3',
      '10.0.0.1;10.0.0.2',
      '10.0.0.1;10.0.0.2;1;6;0;allow;a"b;1',
    );
    expect(rows).toEqual([]);
    expect(rejects).toEqual([
      'source is not an IP address: "a"',
      'service is not a port: "-1"',
      'opened is not a time in epoch milliseconds: "99999999999999999999"',
      'size is not a count: "1e3"',
      'expected 8 fields, found 2',
      expect.stringContaining('a stray quote'),
    ]);
  });

  it('reads CSV without a header, and JSON by paths of any name', async () => {
    const bare = { name: 'bare', csv: { header: ['from', 'to'] }, columns: { src: 'from', dst: 'to' } };
    expect((await load(bare, '10.0.0.1,10.0.0.2')).rows).toMatchObject([{ src: '::ffff:10.0.0.1' }]);
    const json = {
      name: 'nested',
      json: true,
      columns: {
        src: { path: ['net', "o'dd `name\\"] },
        dst: { path: ['net', 'dst.ip'] },
        start: { field: 'when', unit: '%d/%m/%Y %H:%i:%s' },
        tcp_flags: 'flags',
      },
    };
    const line = (when: unknown, flags: unknown): string =>
      JSON.stringify({ net: { "o'dd `name\\": '10.0.0.1', 'dst.ip': '10.0.0.2' }, when, flags });
    const { rows, rejects } = await load(json, line('01/03/2024 10:00:00', 'SYN,ACK'), line('soon', ''), 'x', '[1]');
    expect(rows).toMatchObject([{ src: '::ffff:10.0.0.1', dst: '::ffff:10.0.0.2', start: 1709287200, tcp_flags: 18 }]);
    expect(rejects).toEqual([
      'when is not a time written as %d/%m/%Y %H:%i:%s: "soon"',
      'the line is no JSON object',
      'the line is no JSON object',
    ]);
  });

  it.each([
    ['s', '1709287200.5', 1709287200.5],
    ['us', '1709287200500000', 1709287200.5],
    ['ns', '1709287200500000999', 1709287200.5],
    ['iso', '2024-03-01T11:00:00.5+01:00', 1709287200.5],
  ])('reads times in %s', async (unit, text, start) => {
    const definition = { name: 'times', csv: {}, columns: { src: 'a', dst: 'b', start: { field: 't', unit } } };
    expect((await load(definition, 'a,b,t', `10.0.0.1,10.0.0.2,${text}`)).rows).toMatchObject([{ start }]);
  });

  it('recognises what has the columns it needs', () => {
    const format = createMappingFormat(mappingSchema.parse(FIREWALL));
    expect(format.recognise(Buffer.from(`${HEADER}\n`))).toBe(true);
    expect(format.recognise(Buffer.from('source;target\n'))).toBe(false);
    expect(() => format.plan(Buffer.from('source;target\n'))).toThrow(/has no "destination"/);
  });

  it.each([
    [/no flow column dts: did you mean dst\?/, { columns: { src: 'a', dts: 'b' } }],
    [/a flow needs a value for dst/, { columns: { src: 'a' } }],
    [/either csv or json/, { json: true }],
    [/needs its unit/, { columns: { src: 'a', dst: 'b', start: 'c' } }],
    [/maybe.* is none of/, { columns: { src: 'a', dst: 'b', verdict: { field: 'c', values: { x: 'maybe' } } } }],
    [/whole number of 32 bits/, { columns: { src: 'a', dst: 'b', sampling_rate: { constant: -1 } } }],
    [/as a value and as an object/, { csv: undefined, json: true, columns: { src: 'a', dst: { path: ['a', 'b'] } } }],
    [/one character/, { csv: { separator: '||' } }],
  ])('refuses a definition: %s', (message, change) => {
    expect(() => mappingSchema.parse({ ...FIREWALL, ...change })).toThrow(message);
  });
});
