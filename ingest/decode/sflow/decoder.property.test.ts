import * as fc from 'fast-check';
import { ethernet, ipv4, ipv6, tcp, udp } from '../frame/testing/frames';
import { be, join } from '../testing/datagrams';
import {
  counterSample,
  discardedSample,
  expandedFlowSample,
  flowSample,
  rawHeader,
  sflow,
  structure,
} from './testing/datagrams';
import { startSflow } from './testing/decoding';

const words = (...values: number[]): Uint8Array => join(...values.map((value) => be(value, 4)));
const uint32 = fc.oneof(fc.constantFrom(0, 1, 0x3fff_ffff, 0x4000_0102, 0x8000_0002, 0xffff_ffff), fc.nat(0xffff_ffff));
const port = fc.oneof(fc.constantFrom(443, 4789, 6081, 8472), fc.nat(0xffff));

/** Frames around the border of what is usual. */
const frame = fc
  .record({
    v6: fc.boolean(),
    protocol: fc.constantFrom(6, 6, 17, 17, 1, 47, 4, 0, 44, 58),
    ports: fc.tuple(port, port),
    flags: fc.nat(255),
    tos: fc.nat(255),
    fragment: fc.constantFrom(0, 0, 0, 0x4000, 0x2000, 0x2003, 5),
    options: fc.constantFrom(0, 0, 0, 4),
    tags: fc.array(fc.tuple(fc.constantFrom(0x8100, 0x88a8), fc.nat(4095)), { maxLength: 2 }),
    payload: fc.nat(40),
    stated: fc.constantFrom(undefined, undefined, undefined, 0, 20, 30, 60, 1500),
  })
  .map(({ v6, protocol, ports: [source, destination], flags, tos, fragment, options, tags, payload, stated }) => {
    const content = new Uint8Array(payload).fill(0x45);
    const segment = protocol === 17 ? udp(source, destination, content) : tcp(source, destination, flags, content);
    const spec = { protocol, tos, fragment, options: new Uint8Array(options) };
    const ip = (v6 ? ipv6 : ipv4)(stated === undefined ? spec : { ...spec, bytes: stated }, segment);
    return ethernet(v6 ? 0x86dd : 0x0800, ip, ...tags);
  });

const header = fc
  .tuple(frame, fc.option(fc.nat(150)), fc.constantFrom(1, 1, 1, 11))
  .map(([bytes, cut, protocol]) => rawHeader(bytes, cut ?? bytes.length, protocol));
const vlans = fc
  .tuple(uint32, uint32)
  .map(([source, destination]) => structure(1001, words(source, 0, destination, 0)));
const other = fc.constantFrom(
  structure(1002, words(1, 0, 24, 24)),
  structure(1001, words(1)),
  structure(1020, words(9, 10)),
  structure(1037, words(7, 0, 0)),
  structure(1030, words(77)),
  structure(3, words(40, 6, 1, 2, 3, 4, 5, 6)),
);
const records = fc
  .tuple(fc.array(header, { maxLength: 2 }), fc.array(fc.oneof(vlans, vlans, other), { maxLength: 2 }), fc.boolean())
  .map(([headers, others, first]) => (first ? [...headers, ...others] : [...others, ...headers]));
const spec = fc.record({
  sequence: uint32,
  sourceType: fc.constantFrom(0, 0, 0, 2),
  source: fc.oneof(fc.constantFrom(3, 4), fc.nat(0xff_ffff)),
  rate: uint32,
  drops: uint32,
  input: fc.oneof(fc.constantFrom(3, 4), uint32),
  inputFormat: fc.constantFrom(0, 0, 0, 1, 2),
  output: fc.oneof(fc.constantFrom(3, 4), uint32),
  outputFormat: fc.constantFrom(0, 0, 0, 1, 2),
});
const sample = fc.tuple(fc.constantFrom(flowSample, expandedFlowSample), spec, records);

/** Changes bytes, and cuts the end off. */
const hurting = fc.tuple(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), fc.option(fc.nat()));
function hurt(whole: Uint8Array, changes: readonly (readonly [number, number])[], cut: number | null): Uint8Array {
  const changed = whole.slice(0, cut === null ? whole.length : cut % (whole.length + 1));
  for (const [at, value] of changes) if (changed.length > 0) changed[at % changed.length] = value;
  return changed;
}

describe('any sample', () => {
  it('makes the same row whether it is compiled code’s or not', () => {
    // A record that nobody knows makes a sample unusual, and changes nothing else.
    const unknown = structure(0x7ff, be(0, 4));
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 5 }), (samples) => {
        const [usual, unusual] = [startSflow(), startSflow()];
        const rows = usual.take(sflow({}, ...samples.map(([build, head, inside]) => build(head, ...inside))));
        expect(rows).toEqual(
          unusual.take(sflow({}, ...samples.map(([build, head, inside]) => build(head, ...inside, unknown)))),
        );
        expect(usual.only()).toEqual(unusual.only());
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('is a row, skipped or rejected', () => {
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 8 }), (samples) => {
        const decoding = startSflow();
        const built = samples.map(([build, head, inside]) => build(head, ...inside));
        const rows = decoding.take(sflow({}, ...built, counterSample(), discardedSample({})));
        const { records: written, skipped, rejects } = decoding.only();
        expect(written).toBe(rows.length);
        const unsampled = Object.values(skipped).reduce((sum, count) => sum + count, 0);
        expect(written + unsampled).toBe(samples.length + 2);
        expect(rejects).toEqual([]);
      }),
      { numRuns: 100, seed: 2 },
    );
  });
});

describe('any datagram', () => {
  const sound = fc
    .tuple(fc.array(sample, { maxLength: 4 }), fc.constantFrom('192.0.2.9', '2001:db8::9', ''))
    .map(([samples, agent]) =>
      sflow({ agent }, counterSample(), ...samples.map(([build, head, inside]) => build(head, ...inside))),
    );
  const datagram = fc.oneof(
    sound,
    fc.uint8Array({ maxLength: 200 }).map((rest) => join(be(5, 4), rest)),
  );

  it('is taken without a throw, and its rows are whole', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(datagram, hurting), { maxLength: 5 }), (datagrams) => {
        const decoding = startSflow({ limits: { exporters: 3, domainsPerExporter: 2, dataSources: 5 } });
        // Reading the rows back throws unless their bytes add up.
        const rows = decoding.take(...datagrams.map(([whole, [changes, cut]]) => hurt(whole, changes, cut)));
        const health = decoding.health();
        // Agents that made room for others have taken their counts along.
        expect(health.reduce((sum, { records: count }) => sum + count, 0)).toBeLessThanOrEqual(rows.length);
        for (const { lost } of health) expect(lost).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});
