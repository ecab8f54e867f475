import { createLog } from '../kernel/log';
import { WayleaveError } from '../kernel/errors';
import { SINGLE_NODE } from './layout';
import { openLate } from './late';
import type { Store } from './store';

const answer = (): Store => ({
  kind: 'server',
  layout: SINGLE_NODE,
  query: () => Promise.resolve([]),
  async *stream() {
    yield await Promise.resolve([]);
  },
  command: () => Promise.resolve(),
  insert: () => Promise.resolve(),
  load: () => Promise.resolve(),
  withLines: (_, use) => use({ sql: '', params: {} }),
  close: () => Promise.resolve(),
});

describe('a store that comes late', () => {
  it('is away until it is there', async () => {
    let tries = 0;
    let opened = (): void => undefined;
    const there = new Promise<void>((resolve) => (opened = resolve));
    const store = openLate(() => {
      if (tries++ === 0) return Promise.reject(new WayleaveError('no route', { code: 'store-unavailable' }));
      opened();
      return Promise.resolve(answer());
    }, createLog('silent'));
    await expect(store.query('SELECT 1')).rejects.toMatchObject({ code: 'store-unavailable', retriable: true });
    await expect(store.stream('SELECT 1')[Symbol.asyncIterator]().next()).rejects.toThrow('not there');
    await there;
    await new Promise(setImmediate);
    expect(await store.query('SELECT 1')).toEqual([]);
    await store.close();
  });

  it('can be given up', async () => {
    const store = openLate(() => Promise.reject(new Error('never')), createLog('silent'));
    await expect(store.close()).resolves.toBeUndefined();
  });
});
