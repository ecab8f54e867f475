import { WayleaveError } from '../../ingest/kernel/errors';
import { createLog } from '../../ingest/kernel/log';
import type { Fullness } from '../../ingest/spool';
import { createTaking } from './taking';

const away = () => new WayleaveError('no store', { code: 'store-unavailable', retriable: true });

describe('taking complete uploads', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const setUp = () => {
    const situation: { there: boolean; full?: Fullness | undefined } = { there: true };
    const attempts: string[] = [];
    const settle = (id: string): Promise<void> => {
      attempts.push(id);
      return situation.there && id !== 'cursed' ? Promise.resolve() : Promise.reject(away());
    };
    const taking = createTaking({ settle, full: () => situation.full, log: createLog('silent') });
    return { taking, attempts, situation, pass: (seconds: number) => jest.advanceTimersByTimeAsync(seconds * 1000) };
  };

  it('tries again after two seconds, then twice that, up to a minute, until it is done', async () => {
    const { taking, attempts, situation, pass } = setUp();
    situation.there = false;
    taking.add('a');
    await pass(0);
    expect(taking.delay('a')).toEqual({ code: 'store-unavailable', message: 'no store' });
    const after: number[] = [];
    for (let second = 1; second <= 200; second++) {
      const before = attempts.length;
      await pass(1);
      if (attempts.length > before) after.push(second);
    }
    expect(after).toEqual([2, 4, 8, 16, 32, 64, 124, 184]);
    situation.there = true;
    await pass(60);
    expect(taking.has('a')).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('asks for one while the store is away, and takes all that wait once it is back', async () => {
    const { taking, attempts, situation, pass } = setUp();
    situation.there = false;
    for (const id of ['a', 'b', 'c']) taking.resume(id);
    await pass(0);
    expect(attempts).toEqual(['a']);
    situation.there = true;
    await pass(2);
    expect(attempts).toEqual(['a', 'b', 'c', 'a']);
  });

  it('lets none that is refused for good stand in the way of others', async () => {
    const { taking, pass } = setUp();
    for (const id of ['cursed', 'a', 'b']) taking.resume(id);
    await pass(2);
    expect(['cursed', 'a', 'b'].map((id) => taking.has(id))).toEqual([true, false, false]);
    await taking.stop();
  });

  it('waits while the spool is full, and leaves what waits when it is stopped', async () => {
    const { taking, attempts, situation, pass } = setUp();
    situation.full = { cause: 'bytes', reason: 'so much waits' };
    taking.add('a');
    await pass(10);
    expect(attempts).toEqual([]);
    expect(taking.delay('a')).toMatchObject({ code: 'spool-full' });
    await taking.stop();
    situation.full = undefined;
    await pass(120);
    expect(attempts).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
