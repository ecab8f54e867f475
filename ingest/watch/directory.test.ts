import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { WayleaveError } from '../kernel/errors';
import { createDirectorySource, type DirectoryOptions } from './directory';
import { createHarness } from './testing/harness';

const roots: string[] = [];
afterAll(() => roots.forEach((root) => rmSync(root, { recursive: true, force: true })));

function setUp(change: Partial<DirectoryOptions> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'wayleave-watch-'));
  roots.push(root);
  const folder = join(root, 'flows');
  mkdirSync(folder);
  const harness = createHarness(join(root, 'data'));
  const options: DirectoryOptions = { path: folder, recursive: false, settleSeconds: 30, after: 'keep', ...change };
  const open = () => createDirectorySource(options, harness.deps);
  let source = open();
  return {
    ...harness,
    root,
    folder,
    at: (name: string) => join(folder, name),
    write(name: string, content: string, mtime = '2026-11-21T08:00:00Z') {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      utimesSync(path, new Date(mtime), new Date(mtime));
    },
    /** Two looks with the settling time between them. */
    async settle() {
      await source.poll();
      harness.pass(30);
      await source.poll();
    },
    poll: () => source.poll(),
    status: () => source.status(),
    restart() {
      source = open();
    },
  };
}

describe('a watched folder', () => {
  it('takes files oldest first, by name when times are equal, under their own paths', async () => {
    const { write, settle, names, at, metric } = setUp();
    write('b.log', 'two', '2026-11-21T08:00:00Z');
    write('c.log', 'three', '2026-11-21T08:00:00Z');
    write('a.log', 'last', '2026-11-21T08:30:00Z');
    await settle();
    expect(names()).toEqual([at('b.log'), at('c.log'), at('a.log')]);
    expect(await metric('wayleave_watch_files_total', 'taken')).toBe(3);
    expect(await metric('wayleave_watch_bytes_total')).toBe(12);
  });

  it('waits until size and time have been still', async () => {
    const { write, poll, pass, names, status, metric } = setUp();
    write('a.log', 'one', '2026-11-21T08:59:00Z');
    await poll();
    pass(29);
    await poll();
    expect(names()).toEqual([]);
    expect(status().waiting).toBe(1);
    expect(await metric('wayleave_watch_lag_seconds')).toBe(89);
    write('a.log', 'one and more', '2026-11-21T08:59:00Z');
    pass(10);
    await poll();
    pass(29);
    await poll();
    expect(names()).toEqual([]);
    pass(1);
    await poll();
    expect(names()).toHaveLength(1);
    expect(status().waiting).toBe(0);
    expect(await metric('wayleave_watch_lag_seconds')).toBe(0);
  });

  it('passes over what is not finished, not a file, empty, or elsewhere', async () => {
    const { write, settle, names, at, root } = setUp({ pattern: '*.lo?' });
    for (const name of ['.a.log.Xy12', 'a.log.part', 'b.log~', 'nfcapd.current.4711', 'c.txt', 'deep/d.log']) {
      write(name, 'content');
    }
    write('empty.log', '');
    writeFileSync(join(root, 'secret.log'), 'content');
    symlinkSync(join(root, 'secret.log'), at('link.log'));
    write('whole.log', 'content');
    await settle();
    expect(names()).toEqual([at('whole.log')]);
  });

  it('goes into folders when told to, but not into links', async () => {
    const { write, settle, names, at, root } = setUp({ recursive: true });
    write('2026/11/a.log', 'one');
    mkdirSync(join(root, 'elsewhere'));
    writeFileSync(join(root, 'elsewhere', 'b.log'), 'two');
    symlinkSync(join(root, 'elsewhere'), at('link'));
    await settle();
    expect(names()).toEqual([at('2026/11/a.log')]);
  });

  it('takes a file that is renamed into place, and a rotated and replaced one again', async () => {
    const { write, settle, at, taken } = setUp();
    write('nfcapd.current.1', 'capture');
    await settle();
    renameSync(at('nfcapd.current.1'), at('nfcapd.202611210800'));
    await settle();
    write('nfcapd.202611210800', 'another capture');
    await settle();
    expect(taken.map(({ content }) => content)).toEqual(['capture', 'another capture']);
  });

  it('does not take a file twice that only grew, and says what to do', async () => {
    const { write, settle, at, taken, status } = setUp();
    write('live.log', 'first half, ');
    await settle();
    appendFileSync(at('live.log'), 'second half');
    await settle();
    expect(taken).toHaveLength(1);
    expect(status().failed).toEqual([
      { name: 'live.log', code: 'grown-file', reason: expect.stringContaining('grew by 11 bytes') },
    ]);
    write('live.log', 'replaced', '2026-11-21T09:10:00Z');
    await settle();
    expect(taken).toHaveLength(2);
    expect(status().failed).toEqual([]);
  });

  it('reads a touched file for comparison only', async () => {
    const { write, settle, taken } = setUp();
    write('a.log', 'same');
    await settle();
    write('a.log', 'same', '2026-11-21T08:45:00Z');
    await settle();
    expect(taken).toHaveLength(1);
  });

  it('leaves a file that is in no known format until it changes', async () => {
    const { write, settle, restart, poll, names, at, status, metric } = setUp();
    write('odd', 'photo');
    write('good.log', 'flows', '2026-11-21T08:30:00Z');
    await settle();
    expect(names()).toEqual([at('good.log')]);
    restart();
    await poll();
    expect(status().failed).toEqual([{ name: 'odd', code: 'unknown-format', reason: expect.any(String) }]);
    await settle();
    expect(await metric('wayleave_watch_files_total', 'failed')).toBe(1);
    write('odd', 'flows after all');
    await settle();
    expect(names()).toEqual([at('good.log'), at('odd')]);
  });

  it.each([
    ['something unforeseen', new Error('socket hang up')],
    ['a refusal of the store', new WayleaveError('too many parts', { code: 'store-query' })],
    ['permissions', new WayleaveError('EACCES', { code: 'unreadable-file' })],
  ])('tries again after %s, with growing pauses, and keeps the order', async (_, reason) => {
    const { write, settle, poll, pass, refusals, names, at, metric } = setUp();
    write('a.log', 'one');
    write('b.log', 'two');
    refusals.push(reason);
    await settle();
    expect(names()).toEqual([]);
    refusals.push(reason);
    pass(10);
    await poll();
    pass(19);
    await poll();
    expect(names()).toEqual([at('b.log')]);
    pass(1);
    await poll();
    expect(names()).toEqual([at('b.log'), at('a.log')]);
    expect(await metric('wayleave_watch_files_total', 'retried')).toBe(2);
  });

  it('waits as a whole while the store is away, and takes all in order within two minutes of its return', async () => {
    const { write, settle, poll, pass, refusals, names, at, status, metric } = setUp();
    const away = new WayleaveError('no store', { code: 'store-unavailable', retriable: true });
    write('a.log', 'one');
    write('b.log', 'two');
    refusals.push(...Array.from({ length: 8 }, () => away));
    await settle();
    for (let second = 0; refusals.length > 0 && second < 600; second += 5) {
      pass(5);
      await poll();
    }
    expect(await metric('wayleave_watch_files_total', 'retried')).toBe(8);
    expect(status()).toMatchObject({ waiting: 2, failed: [] });
    expect(names()).toEqual([]);
    pass(9);
    await poll();
    expect(names()).toEqual([]);
    pass(111);
    await poll();
    expect(names()).toEqual([at('a.log'), at('b.log')]);
  });

  it('goes on with others when the store stumbles at one', async () => {
    const { write, settle, poll, pass, names, at, deps } = setUp();
    const { take } = deps;
    const away = new WayleaveError('memory limit', { code: 'store-unavailable', retriable: true });
    Object.assign(deps, {
      take: (path: string, name: string) => (path.endsWith('a.log') ? Promise.reject(away) : take(path, name)),
    });
    write('a.log', 'stumbling block');
    write('b.log', 'two');
    await settle();
    for (let second = 0; second < 180; second += 5) {
      pass(5);
      await poll();
    }
    expect(names()).toEqual([at('b.log')]);
  });

  it('leaves files where they are while the spool is full', async () => {
    const { write, settle, poll, names, at, spool, status, metric } = setUp({ after: 'delete' });
    write('a.log', 'one');
    spool.full = { cause: 'bytes', reason: 'so much waits' };
    await settle();
    expect(status()).toMatchObject({ waiting: 1, failed: [] });
    expect([names(), existsSync(at('a.log'))]).toEqual([[], true]);
    spool.full = undefined;
    await poll();
    expect([names(), existsSync(at('a.log'))]).toEqual([[at('a.log')], false]);
    expect(await metric('wayleave_watch_files_total', 'retried')).toBe(0);
  });

  it('reads nothing again after a restart', async () => {
    const { write, settle, restart, taken } = setUp();
    write('a.log', 'one');
    await settle();
    restart();
    write('b.log', 'two', '2026-11-21T07:00:00Z');
    await settle();
    expect(taken.map(({ content }) => content)).toEqual(['one', 'two']);
  });

  it('reads again, and adds nothing, when killed between taking and writing the cursor', async () => {
    const { write, settle, restart, taken, deps, metric } = setUp();
    write('a.log', 'one');
    await settle();
    rmSync(join(deps.data, 'watch'), { recursive: true });
    restart();
    await settle();
    expect(taken.map(({ duplicate }) => duplicate)).toEqual([false, true]);
    expect(await metric('wayleave_watch_files_total', 'duplicate')).toBe(1);
  });

  it('starts anew from a cursor that cannot be read', async () => {
    const { write, settle, restart, taken, deps } = setUp();
    write('a.log', 'one');
    await settle();
    const [name = ''] = readdirSync(join(deps.data, 'watch'));
    writeFileSync(join(deps.data, 'watch', name), '{"version":1,"fi');
    restart();
    await settle();
    expect(taken).toHaveLength(2);
  });

  it('remembers what it took while the folder was away', async () => {
    const { write, settle, folder, poll, taken } = setUp();
    write('a.log', 'one');
    await settle();
    renameSync(folder, `${folder}-away`);
    await expect(poll()).rejects.toThrow('ENOENT');
    mkdirSync(folder);
    await settle();
    rmSync(folder, { recursive: true });
    renameSync(`${folder}-away`, folder);
    await settle();
    expect(taken).toHaveLength(1);
  });

  it('deletes what it took, and only that', async () => {
    const { write, settle, folder } = setUp({ after: 'delete' });
    write('a.log', 'one');
    write('odd', 'photo');
    await settle();
    expect(readdirSync(folder)).toEqual(['odd']);
  });

  it('moves what it took, finishes a move that a crash cut off, and keeps files of one name apart', async () => {
    const done = mkdtempSync(join(tmpdir(), 'wayleave-done-'));
    roots.push(done);
    const { write, settle, restart, at, taken, folder } = setUp({
      recursive: true,
      after: { move: join(done, 'taken') },
    });
    write('day/a.log', 'one');
    await settle();
    expect(existsSync(join(done, 'taken/day/a.log'))).toBe(true);
    // As it was before the move.
    renameSync(join(done, 'taken/day/a.log'), at('day/a.log'));
    restart();
    await settle();
    expect(readdirSync(join(folder, 'day'))).toEqual([]);
    expect(taken).toHaveLength(1);
    write('day/a.log', 'other', '2026-11-21T08:10:00Z');
    await settle();
    expect(readdirSync(join(done, 'taken/day'))).toEqual(['a.log', expect.stringMatching(/^a\.log\.[0-9a-f]{12}$/)]);
  });

  it('does not look into the folder it moves to', async () => {
    const root = mkdtempSync(join(tmpdir(), 'wayleave-inside-'));
    roots.push(root);
    const { settle, taken } = setUp({ path: root, recursive: true, after: { move: join(root, 'taken') } });
    writeFileSync(join(root, 'a.log'), 'one');
    await settle();
    await settle();
    expect(taken).toHaveLength(1);
    expect(readdirSync(root)).toEqual(['taken']);
  });
});
