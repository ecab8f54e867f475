import fc from 'fast-check';
import { flowLayout, type FlowColumnName } from './flow';
import { countRows, createRowWalker } from './row-walker';

const varint = (length: number): number[] =>
  length < 0x80 ? [length] : [(length & 0x7f) | 0x80, ...varint(length >>> 7)];

describe('row walker', () => {
  it('steps over values of a fixed width', () => {
    const walk = createRowWalker(['received', 'exporter', 'src_port', 'protocol']);
    expect(walk(new Uint8Array(54), 0)).toBe(27);
    expect(walk(new Uint8Array(54), 27)).toBe(54);
    expect(walk(new Uint8Array(53), 27)).toBe(-1);
  });

  it('finds the ends of rows with strings, wherever they stand', () => {
    const lengths = fc.array(fc.nat(40_000), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(lengths, fc.nat(50), (texts, cut) => {
        const layout: readonly FlowColumnName[] = flowLayout(['scope', 'src_port', 'rule_id']);
        const rows = texts.map((length) =>
          Buffer.concat([
            Buffer.from(varint(length)),
            Buffer.alloc(length, 0xff),
            Buffer.alloc(2),
            Buffer.from(varint(length >> 3)),
            Buffer.alloc(length >> 3),
          ]),
        );
        const bytes = Buffer.concat(rows);
        expect(countRows(bytes, layout)).toEqual({ rows: rows.length, used: bytes.length });
        const shorter = bytes.subarray(0, Math.max(0, bytes.length - 1 - cut));
        expect(countRows(shorter, layout).rows).toBeLessThan(rows.length);
      }),
      { numRuns: 30 },
    );
  });

  it('gives up on a length that no decoder writes', () => {
    expect(createRowWalker(['scope'])(Buffer.alloc(9, 0xff), 0)).toBe(-1);
  });
});
