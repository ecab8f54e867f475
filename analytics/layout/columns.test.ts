import { columnsByLongestPath } from './columns';

const edge = (from: string, to: string, weight = 1): { from: string; to: string; weight: number } => ({
  from,
  to,
  weight,
});

describe('columnsByLongestPath', () => {
  it.each([
    ['a chain', ['web', 'app', 'db'], [edge('app', 'db'), edge('web', 'app')], { web: 0, app: 1, db: 2 }],
    [
      'the longest of several paths',
      ['a', 'b', 'c', 'd'],
      [edge('a', 'd'), edge('a', 'b'), edge('b', 'c'), edge('c', 'd')],
      { a: 0, b: 1, c: 2, d: 3 },
    ],
    [
      'a weak answer against a strong request',
      ['db', 'app', 'web'],
      [edge('web', 'app', 900), edge('app', 'db', 800), edge('db', 'web', 3)],
      { web: 0, app: 1, db: 2 },
    ],
    ['nothing in common', ['a', 'b'], [], { a: 0, b: 0 }],
  ])('%s', (_, ids, edges, expected) => {
    expect(Object.fromEntries(columnsByLongestPath(ids, edges))).toEqual(expected);
  });

  it('never leaves an edge within a column, cycles or not', () => {
    const ids = Array.from({ length: 12 }, (_, i) => `n${i}`);
    const edges = ids.flatMap((from, i) =>
      ids.flatMap((to, j) => (i !== j && (i * 7 + j * 3) % 4 > 1 ? [edge(from, to)] : [])),
    );
    const column = columnsByLongestPath(ids, edges);
    expect(edges.filter(({ from, to }) => column.get(from) === column.get(to))).toEqual([]);
  });
});
