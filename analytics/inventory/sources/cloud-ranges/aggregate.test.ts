import fc from 'fast-check';
import { contains, prefixOf, type Prefix } from '../../../../ingest/kernel/ip';
import { aggregated } from './aggregate';

/** Within 8 bits, so that all addresses can be asked. */
const prefix = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 120, max: 128 }))
  .map(([base, length]) => prefixOf(BigInt(base), length));
const ranges = fc.uniqueArray(fc.record({ prefix, name: fc.constantFrom('a', 'b', 'c') }), {
  selector: (range) => `${range.prefix.base}/${range.prefix.length}`,
});

function nameAt(named: readonly { prefix: Prefix; name: string }[], address: bigint): string | undefined {
  return named
    .filter((range) => contains(range.prefix, address))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)[0]?.name;
}

describe('aggregation of named prefixes', () => {
  it('names every address as before, in no more prefixes', () => {
    fc.assert(
      fc.property(ranges, (before) => {
        const after = aggregated(before);
        expect(after.length).toBeLessThanOrEqual(before.length);
        for (let address = 0n; address < 256n; address++) {
          expect(nameAt(after, address)).toBe(nameAt(before, address));
        }
      }),
    );
  });

  it('depends on no order', () => {
    fc.assert(
      fc.property(ranges, (before) => {
        expect(aggregated(before.toReversed())).toEqual(aggregated(before));
      }),
    );
  });
});
