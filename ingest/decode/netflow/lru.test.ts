import * as fc from 'fast-check';
import { LruMap } from './lru';
import { Pool } from './pool';

it('lets the longest unused go', () => {
  const gone: string[] = [];
  const map = new LruMap<string, number>(2, (value, key) => gone.push(`${key}${value}`));
  map.set('a', 1);
  map.set('b', 2);
  map.get('a');
  map.peek('b');
  map.set('c', 3);
  expect([...map.keys()]).toEqual(['a', 'c']);
  map.set('a', 4);
  map.set('d', 5);
  expect([...map.values()]).toEqual([4, 5]);
  expect(gone).toEqual(['b2', 'c3']);
});

it('holds no more than it may by count, by weight and together with others, whatever is done to it', () => {
  const step = fc.record({
    map: fc.nat(2),
    key: fc.nat(9),
    weight: fc.integer({ min: 1, max: 12 }),
    act: fc.constantFrom('set', 'set', 'get', 'delete'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const pool = new Pool(30);
      /** What must be in there, by what was told. */
      const held = new Map<string, number>();
      const maps = [0, 1, 2].map(
        (index) =>
          new LruMap<number, number>({ entries: 4, weight: 20 }, (_, key) => held.delete(`${index} ${key}`), pool),
      );
      for (const { map, key, weight, act } of steps) {
        const target = maps[map];
        expect(target?.peek(key)).toBe(held.get(`${map} ${key}`));
        if (act === 'get') target?.get(key);
        else held.delete(`${map} ${key}`);
        if (act === 'delete') target?.delete(key);
        if (act === 'set') {
          held.set(`${map} ${key}`, weight);
          target?.set(key, weight, weight);
        }
        const total = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);
        expect(total(held.values())).toBeLessThanOrEqual(30);
        expect(maps.reduce((sum, { size }) => sum + size, 0)).toBe(held.size);
        for (const each of maps) {
          expect(each.size).toBeLessThanOrEqual(4);
          expect(total(each.values())).toBeLessThanOrEqual(20);
        }
      }
    }),
    { numRuns: 200, seed: 5 },
  );
});

it('makes room in a pool for what is newer, whichever map it is in', () => {
  const pool = new Pool(3);
  const gone: string[] = [];
  const [a, b] = ['a', 'b'].map((name) => new LruMap<number, string>(9, (value) => gone.push(name + value), pool));
  a?.set(1, '1');
  b?.set(1, '1');
  a?.set(2, '2');
  a?.get(1);
  b?.set(2, '2');
  b?.set(3, '3');
  expect(gone).toEqual(['b1', 'a2']);
});
