import * as fc from 'fast-check';
import { parseAddress } from '../../ingest/kernel/ip';
import { addressSet, EVERY_V4_ADDRESS, holds, unionOf, type Interval } from './address-set';

describe('addressSet', () => {
  it('merges what overlaps and what touches', () => {
    expect(addressSet(['10.0.0.1', '10.0.0.0/31', '10.0.0.2/31', '10.0.0.9'])).toEqual([
      { first: parseAddress('10.0.0.0'), last: parseAddress('10.0.0.3') },
      { first: parseAddress('10.0.0.9'), last: parseAddress('10.0.0.9') },
    ]);
  });

  it.each(['::/0', '::/16', '::/80'])('does not mean IPv4 by %s', (prefix) => {
    const set = addressSet([prefix]);
    expect(holds(set, parseAddress('10.0.0.1'))).toBe(false);
    expect(holds(set, parseAddress('::1'))).toBe(true);
  });

  it('means all of IPv4 by 0.0.0.0/0', () => {
    expect(addressSet(['0.0.0.0/0'])).toEqual(EVERY_V4_ADDRESS);
  });
});

describe('unionOf', () => {
  const interval = fc
    .tuple(fc.nat(60), fc.nat(8))
    .map(([first, length]): Interval => ({ first: BigInt(first), last: BigInt(first + length) }));

  it('holds exactly what any of its intervals holds, and is normal', () => {
    fc.assert(
      fc.property(fc.array(fc.array(interval, { maxLength: 5 }), { maxLength: 4 }), (lists) => {
        const union = unionOf(lists);
        for (let address = 0n; address < 72n; address++) {
          const inside = lists.flat().some(({ first, last }) => first <= address && address <= last);
          expect(holds(union, address)).toBe(inside);
        }
        union.slice(1).forEach(({ first }, i) => expect(first).toBeGreaterThan((union[i]?.last ?? 0n) + 1n));
      }),
      { seed: 1 },
    );
  });
});
