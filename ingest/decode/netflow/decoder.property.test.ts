import * as fc from 'fast-check';
import { FLOW_COLUMNS } from '../../model/flow';
import { ELEMENTS } from '../ipfix/elements';
import {
  be,
  ipfix,
  ipfixOptionsTemplate,
  join,
  netflow5,
  netflow5Record,
  netflow9,
  netflow9OptionsTemplate,
  set,
  template,
  varText,
  type FieldSpec,
} from '../testing/datagrams';
import { decodingBy, startDecoding } from '../testing/decoding';
import { createNetflowDecoder } from './decoder';
import { parseState } from './state';

const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });

/** Fields we know and fields nobody knows, in lengths that fit and lengths that do not. */
const field: fc.Arbitrary<FieldSpec> = fc.tuple(
  fc.oneof(fc.constantFrom(...ELEMENTS.map(({ id }) => id & 0x7fff)), fc.nat(0x7fff)),
  fc.oneof(fc.constantFrom(1, 2, 4, 8, 16, 0xffff), fc.nat(20)),
  fc.constantFrom(undefined, 29305, 6876, 6871, 9),
);
const fields = fc.array(field, { maxLength: 25 });

/** Datagrams with sets that mostly make sense. */
const datagram: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc
    .record({
      domain: fc.nat(1),
      version: fc.constantFrom(9, 10),
      templates: fc.array(fc.tuple(fc.integer({ min: 256, max: 259 }), fields), { maxLength: 3 }),
      options: fc.option(fc.tuple(fc.integer({ min: 256, max: 259 }), fields)),
      data: fc.array(fc.tuple(fc.integer({ min: 254, max: 260 }), bytes(300)), { maxLength: 4 }),
    })
    .map(({ domain, version, templates, options, data }) => {
      const plain = (specs: readonly FieldSpec[]): FieldSpec[] =>
        version === 9 ? specs.map(([id, length]) => [id, length]) : [...specs];
      const sets = templates.map(([id, specs]) => set(version === 9 ? 0 : 2, template(id, plain(specs))));
      if (options) {
        const [id, specs] = options;
        const encode = version === 9 ? netflow9OptionsTemplate : ipfixOptionsTemplate;
        sets.push(set(version === 9 ? 1 : 3, encode(id, Math.min(1, specs.length), plain(specs))));
      }
      for (const [id, content] of data) sets.push(set(id, content));
      return version === 9 ? netflow9({ domain }, ...sets) : ipfix({ domain }, ...sets);
    }),
  fc.nat(3).map((count) => netflow5({}, ...Array.from({ length: count }, netflow5Record))),
  bytes(200),
  fc.tuple(fc.constantFrom(5, 9, 10), bytes(200)).map(([version, rest]) => join(be(version, 2), rest)),
);

/** The same, hurt: bytes changed, the end cut off. */
const hurt: fc.Arbitrary<Uint8Array> = fc
  .tuple(datagram, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), fc.option(fc.nat()))
  .map(([whole, changes, cut]) => {
    const changed = whole.slice(0, cut === null ? whole.length : cut % (whole.length + 1));
    for (const [at, value] of changes) if (changed.length > 0) changed[at % changed.length] = value;
    return changed;
  });

describe('any datagrams', () => {
  it('never stop the decoder, and every row they make is whole', () => {
    fc.assert(
      fc.property(fc.array(hurt, { maxLength: 8 }), (datagrams) => {
        const decoding = startDecoding({ limits: { waitingSets: 4, templatesPerDomain: 3 } });
        // Reading the rows back throws unless their bytes add up.
        const rows = decoding.take(...datagrams);
        decoding.settle();
        const health = decoding.health();
        expect(health.reduce((sum, { records }) => sum + records, 0)).toBe(rows.length);
        expect(health.reduce((sum, { datagrams: taken }) => sum + taken, 0)).toBe(datagrams.length);
        for (const { waitingSets, lost, templates } of health) {
          expect([waitingSets, lost >= 0, templates <= 3]).toEqual([0, true, true]);
        }
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it('decode the same every time', () => {
    fc.assert(
      fc.property(fc.array(hurt, { maxLength: 5 }), (datagrams) => {
        expect(startDecoding().take(...datagrams)).toEqual(startDecoding().take(...datagrams));
      }),
      { numRuns: 60, seed: 2 },
    );
  });
});

/** What reaches a collector: datagrams of a few exporters, over UDP and connections that end, over hours. */
const event = fc.record({
  datagram: hurt,
  exporter: fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1'),
  session: fc.constantFrom(undefined, undefined, 1, 2),
  later: fc.nat(20_000),
  ends: fc.boolean(),
});

describe('any exporters', () => {
  const limits = {
    exporters: 2,
    domainsPerExporter: 2,
    domains: 3,
    sessionsPerDomain: 2,
    templatesPerDomain: 3,
    templateFields: 40,
    waitingSets: 3,
    waitingBytes: 1000,
    waitingBytesOverall: 1500,
    names: 4,
    compilations: 4,
    compilationsPerExporter: 3,
  };
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

  it('take no more memory than they may, and make no more rows than they sent bytes', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 25 }), (events) => {
        const { decoder, takeBy, health } = startDecoding({ limits });
        let [rows, bytes] = [0, 0];
        for (const { datagram: sent, exporter, session, later, ends } of events) {
          bytes += sent.length;
          rows += takeBy(session === undefined ? { exporter, later } : { exporter, session, later }, sent).length;
          expect(rows).toBeLessThanOrEqual(bytes);
          expect(health().length).toBeLessThanOrEqual(limits.domains);
          expect(sum(health().map(({ templates }) => templates))).toBeLessThanOrEqual(limits.templateFields);
          // A set that waits weighs at least 200 bytes.
          expect(sum(health().map(({ waitingSets }) => waitingSets))).toBeLessThanOrEqual(7);
          if (ends && session !== undefined) decoder.end(session);
        }
        expect(decoder.takeNames().length).toBeLessThanOrEqual(limits.names);
      }),
      { numRuns: 150, seed: 6 },
    );
  });

  it('can be gone on with by another decoder', () => {
    fc.assert(
      fc.property(fc.array(hurt, { maxLength: 6 }), fc.array(hurt, { maxLength: 4 }), (before, after) => {
        const first = createNetflowDecoder();
        decodingBy(first).take(...before);
        // What still waits is not kept.
        first.settle();
        const second = createNetflowDecoder({ state: parseState(JSON.parse(JSON.stringify(first.state()))) });
        expect(second.state()).toEqual(first.state());
        expect(decodingBy(second).take(...after)).toEqual(decodingBy(first).take(...after));
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  it('restore no state but one that was saved', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => parseState(value)).toThrow(expect.objectContaining({ code: 'bad-decoder-state' }));
      }),
      { numRuns: 200, seed: 8 },
    );
  });
});

describe('any template', () => {
  it('gives as many rows as there are records, in the columns of its layout', () => {
    const known = fc.constantFrom(...ELEMENTS.filter(({ id, enterprise }) => enterprise > 0 || id < 0x8000));
    const spec = fc.tuple(known, fc.constantFrom(1, 2, 4, 8, 16, 0xffff));
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (specs, count) => {
        const all: FieldSpec[] = [
          [8, 4],
          ...specs.map(([{ id, enterprise }, length]): FieldSpec =>
            enterprise === 0 ? [id, length] : [id, length, enterprise],
          ),
        ];
        const record = join(...all.map(([, length]) => (length === 0xffff ? varText('abc') : be(7, length))));
        const rows = startDecoding().take(
          ipfix({}, set(2, template(256, all)), set(256, ...Array.from({ length: count }, () => record))),
        );
        expect(rows).toHaveLength(count);
        const order = FLOW_COLUMNS.map(({ name }) => name as string);
        const columns = Object.keys(rows[0] ?? {});
        expect(columns).toEqual(columns.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});
