import fc from 'fast-check';
import { parseParquetFooter } from './parquet';

/** Thrift's compact protocol, as far as a footer needs it. */
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
const field = (delta: number, type: number, ...content: number[]): number[] => [(delta << 4) | type, ...content];
const binary = (text: string): number[] => [...varint(text.length), ...Buffer.from(text)];
const list = (type: number, items: number[][]): number[] =>
  items.length < 15
    ? [(items.length << 4) | type, ...items.flat()]
    : [0xf0 | type, ...varint(items.length), ...items.flat()];
const element = (name: string, children?: number): number[] => [
  // A type, with an empty logical type behind where it is no group.
  ...(children === undefined ? field(1, 5, 12) : []),
  ...field(children === undefined ? 3 : 4, 8, ...binary(name)),
  ...(children === undefined ? field(6, 12, ...field(1, 12, 0), 0) : field(1, 5, ...varint(children * 2))),
  0,
];
const rowGroup = [...field(1, 9, ...list(12, [])), ...field(1, 6, 20), ...field(1, 6, 6), 0];
const footer = (elements: number[][], groups = 1): Uint8Array =>
  Uint8Array.from([
    ...field(1, 5, 2),
    ...field(1, 9, ...list(12, elements)),
    ...field(1, 6, 6),
    ...field(
      1,
      9,
      ...list(
        12,
        Array.from({ length: groups }, () => rowGroup),
      ),
    ),
    ...field(1, 9, ...list(12, [[...field(1, 8, ...binary('key')), 0]])),
    0,
  ]);

function thrownBy(work: () => unknown): string {
  try {
    work();
    return 'nothing';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

describe('Parquet footer', () => {
  it('names the columns at the top', () => {
    const elements = [
      element('schema', 3),
      element('srcaddr'),
      element('nested', 1),
      element('inner'),
      element('dstaddr'),
    ];
    expect(parseParquetFooter(footer(elements, 20))).toEqual({
      columns: ['srcaddr', 'dstaddr'],
      rows: 3,
      rowGroups: 20,
    });
  });

  it('refuses more columns than any log has, and none', () => {
    const many = Array.from({ length: 1001 }, () => element('x'));
    expect(() => parseParquetFooter(footer(many))).toThrow(/1001 columns/);
    expect(() => parseParquetFooter(footer([]))).toThrow(/no columns/);
  });

  it('refuses structures in structures without end', () => {
    expect(() => parseParquetFooter(Uint8Array.from(Array.from({ length: 1000 }, () => 0x9c)))).toThrow(/deeper/);
  });

  it('throws RangeErrors on whatever bytes, and soon', () => {
    const good = footer([element('schema', 1), element('srcaddr')]);
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => good.with(at, byte)),
    );
    fc.assert(
      fc.property(bytes, (any) => {
        expect(thrownBy(() => parseParquetFooter(any))).toMatch(/^(RangeError|nothing)$/);
      }),
    );
  });
});
