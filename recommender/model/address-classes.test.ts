import * as fc from 'fast-check';
import { classify } from './address-classes';
import { holds, unionOf } from './address-set';

describe('classify', () => {
  const interval = fc
    .tuple(fc.nat(60), fc.nat(8))
    .map(([first, length]) => ({ first: BigInt(first), last: BigInt(first + length) }));
  const sets = fc.array(
    fc.array(interval, { maxLength: 4 }).map((intervals) => unionOf([intervals])),
    { maxLength: 5 },
  );

  it('puts two addresses together exactly when the same sets hold them', () => {
    fc.assert(
      fc.property(sets, (sets) => {
        const { classes, of } = classify(sets);
        const classByMembers = new Map<string, number>();
        for (let address = 0n; address < 72n; address++) {
          const members = sets.flatMap((set, i) => (holds(set, address) ? [i] : []));
          expect(classes[of(address)]?.sets).toEqual(members);
          expect(classByMembers.get(members.join()) ?? of(address)).toBe(of(address));
          classByMembers.set(members.join(), of(address));
        }
      }),
      { seed: 2 },
    );
  });

  it('gives two different addresses of every class that has two', () => {
    const one = [{ first: 5n, last: 5n }];
    const apart = [
      { first: 7n, last: 7n },
      { first: 9n, last: 9n },
    ];
    const { classes, of } = classify([one, apart]);
    expect(classes[of(5n)]).toEqual({ first: 5n, last: 5n, sets: [0] });
    expect(classes[of(9n)]).toEqual({ first: 7n, last: 9n, sets: [1] });
    expect(of(classes[of(0n)]?.last ?? 0n)).toBe(of(0n));
  });
});
