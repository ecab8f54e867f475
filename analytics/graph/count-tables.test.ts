import fc from 'fast-check';
import { CountTables } from './count-tables';

const TABLES = 3;
const steps = fc.array(
  fc.oneof(
    fc.record({ table: fc.nat(TABLES - 1), key: fc.nat(40), count: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ clear: fc.nat(TABLES - 1) }),
  ),
  { maxLength: 200 },
);

describe('CountTables', () => {
  it('counts as Maps do, through growth, clearing and counts that go back to 0', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const tables = new CountTables(TABLES, 0);
        const maps = Array.from({ length: TABLES }, () => new Map<number, number>());
        for (const step of taken) {
          if ('clear' in step) {
            tables.clear(step.clear);
            maps[step.clear]?.clear();
            continue;
          }
          const { table, key, count } = step;
          const sum = maps[table]?.get(key) ?? 0;
          const change = sum > 0 && count === 3 ? -sum : count;
          tables.add(table, key, change);
          maps[table]?.set(key, sum + change);
        }
        for (const [table, map] of maps.entries()) {
          for (let key = 0; key <= 40; key++) expect(tables.countOf(table, key)).toBe(map.get(key) ?? 0);
        }
      }),
    );
  });
});
