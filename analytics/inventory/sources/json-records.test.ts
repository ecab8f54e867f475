import { documentOf } from './testing/read-all';
import { holdsRecord, recordsIn, type KindOf } from './json-records';

const kindOf: KindOf<'host'> = (keys) => (keys.has('hostid') ? 'host' : undefined);
const places = (...contents: unknown[]): string[] =>
  recordsIn(
    contents.map((content, index) => documentOf(content, `${index}.json`)),
    kindOf,
  ).records.map(({ where }) => where);

describe('records in JSON', () => {
  it.each([
    ['a record alone', [{ HostId: 1 }], ['']],
    ['a list', [[{ HostId: 1 }, { host_id: 2 }]], ['[0]', '[1]']],
    ['a list in a wrapper', [{ data: { items: [{ hostId: 1 }] } }], ['data.items[0]']],
    ['records of several documents', [[{ HostId: 1 }], { a: { HostId: 2 } }], ['0.json, [0]', '1.json, a']],
    ['lines', ['{"HostId":1}\n\n{"HostId":2}\n'], ['line 1', 'line 3']],
    [
      'values over several lines',
      ['{\n"items": [\n{"HostId":"}"}]}\r\n[{"HostId":"\\\\\\"]"}]'],
      ['line 1, items[0]', 'line 4, [0]'],
    ],
    ['nothing too deep', [{ a: [[[[[[[[{ HostId: 1 }]]]]]]]] }], []],
    ['nothing inside a record', [{ HostId: 1, inner: { HostId: 2 } }], ['']],
    ['no text', ['host,address\nweb,10.0.0.1\n'], []],
  ])('finds %s', (_, contents, expected) => {
    expect(places(...contents)).toEqual(expected);
  });

  it('goes on after what is no JSON', () => {
    const text = '{"HostId":1}\n{"HostId":\nHostId\n{"HostId":2}\n[1,';
    const { records, rejects } = recordsIn([documentOf(text)], kindOf);
    expect(records.map(({ where }) => where)).toEqual(['line 1', 'line 4']);
    expect(rejects.map(({ where }) => where)).toEqual(['line 2', 'line 3', 'line 5']);
    expect(rejects[0]?.message).toMatch(/^not JSON: /);
  });

  it('takes time in proportion to the text, however broken', () => {
    const text = '{"HostId":\n'.repeat(100_000);
    expect(recordsIn([documentOf(text)], kindOf).rejects).toHaveLength(100_000);
  });

  it.each([
    ['all pages', [{ items: [], NextToken: 'x' }, { items: [] }], true],
    ['the first page only', [{ items: [], nextToken: 'x' }], false],
    ['one listing to its end and another not', [{ items: [] }, { others: [], next_token: 'x' }], false],
    ['an empty token', [{ items: [], NextToken: '' }], true],
  ])('tells whether there is more to come: %s', (_, contents, expected) => {
    expect(
      recordsIn(
        contents.map((content) => documentOf(content)),
        kindOf,
      ).complete,
    ).toBe(expected);
  });

  it.each([
    ['a record', [{ HostId: 1 }], true],
    ['a record in lines', '{"other":1}\n{"HostId":1}', true],
    ['no record', [{ other: 1 }], false],
    ['no JSON', 'host,address', false],
  ])('recognises %s', (_, content, expected) => {
    expect(holdsRecord(documentOf(content), kindOf)).toBe(expected);
  });
});
