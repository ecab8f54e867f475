import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openEmbedded, type Store } from '../../../ingest/store';
import type { Topology } from '../../model/topology';
import { topologyOf } from '../testing/topology';
import { createGroupDecisions } from './group-decisions';

const ann = { by: ' ann ', reason: 'as in the plan' };

describe('decisions about groups', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-decisions-'));
  const shop = topologyOf({ shop: { id: 'application-1', members: 'a b c' }, hr: 'd e' }, { id: 'topology-7' });
  let store: Store;
  let latest: Topology | undefined;
  let now = 1_760_000_000_000;

  const decisions = () =>
    createGroupDecisions({
      store,
      clock: () => new Date((now += 1000)),
      documents: { find: () => Promise.resolve(latest) },
      labelWeight: 1,
    });

  beforeAll(async () => {
    store = openEmbedded(folder);
    await migrate(store);
  });
  beforeEach(async () => {
    await store.command('TRUNCATE TABLE group_decisions');
    latest = shop;
    now = 1_760_000_000_000;
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are kept with what they were about, in order', async () => {
    const first = await decisions().decide({ kind: 'move', group: 'shop', workloads: ['e', 'd'] }, ann);
    const second = await decisions().decide({ kind: 'rename', group: 'application-1', name: 'it’s "new"' }, ann);
    expect(first).toEqual({
      id: expect.stringMatching(/^decision-[0-9a-f]{12}$/) as string,
      number: 1,
      at: 1_760_000_001,
      by: 'ann',
      reason: 'as in the plan',
      wish: { kind: 'move', group: 'application-1', workloads: ['d', 'e'] },
      groups: [{ id: 'application-1', kind: 'application', name: 'shop', application: null, members: ['a', 'b', 'c'] }],
      topology: 'topology-7',
    });
    expect(await decisions().list()).toEqual([first, second]);
  });

  it('are taken one after another, whoever comes at once', async () => {
    const at = decisions();
    const names = ['one', 'two', 'three', 'four'];
    await Promise.all(names.map((name) => at.decide({ kind: 'rename', group: 'shop', name }, ann)));
    const found = await at.list();
    expect(found.map(({ number, wish }) => [number, wish])).toEqual(
      names.map((name, n) => [n + 1, { kind: 'rename', group: 'application-1', name }]),
    );
    expect(new Set(found.map(({ id }) => id)).size).toBe(4);
  });

  it('are judged by those that stand', async () => {
    const at = decisions();
    const taken = await at.decide({ kind: 'rename', group: 'shop', name: 'store' }, ann);
    const again = () => at.decide({ kind: 'rename', group: 'hr', name: 'store' }, ann);
    await expect(again()).rejects.toMatchObject({ code: 'name-taken' });
    await at.undo(taken.id, ann);
    expect(await again()).toMatchObject({ number: 3 });
  });

  it('are undone by a row of its own, once', async () => {
    const at = decisions();
    const taken = await at.decide({ kind: 'confirm', group: 'shop' }, ann);
    const undone = { ...taken, undone: { at: 1_760_000_002, by: 'bob', reason: '' } };
    expect(await at.undo(taken.id, { by: 'bob', reason: '' })).toEqual(undone);
    expect(await at.list()).toEqual([undone]);
    expect(await store.query('SELECT undoes FROM group_decisions ORDER BY number')).toEqual([
      { undoes: '' },
      { undoes: taken.id },
    ]);
    await expect(at.undo(taken.id, ann)).rejects.toMatchObject({
      code: 'already-undone',
      message: expect.stringContaining('by bob at 2025-10-09') as string,
    });
    await expect(at.undo('decision-none', ann)).rejects.toMatchObject({ code: 'unknown-decision' });
  });

  it.each([
    [{ by: ' ', reason: '' }, /who decides is a text of 0 characters; expected 1 to 200/],
    [{ by: 'x'.repeat(201), reason: '' }, /201/],
    [{ by: 'a\u001b[31mnn', reason: '' }, /who decides has control or invisible characters/],
    [{ by: 'ann', reason: 'so\u202Etxt' }, /the reason has control or invisible characters/],
    [{ by: 'ann', reason: 'x'.repeat(2001) }, /the reason is a text of 2001 characters; expected 0 to 2000/],
  ])('are refused of %j', async (decider, message) => {
    const refused = { code: 'bad-wish', message: expect.stringMatching(message) as string };
    await expect(decisions().decide({ kind: 'confirm', group: 'shop' }, decider)).rejects.toMatchObject(refused);
    await expect(decisions().undo('decision-none', decider)).rejects.toMatchObject(refused);
    expect(await decisions().list()).toEqual([]);
  });

  it('are bounded with those that were undone', async () => {
    const text = 'x'.repeat(1 << 20);
    const rows = (count: number, wish: string) =>
      Array.from({ length: count }, (_, at) => ({
        number: at + 1,
        id: `decision-${at}`,
        at: 1_760_000_000,
        by: 'ann',
        reason: '',
        undoes: '',
        wish,
        groups: '[]',
        topology: '',
      }));
    const refused = { code: 'too-many-decisions' };
    await store.insert('group_decisions', rows(65, JSON.stringify({ kind: 'rename', group: 'x', name: text })));
    await expect(decisions().decide({ kind: 'confirm', group: 'shop' }, ann)).rejects.toMatchObject(refused);
    expect(await decisions().undo('decision-1', ann)).toMatchObject({ undone: { by: 'ann' } });
    await store.insert('group_decisions', rows(40_001, ''));
    await expect(decisions().list()).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('expected fewer than 40000') as string,
    });
  });

  it('need groups to decide on', async () => {
    latest = undefined;
    await expect(decisions().decide({ kind: 'confirm', group: 'shop' }, ann)).rejects.toMatchObject({
      code: 'no-topology',
    });
  });
});
