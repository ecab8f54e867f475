import fc from 'fast-check';
import { JsonSplitter, type BrokenRecord } from './json-splitter';

const KEYS = new Set(['records', 'events']);
const LIMITS = { lineBytes: 1000, jsonDepth: 8 };

function split(text: string, chunkBytes = text.length + 1): { lines: string[]; broken: BrokenRecord[] } {
  const broken: BrokenRecord[] = [];
  const splitter = new JsonSplitter(KEYS, LIMITS, (reject) => broken.push(reject));
  const bytes = Buffer.from(text);
  let out = '';
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    out += Buffer.from(splitter.push(bytes.subarray(at, at + chunkBytes))).toString('latin1');
  }
  out += Buffer.from(splitter.end()).toString('latin1');
  const lines = Buffer.from(out, 'latin1').toString('utf8').split('\n');
  expect(lines.pop()).toBe('');
  return { lines, broken };
}

describe('JSON splitter', () => {
  it.each([
    ['an array', ' [ {"a": 1},\n {"b": [1, {"c": "x y"}]} ] ', ['{"a":1}', '{"b":[1,{"c":"x y"}]}']],
    ['lines', '{"a":1}\r\n\n{"a":2}', ['{"a":1}', '{"a":2}']],
    ['objects without anything between', '{"a":1}{"a":2}', ['{"a":1}', '{"a":2}']],
    ['a pretty-printed object', '{\n  "a": {\n    "b": "\\"}{"\n  }\n}\n', ['{"a":{"b":"\\"}{"}}']],
    [
      'a document of records',
      '{"x": {"records": [0]}, "records": [ {"a":1}, {"a":2} ], "y": 2}',
      ['{"a":1}', '{"a":2}'],
    ],
    [
      'documents of records',
      '{"records":[{"a":1}]}\n{"records":[]}{"events":[{"a":2}],"more":[{"b":3}]}',
      ['{"a":1}', '{"a":2}'],
    ],
    ['an array of documents', '[{"records":[{"a":1}],"n":1},{"n":2,"records":[{"a":2}]}]', ['{"a":1}', '{"a":2}']],
    ['a document with two arrays of records', '{"events":[{"a":1}],"records":[{"a":2}]}', ['{"a":1}', '{"a":2}']],
    ['keys of records with no array', '{"records":{"a":[1]},"events":3}', ['{"records":{"a":[1]},"events":3}']],
    ['values that are no objects', '["a, b", 2]', ['"a, b"', '2']],
    ['records within records', '{"records":[{"records":[1]}]}', ['{"records":[1]}']],
    ['text between', '{"a":1}\nnot json\n{"a":2}', ['{"a":1}', 'notjson', '{"a":2}']],
    ['nothing', ' \n', []],
  ])('takes apart %s', (_, text, lines) => {
    for (const chunkBytes of [1, 3, 1000]) expect(split(text, chunkBytes)).toEqual({ lines, broken: [] });
  });

  it.each([
    ['a string that does not end', '{"a":"b\n{"a":2}\n', ['{"a":2}'], [1, 'broken-json']],
    ['an object that does not end', '{"a":1\n{"a":2}\n', ['{"a":2}'], [1, 'broken-json']],
    ['a record that does not end', '{"records":[{"a":"1\n},\n{"a":2}]}', ['{"a":2}'], [1, 'broken-json']],
    ['content that ends early', '[{"a":1},{"a":', ['{"a":1}'], [2, 'broken-json']],
    ['records that end early', '{"records":[{"a":1},', ['{"a":1}'], [2, 'broken-json']],
    ['a long record', `[{"a":"${'x'.repeat(1000)}"},{"a":2}]`, ['{"a":2}'], [1, 'too-long']],
    ['a deep record', `[${'['.repeat(20)}${']'.repeat(20)},{"a":2}]`, ['{"a":2}'], [1, 'too-deep']],
  ])('goes on after %s', (_, text, lines, [record, code]) => {
    for (const chunkBytes of [1, 1000]) {
      expect(split(text, chunkBytes)).toEqual({ lines, broken: [expect.objectContaining({ record, code })] });
    }
  });

  it('does not mind what a document has beside its records', () => {
    const beside = `"x":"${'x'.repeat(5000)}"`;
    expect(split(`{"records":[{"a":1}],${beside},"events":[{"a":2}]}`)).toEqual({
      lines: ['{"a":1}', '{"a":2}'],
      broken: [],
    });
  });

  it('gives back what JSON.stringify wrote, however it is laid out and cut', () => {
    const record = fc.dictionary(
      fc.string().filter((key) => !KEYS.has(key)),
      fc.jsonValue({ maxDepth: 3 }),
    );
    fc.assert(
      fc.property(
        fc.array(record),
        fc.constantFrom(0, 2),
        fc.constantFrom('array', 'records', 'objects'),
        fc.integer({ min: 1, max: 50 }),
        (records, indent, layout, cut) => {
          const whole = layout === 'array' ? [records] : layout === 'records' ? [{ n: 1, records }] : records;
          const text = whole.map((value) => JSON.stringify(value, undefined, indent)).join('\n');
          const fitting = records.filter((each) => JSON.stringify(each).length < 300);
          fc.pre(fitting.length === records.length);
          expect(split(text, cut)).toEqual({ lines: records.map((each) => JSON.stringify(each)), broken: [] });
        },
      ),
    );
  });

  it('takes any bytes without throwing, and holds no more than a record', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '\n', 'a', '"records":[')),
        (parts) => {
          const splitter = new JsonSplitter(KEYS, LIMITS, () => undefined);
          for (const part of parts) splitter.push(Buffer.from(part));
          splitter.end();
        },
      ),
    );
  });
});
