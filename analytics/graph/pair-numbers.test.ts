import fc from 'fast-check';
import { numberPairs } from './pair-numbers';

const MOST = 5;
const pairs = fc.array(fc.tuple(fc.nat(MOST - 1), fc.nat(MOST - 1)), { maxLength: 60 });

describe('numberPairs', () => {
  it('numbers as a Map does that pairs are put into one after the other', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const side = (at: 0 | 1) => ({ ranks: Uint32Array.from(given, (pair) => pair[at]), count: MOST });
        const { numbers, firstAt } = numberPairs(side(0), side(1));
        const known = new Map<string, number>();
        const expected = given.map((pair) => {
          const key = pair.join(' ');
          known.set(key, known.get(key) ?? known.size);
          return known.get(key);
        });
        expect([...numbers]).toEqual(expected);
        expect([...firstAt].map((at) => given[at]?.join(' '))).toEqual([...known.keys()]);
      }),
    );
  });
});
