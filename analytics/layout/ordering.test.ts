import { buildLattice, type ColumnBox, type ColumnLink } from './lattice';
import { crossings, reduceCrossings } from './ordering';

const box = (id: string, column: number): ColumnBox => ({ id, column, width: 10, height: 10 });
const link = (from: string, to: string): ColumnLink => ({ id: `${from}>${to}`, from, to, lane: `${from}>${to}` });

describe('reduceCrossings', () => {
  it('turns two columns that cross completely into one that does not', () => {
    const boxes = ['a', 'b', 'c'].flatMap((id) => [box(id, 0), box(`${id}2`, 1)]);
    const lattice = buildLattice(boxes, [link('a', 'c2'), link('b', 'b2'), link('c', 'a2')]);
    expect(crossings(lattice.columns, lattice.segments)).toBe(3);
    expect(crossings(reduceCrossings(lattice), lattice.segments)).toBe(0);
  });

  it('counts the crossing that a complete pair cannot avoid', () => {
    const lattice = buildLattice(
      [box('a', 0), box('b', 0), box('c', 1), box('d', 1)],
      [link('a', 'c'), link('a', 'd'), link('b', 'c'), link('b', 'd')],
    );
    expect(crossings(reduceCrossings(lattice), lattice.segments)).toBe(1);
  });

  it('leads long lines around boxes by lanes of their own, lines of one lane by one', () => {
    const boxes = [box('a', 0), box('b', 0), box('m', 1), box('z', 2)];
    const apart = buildLattice(boxes, [link('a', 'z'), link('b', 'z')]);
    const together = buildLattice(boxes, [
      { ...link('a', 'z'), lane: 'z' },
      { ...link('b', 'z'), lane: 'z' },
    ]);
    expect(apart.columns[1]?.map(({ height }) => height)).toEqual([10, 0, 0]);
    expect(together.columns[1]?.map(({ height }) => height)).toEqual([10, 0]);
  });
});
