import { Registry } from 'prom-client';
import { createLog } from '../kernel/log';
import { createWatchMetrics } from './metrics';
import { createPolling } from './polling';

describe('polling', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('goes on after a round that failed, and counts it', async () => {
    const metrics = createWatchMetrics(new Registry());
    const round = jest.fn().mockRejectedValueOnce(new Error('not mounted')).mockResolvedValue(undefined);
    const polling = createPolling({ source: '/in', pauseMs: 5000, round }, { log: createLog('silent'), metrics });
    polling.start();
    await jest.advanceTimersByTimeAsync(4999);
    expect(round).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(round).toHaveBeenCalledTimes(2);
    expect((await metrics.pollFailures.get()).values[0]?.value).toBe(1);
    await polling.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(round).toHaveBeenCalledTimes(2);
  });

  it('waits for the round that runs when it is stopped, and asks it to end', async () => {
    const ends: string[] = [];
    const polling = createPolling(
      {
        source: '/in',
        pauseMs: 5000,
        async round(signal) {
          await new Promise((resolve) => signal.addEventListener('abort', () => setTimeout(resolve, 100)));
          ends.push('round');
        },
      },
      { log: createLog('silent'), metrics: createWatchMetrics(new Registry()) },
    );
    polling.start();
    const stopped = polling.stop().then(() => ends.push('stop'));
    await jest.advanceTimersByTimeAsync(100);
    await stopped;
    expect(ends).toEqual(['round', 'stop']);
    expect(jest.getTimerCount()).toBe(0);
  });
});
