import { addressToBytes, parseAddress } from '../../kernel/ip';
import { RowBatches } from '../../model/rows';
import { ethernet, ipv4, tcp } from '../frame/testing/frames';
import { flowSample, rawHeader, sflow } from '../sflow/testing/datagrams';
import { be, ipfix, join, netflow5, netflow5Record, netflow9, set, SECONDS, template, v4 } from '../testing/datagrams';
import { readRows } from '../testing/row-reader';
import { createDatagramDecoder, isExport, type DatagramDecoderOptions } from '.';

const sender = { address: addressToBytes(parseAddress('192.0.2.1')) };
const fields = [
  [8, 4],
  [12, 4],
] as const;
const pair = join(v4('10.0.0.1'), v4('10.0.0.2'));
const SFLOW = sflow(
  { agent: '192.0.2.1', subAgent: 2 },
  flowSample({}, rawHeader(ethernet(0x0800, ipv4({}, tcp(1, 2))))),
);
const DATAGRAMS = [
  SFLOW,
  netflow5({}, netflow5Record()),
  netflow9({}, set(0, template(256, fields)), set(256, pair)),
  ipfix({}, set(2, template(256, fields)), set(256, pair)),
];

function decode(options: DatagramDecoderOptions, ...datagrams: readonly Uint8Array[]) {
  const decoder = createDatagramDecoder(options);
  const batches = new RowBatches();
  for (const datagram of datagrams) decoder.decode(datagram, sender, SECONDS * 1e6, batches);
  decoder.settle();
  return { decoder, rows: readRows(batches), health: decoder.health() };
}

describe('a datagram of any exporter', () => {
  it('is decoded as what it says it is, with one list of health', () => {
    const { rows, health } = decode({}, ...DATAGRAMS);
    expect(new Set(rows.map(({ format }) => format))).toEqual(new Set(['ipfix', 'netflow5', 'netflow9', 'sflow']));
    expect(health.map(({ format, exporter, records }) => [format, exporter, records])).toEqual([
      ['ipfix', '192.0.2.1', 1],
      ['netflow5', '192.0.2.1', 1],
      ['netflow9', '192.0.2.1', 1],
      ['sflow', '192.0.2.1', 1],
    ]);
  });

  it('that is none is counted as such', () => {
    const codes: string[] = [];
    const { health } = decode({ onReject: ({ code }) => codes.push(code) }, be(0, 40), be(5, 4));
    expect(codes).toEqual(['not-an-export', 'truncated']);
    expect(health.map(({ format }) => format)).toEqual(['sflow', 'unknown']);
  });

  it('finds the templates of an earlier decoder', () => {
    const { decoder } = decode({}, ...DATAGRAMS);
    const { rows } = decode({ state: decoder.state() }, ipfix({ sequence: 1 }, set(256, pair)));
    expect(rows).toHaveLength(1);
  });

  it('is recognised by its headers', () => {
    expect(DATAGRAMS.map(isExport)).toEqual([true, true, true, true]);
  });

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['a word of 5', be(5, 4)],
    ['zeros', new Uint8Array(200)],
    ['sFlow of an agent without an address', join(be(5, 4), be(0, 4), SFLOW.subarray(12))],
    ['sFlow without samples', sflow({})],
    ['more samples than there is room for', sflow({ count: 1000 }, flowSample({}))],
    ['a sample longer than the datagram', SFLOW.subarray(0, 60)],
    ['small numbers', join(...[5, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((value) => be(value, 4)))],
  ])('is not seen in %s', (_, bytes) => expect(isExport(bytes)).toBe(false));
});
