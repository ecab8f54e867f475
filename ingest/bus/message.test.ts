import fc from 'fast-check';
import { codeOf } from '../kernel/errors';
import { FLOW_COLUMNS, FLOW_SCHEMA, flowLayout } from '../model/flow';
import { readHeader, writeHeader } from './header';
import { readRows, rowsHeaders, type IncomingMessage, type RowsMessage } from './message';
import { uuidBytes } from './uuid';

const ID = '00112233-4455-8677-8899-aabbccddeeff';
const LAYOUT = flowLayout(['protocol', 'fqdn']);

/** One row a name: the segment, protocol 6 and the name. */
function message(names: readonly string[], headers: Record<string, string | undefined> = {}): IncomingMessage {
  const rows = names.map((name) =>
    Buffer.concat([uuidBytes(ID), Buffer.of(6, Buffer.byteLength(name)), Buffer.from(name)]),
  );
  return withValue(Buffer.concat([writeHeader(LAYOUT), ...rows]), names.length, headers);
}

function withValue(value: Buffer, rows = 1, headers: Record<string, string | undefined> = {}): IncomingMessage {
  return { key: null, value, headers: { ...rowsHeaders(ID, rows, value, false), ...headers } };
}

/** A header of the format with these columns. */
function columns(...pairs: readonly (readonly [string, string])[]): Buffer {
  const texts = [...pairs.map(([name]) => name), ...pairs.map(([, type]) => type)];
  return Buffer.concat([Buffer.of(pairs.length), ...texts.map((text) => Buffer.from(`${lengthOf(text)}${text}`))]);
}

function lengthOf(text: string): string {
  return String.fromCharCode(text.length);
}

function outcome(read: () => RowsMessage): string {
  try {
    return `${read().rows} row`;
  } catch (error) {
    return codeOf(error);
  }
}

describe('uuidBytes', () => {
  it('writes two little-endian halves, the upper first', () => {
    expect(uuidBytes(ID).toString('hex')).toBe('7786554433221100ffeeddccbbaa9988');
  });
});

describe('header', () => {
  it('is read as it was written, for every column there is', () => {
    const layout = FLOW_COLUMNS.map(({ name }) => name);
    const bytes = writeHeader(layout);
    expect(readHeader(Buffer.concat([bytes, Buffer.of(1, 2, 3)]))).toEqual({ layout, length: bytes.length });
  });

  it.each([
    ['of no column', Buffer.of(0), /0 columns/],
    ['of the segment only', columns(['segment', 'UUID']), /1 columns/],
    ['of more columns than there are', Buffer.of(255), /255 columns/],
    ['that begins with something else', columns(['protocol', 'UInt8'], ['segment', 'UUID']), /first column/],
    ['with an unknown column', columns(['segment', 'UUID'], ['colour', 'String']), /colour/],
    ['with another type', columns(['segment', 'UUID'], ['protocol', 'UInt16']), /UInt16, and flows have UInt8/],
    ['with a column twice', columns(['segment', 'UUID'], ['vlan', 'UInt16'], ['vlan', 'UInt16']), /twice/],
    ['that breaks off', writeHeader(LAYOUT).subarray(0, -1), /breaks off/],
    ['with a name longer than any', Buffer.of(2, 200), /breaks off/],
  ])('%s is refused', (_, bytes, reason) => {
    expect(() => readHeader(bytes)).toThrow(reason);
  });
});

describe('readRows', () => {
  it('gives the rows and what they are', () => {
    const read = readRows(message(['a.example', '']));
    expect(read).toMatchObject({ segment: ID, layout: LAYOUT, rows: 2, again: false });
    expect(read.body.length).toBe(2 * 18 + 9);
    expect(readRows(message(['a'], { again: '1' })).again).toBe(true);
  });

  const whole = message(['a']).value ?? Buffer.alloc(0);
  it.each([
    ['no value', { ...message(['a']), value: null }, /empty/],
    ['no headers', { ...message(['a']), headers: undefined }, /no header schema/],
    ['a schema that is no number', message(['a'], { schema: 'x' }), /schema is not a number/],
    ['another checksum', message(['a'], { crc32c: '00000000' }), /checksum/],
    ['a segment that is no UUID', message(['a'], { segment: 'x' }), /not a UUID/],
    ['more rows than it has', message(['a'], { rows: '2' }), /holds 1 whole rows/],
    ['half a row', withValue(whole.subarray(0, -1)), /whole rows/],
    ['rows of another segment', message(['a'], { segment: ID.replace('ff', 'fe') }), /whole rows/],
    ['a header that is none', withValue(Buffer.from('hello')), /columns/],
  ])('refuses a message with %s', (_, bad: IncomingMessage, reason) => {
    expect(() => readRows(bad)).toThrow(expect.objectContaining({ code: 'bad-message' }));
    expect(() => readRows(bad)).toThrow(reason);
  });

  it('leaves what is newer to a newer release, whatever else is in it', () => {
    const newer = message(['a'], { schema: String(FLOW_SCHEMA + 1), crc32c: undefined, segment: undefined });
    expect(() => readRows(newer)).toThrow(expect.objectContaining({ code: 'message-newer' }));
  });

  it('refuses or takes any bytes, and never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (noise, at) => {
        const value = Buffer.from(whole);
        value.set(noise.subarray(0, Math.max(0, value.length - at)), Math.min(at, value.length));
        expect(['1 row', 'bad-message']).toContain(outcome(() => readRows(withValue(value))));
      }),
    );
  });
});
