import { createStoreProbe } from './store-probe';

describe('a probe of the store', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** A store that answers when it is told to. */
  const setUp = (kind: 'embedded' | 'server') => {
    const asked: { answer(): void; fail(): void }[] = [];
    const query = <Row>() =>
      new Promise<Row[]>((resolve, reject) => {
        asked.push({ answer: () => resolve([]), fail: () => reject(new Error('connect ECONNREFUSED')) });
      });
    const probe = createStoreProbe({ kind, query }, () => Date.now());
    const look = async (after = 0) => {
      const state = probe();
      await jest.advanceTimersByTimeAsync(after);
      return state;
    };
    return { asked, look };
  };

  it('asks once a second at most, and never twice at a time', async () => {
    const { asked, look } = setUp('server');
    const both = [look(), look()];
    asked[0]?.answer();
    expect(await Promise.all(both)).toEqual([{ state: 'answers' }, { state: 'answers' }]);
    expect(await look(999)).toEqual({ state: 'answers' });
    expect(asked).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(await look(500)).toEqual({ state: 'busy', seconds: 1 });
    expect(await look(5000)).toEqual({ state: 'busy', seconds: 1 });
    expect(asked).toHaveLength(2);
  });

  it('tells busy from away', async () => {
    const { asked, look } = setUp('server');
    expect(await look(500)).toMatchObject({ state: 'busy' });
    asked[0]?.fail();
    expect(await look()).toEqual({ state: 'away' });
    await jest.advanceTimersByTimeAsync(1000);
    // What was away is so until it answers.
    expect(await look(500)).toEqual({ state: 'away' });
    asked[1]?.answer();
    expect(await look()).toEqual({ state: 'answers' });
  });

  it.each([
    ['embedded', { state: 'busy', seconds: 61 }],
    ['server', { state: 'away' }],
  ] as const)('takes what is %s and silent for a minute for %j', async (kind, state) => {
    const { look } = setUp(kind);
    await look(60_000);
    expect(await look(500)).toEqual(state);
  });
});
