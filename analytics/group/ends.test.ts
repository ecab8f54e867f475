import { endsOfAll } from './ends';

const all = (from: readonly number[], to: readonly number[]) =>
  from.flatMap((client) => to.filter((server) => server !== client).map((server) => ({ client, server })));

describe('endsOfAll', () => {
  it.each([
    ['nobody, where nobody talks', [], { talking: 0, ends: 0, others: [], isFew: false }],
    ['the hub of a star', all([1, 2, 3, 4], [0]), { talking: 5, ends: 1, others: [1, 2, 3, 4], isFew: true }],
    [
      'both hubs, though they talk to each other',
      all([0, 1], [0, 1, 2, 3, 4]),
      { talking: 5, ends: 2, others: [2, 3, 4], isFew: true },
    ],
    [
      'nearly all, where all talk to all',
      all([0, 1, 2, 3], [0, 1, 2, 3]),
      { talking: 4, ends: 3, others: [3], isFew: false },
    ],
  ])('takes %s', (_, links, expected) => {
    expect(endsOfAll(links, 6)).toEqual(expected);
  });
});
