import { createOutcomes } from './outcomes';

const unavailable = (message: RegExp) => ({
  code: 'store-unavailable',
  retriable: true,
  message: expect.stringMatching(message),
});

describe('outcomes', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const setUp = (...ids: string[]) => {
    const outcomes = createOutcomes('ClickHouse');
    for (const id of ids) outcomes.waits(id);
    return outcomes;
  };

  it('are known at once for what does not wait', async () => {
    const outcomes = setUp('a');
    outcomes.over('a');
    await outcomes.settled(['a', 'never seen']);
  });

  it('are told when the last of the segments is over, whatever becomes of others', async () => {
    const outcomes = setUp('a', 'b', 'other');
    const told: string[] = [];
    const settled = outcomes.settled(['a', 'b']).then(() => told.push('settled'));

    outcomes.over('a');
    await jest.advanceTimersByTimeAsync(0);
    expect(told).toEqual([]);
    outcomes.over('b');
    await settled;
    expect(jest.getTimerCount()).toBe(0);
  });

  it('are an error when a segment is refused, which waits on', async () => {
    const outcomes = setUp('a');
    const first = outcomes.settled(['a']);
    outcomes.refused('too many parts');
    await expect(first).rejects.toMatchObject(unavailable(/too many parts/));
    const second = outcomes.settled(['a']);
    outcomes.over('a');
    await second;
  });

  it('are an error when nothing moves for a minute, and not while anything does', async () => {
    const outcomes = setUp('a', 'other');
    const settled = outcomes.settled(['a']);
    const failure = settled.catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(59_000);
    outcomes.over('other');
    await jest.advanceTimersByTimeAsync(59_000);
    expect(jest.getTimerCount()).toBe(1);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await failure).toMatchObject(unavailable(/nothing for 60 s/));
  });

  it('are an error once nothing is delivered any more', async () => {
    const outcomes = setUp('a');
    const settled = outcomes.settled(['a']);
    outcomes.stop();
    await expect(settled).rejects.toMatchObject(unavailable(/stopping/));
  });
});
