import { createRecent } from './recent';
import { createRounds } from './rounds';

describe('rounds', () => {
  it('takes together what comes in one turn, and what comes while the last is under way', async () => {
    const rounds: number[][] = [];
    const gates: (() => void)[] = [];
    const add = createRounds<number>((entries) => {
      rounds.push([...entries]);
      return new Promise((resolve) => gates.push(resolve));
    });
    const first = [add(1), add(2)];
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const second = [add(3)];
    await new Promise(setImmediate);
    second.push(add(4));
    expect(rounds).toEqual([[1, 2]]);
    gates[0]?.();
    await Promise.all(first);
    await new Promise(setImmediate);
    gates[1]?.();
    await Promise.all(second);
    expect(rounds).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('goes on after a round that failed, and tells those who were in it', async () => {
    const add = createRounds<string>(([entry]) =>
      entry === 'bad' ? Promise.reject(new Error('failed')) : Promise.resolve(),
    );
    await expect(add('bad')).rejects.toThrow('failed');
    await expect(add('good')).resolves.toBeUndefined();
  });
});

describe('recent', () => {
  it('remembers at least half of what it may, and forgets the oldest', () => {
    const recent = createRecent(4);
    for (const id of ['a', 'b', 'c', 'd', 'e']) recent.add(id);
    expect(['a', 'b', 'c', 'd', 'e'].filter((id) => recent.has(id))).toEqual(['c', 'd', 'e']);
  });
});
