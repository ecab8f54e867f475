import fc from 'fast-check';
import { nearest } from './nearest';

it.each([
  ['prot', 'port'],
  ['PORTT', 'port'],
  ['tpc', 'tcp'],
  ['sevrice', 'service'],
  ['täst', undefined],
  ['hots', 'host'],
  ['x', undefined],
  ['', undefined],
])('of %j suggests %j', (written, expected) => {
  expect(nearest(written, ['host', 'port', 'service', 'tcp'])).toBe(expected);
  expect(nearest(written, [])).toBeUndefined();
});

it('suggests names as they are written, the nearest of several and the first of the nearest', () => {
  expect(nearest('web01.exmaple', ['Web02.Example', 'Web01.Example', 'web01.example'])).toBe('Web01.Example');
});

/** By definition, all cells. */
function distance(a: string, b: string): number {
  const cell = (row: number, at: number): number => table[row]?.[at] ?? Infinity;
  const table: number[][] = [];
  for (let row = 0; row <= a.length; row++) {
    table[row] = [];
    for (let at = 0; at <= b.length; at++) {
      const same = a[row - 1] === b[at - 1] ? 0 : 1;
      const swapped = row > 1 && at > 1 && a[row - 1] === b[at - 2] && a[row - 2] === b[at - 1];
      const ways = [cell(row - 1, at) + 1, cell(row, at - 1) + 1, cell(row - 1, at - 1) + same];
      (table[row] ?? [])[at] = row + at === 0 ? 0 : Math.min(...ways, swapped ? cell(row - 2, at - 2) + 1 : Infinity);
    }
  }
  return cell(a.length, b.length);
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 30 });

it('suggests whatever is near enough, and nothing nearer is known', () => {
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 6 }), (written, known) => {
      const most = Math.min(8, Math.floor(written.length / 3));
      const [first] = known
        .map((each) => ({ each, off: distance(written, each) }))
        .filter(({ off }) => off <= most)
        .sort((one, other) => one.off - other.off);
      expect(nearest(written, known)).toBe(first?.each);
    }),
    { numRuns: 500 },
  );
});

it('gives up on more words than can be compared while somebody waits', () => {
  const alike = Array.from({ length: 3_000 }, (_, at) => `${'x'.repeat(280)}${String(at).padStart(20, '0')}`);
  const written = `${'x'.repeat(280)}${'y'.repeat(12)}${'0'.repeat(8)}`;
  expect(nearest(written, alike)).toBeUndefined();
  expect(nearest(written, [...alike, written])).toBeUndefined();
  expect(nearest(written, [written, ...alike])).toBe(written);
});
