import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../kernel/errors';
import { repeatLoad } from '../spool';
import { createFence, FencedOff } from './fence';
import { createFakeStore } from './testing/fake-store';

const beats = () => Promise.resolve();

describe('fence', () => {
  it('lets a join wait for the write under way, and no write begin until it is through', async () => {
    const fence = createFence();
    const order: string[] = [];
    let finish: () => void = () => undefined;
    const writing = fence
      .write(0, beats, () => new Promise<void>((resolve) => (finish = resolve)))
      .then(() => order.push('written'));
    await sleep(0);
    const joining = fence.join().then(() => order.push('joined'));
    await expect(fence.write(0, beats, beats)).rejects.toThrow(FencedOff);
    finish();
    await Promise.all([writing, joining]);
    expect(order).toEqual(['written', 'joined']);
    fence.joined();
    expect(fence.generation).toBe(1);
    await expect(fence.write(0, beats, beats)).rejects.toThrow(FencedOff);
    await expect(fence.write(1, beats, () => Promise.resolve(7))).resolves.toBe(7);
  });

  it('does not write when the heartbeat fails, or when the join came while it was answered', async () => {
    const fence = createFence();
    const work = jest.fn(beats);
    await expect(fence.write(0, () => Promise.reject(new Error('gone')), work)).rejects.toThrow('gone');
    let answer: () => void = () => undefined;
    const late = fence.write(0, () => new Promise((resolve) => (answer = resolve)), work);
    const joining = fence.join();
    answer();
    await expect(late).rejects.toThrow(FencedOff);
    await joining;
    expect(work).not.toHaveBeenCalled();
  });

  it('gives up a write that takes too long', async () => {
    const fence = createFence({ writeMs: 20 });
    const never = fence.write(0, beats, () => new Promise(() => undefined));
    await expect(never).rejects.toMatchObject({ code: 'store-unavailable', retriable: true });
    await fence.join();
  });

  it('tells the work that it is given up, so that it begins nothing more', async () => {
    const fence = createFence({ writeMs: 20 });
    const { store, tokens } = createFakeStore();
    let answer: () => void = () => undefined;
    let over: Promise<unknown> = Promise.resolve();
    const looking = { ...store, query: () => new Promise<never[]>((resolve) => (answer = () => resolve([]))) };
    const load = (): Promise<void> => Promise.resolve(void tokens.push('loaded'));
    const writing = fence.write(0, beats, (signal) => {
      const work = repeatLoad(looking, new Map([['a', 1]]), 'token', load, { signal });
      over = work.catch(codeOf);
      return work;
    });
    await expect(writing).rejects.toMatchObject({ code: 'store-unavailable' });
    answer();
    await expect(over).resolves.toBe('store-unavailable');
    expect(tokens).toEqual(['loaded']);
  });
});
