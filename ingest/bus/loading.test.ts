import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { WayleaveError } from '../kernel/errors';
import { segmentId } from '../model/segment-id';
import { loadMessages, type LoadContext } from './loading';
import type { RowsMessage } from './message';
import { createBusMetrics } from './metrics';
import { createFakeStore, gone } from './testing/fake-store';
import { uuidBytes } from './uuid';

/** A message of rows of one byte. */
function message(index: number, rows = 2, layout: RowsMessage['layout'] = ['protocol']): RowsMessage {
  const segment = segmentId('test', index);
  const row = Buffer.concat([uuidBytes(segment), Buffer.of(6)]);
  return { segment, layout, rows, body: Buffer.concat(Array<Buffer>(rows).fill(row)), again: false };
}

const ids = (messages: readonly RowsMessage[]): string[] => messages.map(({ segment }) => segment);

describe('loadMessages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-loading-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const setUp = () => {
    const fake = createFakeStore();
    const waits: string[] = [];
    const refused: string[] = [];
    const metrics = createBusMetrics(new Registry());
    const context: LoadContext = {
      write: (work) => work(new AbortController().signal),
      wait: (reason) => Promise.resolve(void waits.push(reason)),
      refused: ({ segment }, reason) => Promise.resolve(void refused.push(`${segment}: ${reason}`)),
    };
    const load = (messages: readonly RowsMessage[], doubtful: readonly string[] = [], changed = context) =>
      loadMessages(messages, new Set(doubtful), changed, { store: fake.store, folder, metrics, writeSeconds: 5 });
    const counted = async () => ({
      loaded: (await metrics.loadedRows.get()).values[0]?.value,
      duplicate: (await metrics.duplicateRows.get()).values[0]?.value,
    });
    return { ...fake, waits, refused, context, load, counted };
  };

  it('loads what it is given in one insert, marks its hours and leaves no file', async () => {
    const { load, rows, tokens, marked, counted } = setUp();
    const messages = [message(1), message(2, 3)];
    await load(messages);
    expect(Object.fromEntries(rows)).toEqual({ [segmentId('test', 1)]: 2, [segmentId('test', 2)]: 3 });
    expect(tokens).toHaveLength(1);
    expect(marked).toEqual([ids(messages)]);
    expect(await counted()).toEqual({ loaded: 5, duplicate: 0 });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('makes an insert for each layout, under a token of its messages in any order', async () => {
    const [one, other] = [setUp(), setUp()];
    await one.load([message(1), message(2), message(3, 1, ['tos'])]);
    await other.load([message(2), message(1)]);
    expect(one.tokens).toHaveLength(2);
    expect(other.tokens[0]).toBe(one.tokens[0]);
  });

  it('leaves out what is in, takes out what is in by half, and knows a message that is there twice', async () => {
    const { load, rows, counted } = setUp();
    const [whole, half, fresh] = [message(1), message(2), message(3)];
    rows.set(whole.segment, 2).set(half.segment, 1);
    await load([whole, half, fresh, fresh], ids([whole, half]));
    expect([...rows.values()]).toEqual([2, 2, 2]);
    expect(await counted()).toEqual({ loaded: 4, duplicate: 4 });
  });

  const lost = (): never => {
    throw gone();
  };
  it.each([
    ['did not arrive', [lost], 2],
    ['arrived, and the answer was lost', [(load: () => void) => (load(), lost())], 2],
    ['did not arrive three times', [lost, lost, lost], 4],
    ['left its token behind and no rows', [lost, () => undefined], 3],
  ])('has everything once when the load %s', async (_, failures, loads) => {
    const { load, rows, tokens, plan, waits } = setUp();
    plan.push(...failures);
    await load([message(1), message(2)]);
    expect([...rows.values()]).toEqual([2, 2]);
    expect(tokens).toHaveLength(loads);
    expect(waits.every((reason) => reason === 'connection lost')).toBe(true);
  });

  it('finds the one message that the store refuses, and takes the others', async () => {
    const { load, rows, plan, refused } = setUp();
    const no = (): never => {
      const cause = Object.assign(new Error('Cannot parse'), { code: '27' });
      throw new WayleaveError('ClickHouse cannot read it', { code: 'bad-segment', cause });
    };
    plan.push(no, (put) => put(), no);
    const messages = [message(1), message(2), message(3)];
    await load(messages);
    expect([...rows.keys()]).toEqual([messages[0]?.segment, messages[2]?.segment]);
    expect(refused).toEqual([expect.stringContaining(messages[1]?.segment ?? '')]);
  });

  it('gets in what comes again when its token outlived its rows, and loads no other twice for it', async () => {
    const { load, rows, tokens, plan } = setUp();
    const messages = [message(1), message(2)];
    await load(messages);
    rows.clear();
    await load(messages, ids(messages));
    expect([...rows.values()]).toEqual([2, 2]);
    rows.delete(messages[0]?.segment ?? '');
    plan.push(() => undefined);
    await load([...messages, message(3)], ids(messages));
    expect([...rows.values()]).toEqual([2, 2, 2]);
    expect(new Set(tokens).size).toBeGreaterThan(3);
  });

  it('waits when rows are not in, however often they are loaded', async () => {
    const { load, rows, plan, waits } = setUp();
    plan.push(...Array<() => void>(5).fill(() => undefined));
    const messages = [message(1)];
    await load(messages, ids(messages));
    expect(waits).toEqual(['1 messages are not in ClickHouse, however often they are loaded']);
    expect([...rows.values()]).toEqual([2]);
  }, 15_000);

  it('waits for what is no fault of the data, and stops when it must not write any more', async () => {
    const { load, rows, plan, waits, context } = setUp();
    plan.push(() => {
      throw new WayleaveError('ClickHouse refused it: (TABLE_IS_READ_ONLY)', { code: 'store-query' });
    });
    await load([message(1)]);
    expect(waits).toHaveLength(1);
    const fenced: LoadContext = { ...context, write: () => Promise.reject(new Error('fenced off')) };
    await expect(load([message(2)], [], fenced)).rejects.toThrow('fenced off');
    expect([...rows.keys()]).toEqual([segmentId('test', 1)]);
  });
});
