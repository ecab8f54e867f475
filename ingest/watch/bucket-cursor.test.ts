import { createBucketCursor, LOOK_BACK_MS, type ListedObject } from './bucket-cursor';

const NOW = Date.parse('2026-11-21T09:00:00Z');
const object = (key: string, modified = NOW): ListedObject => ({ key, etag: 'e', size: 1, modified });

function sweep(cursor: ReturnType<typeof createBucketCursor>, now: number, objects: readonly ListedObject[]) {
  cursor.sweepFrom(now);
  for (const each of objects) {
    if (!cursor.isDone(each)) cursor.done(each);
    cursor.swept(each.key);
  }
  cursor.endSweep();
}

describe('a bucket cursor', () => {
  it('remembers only what is younger than the horizon a sweep leaves', () => {
    const cursor = createBucketCursor();
    const old = object('a', NOW - LOOK_BACK_MS - 1);
    const young = object('b', NOW - LOOK_BACK_MS);
    sweep(cursor, NOW, [old, young]);
    expect(cursor.state().recent).toHaveLength(1);
    expect([old, young, object('c', NOW - LOOK_BACK_MS - 1), object('c')].map(cursor.isDone)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    sweep(cursor, NOW + 1, [young]);
    expect(cursor.state().recent).toEqual([]);
    expect(cursor.isDone(young)).toBe(true);
  });

  it('keeps within bounds when everything was modified at once, and skips nothing that is ahead', () => {
    const cursor = createBucketCursor();
    const copied = Array.from({ length: 250_000 }, (_, i) =>
      object(`k${String(i).padStart(6, '0')}`, NOW - 60_000 - i),
    );
    cursor.sweepFrom(NOW);
    for (const each of copied) {
      if (cursor.isDone(each)) throw new Error(`${each.key} would be skipped`);
      cursor.done(each);
    }
    cursor.endSweep();
    expect(cursor.state().recent.length).toBeLessThanOrEqual(200_000);
    expect(copied.every((each) => cursor.isDone(each))).toBe(true);
    expect(cursor.isDone(object('new', NOW + 1))).toBe(false);
  });

  it('comes back from what it wrote', () => {
    const cursor = createBucketCursor();
    cursor.sweepFrom(NOW);
    cursor.done(object('x/2026/11/20/a'));
    cursor.done(object('x/2026/11/21/b'));
    cursor.done(object('x/2026/11/19/late'));
    cursor.postpone(object('x/2026/11/21/c'));
    cursor.swept('x/2026/11/21/c');
    const again = createBucketCursor(cursor.state());
    expect(again.state()).toEqual(cursor.state());
    expect(again.sweepFrom(NOW + 5)).toBe('x/2026/11/21/c');
    expect(again.isDone(object('x/2026/11/20/a'))).toBe(true);
    expect(again.pending()).toEqual([object('x/2026/11/21/c')]);
    expect(again.tails()).toEqual([{ prefix: 'x/', startAfter: 'x/2026/11/20' }]);
  });
});
