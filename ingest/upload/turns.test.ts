import { createTurns } from './turns';

it('runs work of one key in turn, whatever became of what was before, and of other keys beside it', async () => {
  const turns = createTurns();
  const seen: string[] = [];
  const ends: Record<string, () => void> = {};
  const work =
    (name: string, fails = false) =>
    async () => {
      seen.push(name);
      await new Promise<void>((resolve) => (ends[name] = resolve));
      if (fails) throw new Error(name);
      return name;
    };
  const first = turns.take('a', work('first', true));
  const second = turns.take('a', work('second'));
  const other = turns.take('b', work('other'));
  await new Promise(setImmediate);
  expect(seen).toEqual(['first', 'other']);
  ends.first?.();
  await expect(first).rejects.toThrow('first');
  await new Promise(setImmediate);
  expect(seen).toEqual(['first', 'other', 'second']);
  ends.second?.();
  ends.other?.();
  expect(await Promise.all([second, other])).toEqual(['second', 'other']);
});
