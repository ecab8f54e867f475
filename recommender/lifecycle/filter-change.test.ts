import * as fc from 'fast-check';
import { compare } from '../export/compare';
import { arbitraryPolicy } from '../model/arbitrary-policy.fixture';
import { createFilter } from '../model/decide';
import { getsThrough } from '../model/packet-filter';
import { SHOP } from '../model/policy.fixture';
import { filterChange, findDifferences } from './filter-change';
import { outOfOrder } from './out-of-order';

describe('filterChange', () => {
  it('says the same of every packet as asking both', () => {
    const policy = arbitraryPolicy(['allow', 'deny']);
    fc.assert(
      fc.property(policy, policy, fc.boolean(), (before, other, alike) => {
        // Half of them differ in one section only.
        const after = alike
          ? { ...before, sections: [...before.sections.slice(1), ...other.sections.slice(0, 1)] }
          : other;
        const change = filterChange(before, after);
        const points = [{ name: 'after', sees: () => true, filter: createFilter(after) }];
        const found = [...compare(createFilter(before), points)];
        for (const { packet, enforced } of found) {
          expect(change.decide(packet).action).toBe(getsThrough(enforced) ? 'allow' : 'deny');
        }
        const { opened, closed, complete } = findDifferences(change, 1_000_000);
        expect(complete).toBe(true);
        expect(opened.length > 0).toBe(found.some(({ enforced }) => getsThrough(enforced)));
        expect(closed.length > 0).toBe(found.some(({ enforced }) => !getsThrough(enforced)));
        const filters = [createFilter(before), createFilter(after)] as const;
        for (const packet of [...opened, ...closed]) {
          const [was, is] = filters.map((filter) => getsThrough(filter.decide(packet)));
          expect(is).not.toBe(was);
        }
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  it('asks about nothing where nothing changed', () => {
    expect(findDifferences(filterChange(SHOP, { ...SHOP, name: 'other' }), 10)).toEqual({
      opened: [],
      closed: [],
      pairs: 0,
      complete: true,
    });
  });

  it('names as few as moved', () => {
    expect([...outOfOrder(['a', 'b', 'c', 'd', 'e'], ['a', 'd', 'b', 'c', 'e'])]).toEqual(['d']);
    expect([...outOfOrder(['a', 'b', 'c'], ['c', 'b', 'a'])]).toHaveLength(2);
    expect([...outOfOrder([], [])]).toEqual([]);
  });
});
