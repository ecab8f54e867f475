import {
  be,
  ipfix,
  ipfixOptionsTemplate,
  join,
  netflow9,
  set,
  template,
  v4,
  type FieldSpec,
} from '../testing/datagrams';
import { RowBatches } from '../../model/rows';
import { startDecoding } from '../testing/decoding';
import { readRows } from '../testing/row-reader';
import type { Limits } from './limits';

const PAIR: readonly FieldSpec[] = [
  [8, 4],
  [12, 4],
];
const SWAPPED: readonly FieldSpec[] = [
  [12, 4],
  [8, 4],
];
const pair = join(v4('10.0.0.1'), v4('10.0.0.2'));
const announce = ipfix({}, set(2, template(256, PAIR)));
const data = ipfix({}, set(256, pair));

describe('over UDP', () => {
  const limits = { templateSeconds: 100, waitingSeconds: 30 };

  it('a template holds for its lifetime, and longer when it is announced again', () => {
    const decoding = startDecoding({ limits });
    decoding.take(announce);
    expect(decoding.takeBy({ later: 100 }, data)).toHaveLength(1);
    decoding.takeBy({ later: 100 }, announce);
    expect(decoding.takeBy({ later: 200 }, data)).toHaveLength(1);
    expect(decoding.only()).toMatchObject({ templates: 1, templatesExpired: 0 });
  });

  it('one that has expired is not used, and its data waits for the next', () => {
    const decoding = startDecoding({ limits });
    decoding.take(announce);
    expect(decoding.takeBy({ later: 60 }, data)).toHaveLength(1);
    expect(decoding.takeBy({ later: 101 }, data)).toHaveLength(0);
    expect(decoding.only()).toMatchObject({ templates: 0, templatesExpired: 1, waitingSets: 1 });
    expect(decoding.takeBy({ later: 120 }, ipfix({}, set(2, template(256, SWAPPED))))).toMatchObject([
      { src: '10.0.0.2' },
    ]);
    expect(decoding.only()).toMatchObject({ waitingSets: 0, rejects: [] });
  });

  it('data does not wait for ever', () => {
    const decoding = startDecoding({ limits });
    decoding.take(data);
    decoding.takeBy({ later: 30 }, data);
    expect(decoding.only()).toMatchObject({ waitingSets: 2, unknownTemplateSets: 0 });
    decoding.takeBy({ later: 31 }, ipfix({}));
    expect(decoding.only()).toMatchObject({ waitingSets: 1, unknownTemplateSets: 1 });
    expect(decoding.takeBy({ later: 32 }, announce)).toHaveLength(1);
  });

  it.each([-3600, 3600])('a clock that jumps by %d s neither ends a lifetime nor draws it out', (jump) => {
    let steady = 0;
    const decoding = startDecoding({ limits, steady: () => steady });
    decoding.take(announce);
    decoding.take(ipfix({}, set(257, pair)));
    expect(decoding.takeBy({ later: jump }, data)).toHaveLength(1);
    expect(decoding.only()).toMatchObject({ templatesExpired: 0, waitingSets: 1, unknownTemplateSets: 0 });
    steady = 31_000;
    decoding.takeBy({ later: jump + 31 }, ipfix({}));
    expect(decoding.only()).toMatchObject({ waitingSets: 0, unknownTemplateSets: 1 });
    steady = 100_001;
    expect(decoding.takeBy({ later: jump + 100 }, data)).toHaveLength(0);
    expect(decoding.only()).toMatchObject({ templatesExpired: 1, waitingSets: 1 });
  });

  it('nothing is withdrawn', () => {
    const decoding = startDecoding();
    decoding.take(announce, ipfix({}, set(2, be(256, 2), be(0, 2))));
    expect(decoding.take(data)).toHaveLength(1);
    expect(decoding.only().rejects).toMatchObject([{ code: 'withdrawal-over-udp', last: { where: { byte: 20 } } }]);
  });

  it('a template may become another', () => {
    const decoding = startDecoding();
    decoding.take(announce, ipfix({}, set(2, template(256, SWAPPED))));
    expect(decoding.take(data)).toMatchObject([{ src: '10.0.0.2' }]);
    expect(decoding.only().rejects).toEqual([]);
  });
});

describe('over a connection', () => {
  it('templates are its own and hold as long as it does', () => {
    const decoding = startDecoding({ limits: { templateSeconds: 100 } });
    decoding.takeBy({ session: 1 }, announce);
    expect(decoding.takeBy({ session: 1, later: 1000 }, data)).toHaveLength(1);
    expect(decoding.takeBy({ session: 2 }, data)).toHaveLength(0);
    expect(decoding.take(data)).toHaveLength(0);
  });

  it('they are gone with it, and so is the data that waited; what was counted stays', () => {
    const decoding = startDecoding();
    decoding.takeBy({ session: 1 }, announce, data, ipfix({}, set(300, pair)));
    decoding.decoder.end(1);
    expect(decoding.only()).toMatchObject({
      templates: 0,
      templatesEvicted: 0,
      waitingSets: 0,
      unknownTemplateSets: 1,
      records: 1,
      datagrams: 3,
    });
    expect(decoding.takeBy({ session: 2 }, data)).toHaveLength(0);
  });

  it('every one has a sequence of its own', () => {
    const decoding = startDecoding();
    const numbered = (sequence: number): Uint8Array => ipfix({ sequence }, set(2, template(256, PAIR)), set(256, pair));
    decoding.takeBy({ session: 1 }, numbered(100), numbered(103));
    decoding.takeBy({ session: 2 }, numbered(0), numbered(1), numbered(7));
    expect(decoding.only()).toMatchObject({ lost: 7, restarts: 0 });
  });

  it.each([
    ['one', be(256, 2), 1],
    ['all', be(2, 2), 0],
    ['all options templates', be(3, 2), 2],
  ])('templates are withdrawn: %s', (_, id, left) => {
    const decoding = startDecoding();
    const both = ipfix({}, set(2, template(256, PAIR), template(257, PAIR)));
    decoding.takeBy({ session: 1 }, both, ipfix({}, set(2, id, be(0, 2))));
    expect(decoding.only()).toMatchObject({ templates: left, rejects: [] });
  });

  it('a template that becomes another without being withdrawn is taken, and counted', () => {
    const decoding = startDecoding();
    const swapped = ipfix({}, set(2, template(256, SWAPPED)));
    decoding.takeBy({ session: 1 }, announce, announce, swapped);
    expect(decoding.takeBy({ session: 1 }, data)).toMatchObject([{ src: '10.0.0.2' }]);
    expect(decoding.only().rejects).toMatchObject([{ code: 'template-redefined', count: 1 }]);
  });

  it('too many at once make room for each other', () => {
    const decoding = startDecoding({ limits: { sessionsPerDomain: 3 } });
    for (let session = 0; session < 9; session++) decoding.takeBy({ session }, announce);
    expect(decoding.only()).toMatchObject({ templates: 3 });
    expect(decoding.takeBy({ session: 8 }, data)).toHaveLength(1);
    expect(decoding.takeBy({ session: 2 }, data)).toHaveLength(0);
  });
});

describe('too many templates', () => {
  const limits = { compilations: 3, compilationsPerExporter: 2 };
  const distinct = (id: number): Uint8Array => set(2, template(id, [...PAIR, [1, 1], [2, 1 + (id % 7)]]));
  const record = (id: number): Uint8Array => set(id, pair, be(0, 2 + (id % 7)));
  /** Earns a compilation with every megabyte, and makes no rows. */
  const filler = ipfix({}, set(3, ipfixOptionsTemplate(400, 1, [[999, 1000]])), set(400, new Uint8Array(64_000)));
  const MEBIBYTE = 2 ** 20;

  it('are not compiled at once: their data waits until more has been earned', () => {
    const decoding = startDecoding({ limits });
    expect(decoding.take(...[256, 257, 258].map((id) => ipfix({}, distinct(id), record(id))))).toHaveLength(2);
    expect(decoding.only()).toMatchObject({ records: 2, waitingSets: 1, rejects: [] });
    expect(decoding.take(ipfix({}, record(258)))).toHaveLength(0);
    expect(decoding.take(ipfix({}, record(256)))).toHaveLength(1);
    for (let bytes = 0; bytes + filler.length < MEBIBYTE; bytes += filler.length) decoding.take(filler);
    expect(decoding.only()).toMatchObject({ waitingSets: 2 });
    expect(decoding.take(filler)).toHaveLength(2);
    expect(decoding.take(ipfix({}, record(258)))).toHaveLength(1);
    expect(decoding.only()).toMatchObject({ waitingSets: 0, rejects: [] });
  });

  it('of one exporter leave others theirs, and equal ones cost nothing', () => {
    const decoding = startDecoding({ limits });
    for (const id of [256, 257, 258, 259]) decoding.takeFrom('192.0.2.66', ipfix({}, distinct(id), record(id)));
    expect(decoding.takeFrom('192.0.2.7', ipfix({}, distinct(256), record(256)))).toHaveLength(1);
    expect(decoding.takeFrom('192.0.2.7', ipfix({}, distinct(260), record(260)))).toHaveLength(1);
    expect(decoding.takeFrom('192.0.2.7', ipfix({}, distinct(261), record(261)))).toHaveLength(0);
  });

  it('are given up in the end, and said to be', () => {
    const decoding = startDecoding({ limits });
    decoding.take(...[256, 257, 258].map((id) => ipfix({}, distinct(id), record(id))));
    decoding.settle();
    expect(decoding.only()).toMatchObject({ waitingSets: 0, unknownTemplateSets: 0 });
    expect(decoding.only().rejects).toMatchObject([{ code: 'too-many-templates', count: 1 }]);
  });

  describe('at the end of a connection', () => {
    const finishing = (ids: readonly number[], options: Partial<Limits>) => {
      const decoding = startDecoding({ limits: { ...limits, ...options } });
      const rows = decoding.takeBy({ session: 1 }, ...ids.map((id) => ipfix({}, distinct(id), record(id))));
      const batches = new RowBatches();
      const complete = decoding.decoder.finish(1, batches);
      return { decoding, rows: rows.length, late: readRows(batches).length, complete };
    };

    it('are compiled all the same', () => {
      const { decoding, ...found } = finishing([256, 257, 258, 259, 260], {});
      expect(found).toEqual({ rows: 2, late: 3, complete: true });
      expect(decoding.only()).toMatchObject({ records: 5, waitingSets: 0, rejects: [] });
      decoding.decoder.end(1);
      expect(decoding.only().rejects).toEqual([]);
    });

    it('as far as that goes, which is said', () => {
      // Three for all that end.
      expect(finishing([256, 257, 258, 259, 260, 261], {})).toMatchObject({ rows: 2, late: 3, complete: false });
      // Two waited, and made room for a third.
      expect(finishing([256, 257, 258, 259, 260], { waitingSets: 2 })).toMatchObject({ late: 2, complete: false });
    });

    it('which says nothing of the next one, nor of one that brought data without a template', () => {
      const { decoding } = finishing([256, 257, 258, 259, 260], { waitingSets: 2 });
      decoding.decoder.end(1);
      decoding.takeBy({ session: 2 }, ipfix({}, record(300)), ipfix({}, distinct(256), record(256)));
      expect(decoding.decoder.finish(2, new RowBatches())).toBe(true);
      expect(decoding.decoder.finish(3, new RowBatches())).toBe(true);
    });

    it('in every domain that it brought', () => {
      const decoding = startDecoding({ limits });
      for (const domain of [1, 2])
        for (const id of [256, 257])
          decoding.takeBy({ session: 1 }, ipfix({ domain }, distinct(id + domain), record(id + domain)));
      const batches = new RowBatches();
      expect(decoding.decoder.finish(1, batches)).toBe(true);
      expect(decoding.health().map(({ records, waitingSets }) => [records, waitingSets])).toEqual([
        [2, 0],
        [2, 0],
      ]);
    });
  });

  it('what waits is decoded by the template it came with, whatever its id stands for since', () => {
    const decoding = startDecoding({ limits: { compilations: 1, compilationsPerExporter: 1 } });
    decoding.take(ipfix({}, distinct(257), record(257)), ipfix({}, distinct(256), record(256)));
    decoding.take(ipfix({}, set(2, template(256, SWAPPED))));
    const rows = Array.from({ length: 17 }, () => decoding.take(filler)).flat();
    expect(rows).toMatchObject([{ src: '10.0.0.1' }]);
  });
});

it('says how far behind our clock that of the exporter is', () => {
  const decoding = startDecoding();
  decoding.takeBy({ later: 5 }, announce);
  expect(decoding.only().skewMillis).toBe(5500);
  decoding.takeBy({ later: -60 }, announce);
  expect(decoding.only().skewMillis).toBe(-59_500);
});

it('keeps no more domains, templates and data than it may, whoever sends them', () => {
  const decoding = startDecoding({ limits: { domains: 10, templateFields: 12, waitingBytesOverall: 500 } });
  for (let i = 0; i < 40; i++) {
    decoding.takeFrom(`192.0.2.${i}`, netflow9({ domain: i }, set(0, template(256, PAIR)), set(300, pair)));
  }
  const health = decoding.health();
  expect(health).toHaveLength(10);
  expect(health.reduce((sum, { templates }) => sum + templates, 0)).toBe(6);
  expect(health.reduce((sum, { templatesEvicted }) => sum + templatesEvicted, 0)).toBe(4);
  expect(health.reduce((sum, { waitingSets }) => sum + waitingSets, 0)).toBe(2);
  expect(health.reduce((sum, { unknownTemplateSets }) => sum + unknownTemplateSets, 0)).toBe(8);
});
