import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Message } from 'kafkajs';
import { Registry } from 'prom-client';
import { WayleaveError } from '../kernel/errors';
import { createLog } from '../kernel/log';
import { createFence } from './fence';
import { readBatch } from './intake';
import { valueHeaders } from './message';
import { createBusMetrics } from './metrics';
import { insertOnto } from './observations';
import { createPatience } from './patience';
import type { Sender } from './producer';
import { createRound, type Share } from './round';
import { createSplitter } from './splitter';
import { createFakeStore, gone } from './testing/fake-store';

const TOPIC = 'flows';
const log = createLog('silent');
const clock = () => new Date(0);

/** A message of two rows, as it would be fetched from that offset. */
function fetched(name: string, offset: number, again = false) {
  const splitter = createSplitter({ id: name, layout: ['protocol'], limit: 1000, again });
  splitter.push(Buffer.of(6, 17));
  return splitter.finish().map((message) => ({ ...message, key: Buffer.from(message.key), offset: String(offset) }));
}

describe('round', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-round-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const setUp = () => {
    const fake = createFakeStore();
    const sent: Message[] = [];
    const failures: Error[] = [];
    const sender: Sender = {
      send: (_, messages) => {
        const failure = failures.shift();
        if (failure) return Promise.reject(failure);
        sent.push(...messages);
        return Promise.resolve();
      },
      stop: () => Promise.resolve(),
    };
    const metrics = createBusMetrics(new Registry());
    const patience = createPatience('the store', { log, clock, signal: new AbortController().signal });
    const fence = createFence();
    const round = createRound({
      store: fake.store,
      folder,
      metrics,
      sender,
      patience,
      log,
      fence,
      deadLetterTopic: 'dead',
      writeSeconds: 5,
    });
    const share = (
      messages: ReturnType<typeof fetched>,
      boundary = 0n,
      heartbeat = () => Promise.resolve(),
    ): Share => ({
      intake: readBatch({ topic: TOPIC, partition: 3, messages }, 'observations'),
      boundary,
      generation: fence.generation,
      heartbeat,
    });
    return { ...fake, fence, round, share, sent, failures, patience };
  };

  it.each([
    ['what an earlier owner may have loaded', false, 8n, 2],
    ['what was put on the bus again', true, 0n, 2],
    ['nothing else', false, 7n, 4],
  ])('looks in the store for %s', async (_, again, boundary, rows) => {
    const { round, share, rows: found } = setUp();
    const messages = fetched('a', 7, again);
    const id = messages[0]?.headers.segment ?? '';
    found.set(id, 2);
    await round([share(messages, boundary)]);
    expect(found.get(id)).toBe(rows);
  });

  it('looks for what it had in hand itself, after a failure too', async () => {
    const { round, share, rows, plan } = setUp();
    const messages = fetched('a', 7);
    plan.push((load) => {
      load();
      throw new Error('fenced off');
    });
    await expect(round([share(messages)])).rejects.toThrow('fenced off');
    await round([share(messages)]);
    expect([...rows.values()]).toEqual([2]);
  });

  it('leaves out partitions that were dealt out anew while they waited', async () => {
    const { round, share, fence, rows } = setUp();
    const old = share(fetched('a', 1));
    fence.joined();
    await round([old, share(fetched('b', 2))]);
    expect(rows.size).toBe(1);
  });

  it('writes nothing when the heartbeat fails', async () => {
    const { round, share, tokens } = setUp();
    await expect(round([share(fetched('a', 1), 0n, () => Promise.reject(new Error('rebalance')))])).rejects.toThrow(
      'rebalance',
    );
    expect(tokens).toEqual([]);
  });

  it('sends poison to the dead letters as it was, with the reason and the place, however often that takes', async () => {
    const { round, share, sent, failures, rows, patience } = setUp();
    failures.push(gone());
    const [bad] = fetched('a', 7).map((message) => ({ ...message, headers: { ...message.headers, rows: '3' } }));
    await round([share(bad ? [bad, ...fetched('b', 8)] : [])]);
    expect(sent).toEqual([
      {
        key: bad?.key,
        value: bad?.value,
        headers: expect.objectContaining({ rows: '3', topic: TOPIC, partition: '3', offset: '7' }),
      },
    ]);
    expect(sent[0]?.headers?.reason).toMatch(/2 whole rows/);
    expect([...rows.values()]).toEqual([2]);
    expect(patience.trouble).toBeUndefined();
  });

  it('takes a message with headers that are null to the dead letters without them', async () => {
    const { round, sent, share } = setUp();
    const [whole] = fetched('a', 7);
    const messages = [
      { ...whole, headers: { ...whole?.headers, schema: null, trace: null, many: [null, 'x'] } },
      { ...whole, headers: { other: null } },
    ].map((message, offset) => ({ key: null, value: null, ...message, offset: String(offset) }));
    await round([{ ...share([]), intake: readBatch({ topic: TOPIC, partition: 3, messages }, 'observations') }]);
    expect(sent.map(({ headers }) => Object.keys(headers ?? {}))).toEqual([
      ['crc32c', 'segment', 'rows', 'many', 'reason', 'topic', 'partition', 'offset'],
      ['reason', 'topic', 'partition', 'offset'],
    ]);
    expect(sent[0]?.headers).toMatchObject({ many: 'x', reason: 'it has no header schema' });
  });

  const tooLarge = () => new WayleaveError('Kafka takes nothing: too large', { code: 'bus-refused' });
  it.each([
    ['what is left of', 1, 1],
    ['nothing of', 2, 0],
  ])('keeps %s a dead letter that the broker refuses, and goes on', async (_, refusals, letters) => {
    const { round, share, sent, failures, rows } = setUp();
    for (let index = 0; index < refusals; index++) failures.push(tooLarge());
    const [bad] = fetched('a', 7).map((message) => ({ ...message, headers: { ...message.headers, rows: '3' } }));
    await round([share(bad ? [bad, ...fetched('b', 8)] : [])]);
    expect(sent).toHaveLength(letters);
    for (const { value, headers } of sent) {
      expect(value).toBeNull();
      expect(Object.keys(headers ?? {})).toEqual(['reason', 'topic', 'partition', 'offset', 'bytes', 'crc32c']);
      expect(headers?.crc32c).toBe(bad && valueHeaders(bad.value).crc32c);
    }
    expect([...rows.values()]).toEqual([2]);
  });

  it('inserts observations under a token of their place, and rolls up hours of VRFs that got a name', async () => {
    const { round, share, sent, store } = setUp();
    const inserted: unknown[][] = [];
    const commands: unknown[] = [];
    store.insert = (...args) => Promise.resolve(void inserted.push(args));
    store.command = (_, params) => Promise.resolve(void commands.push(params));
    const metrics = createBusMetrics(new Registry());
    const onto: Message[] = [];
    const sender: Sender = { send: (_, all) => Promise.resolve(void onto.push(...all)), stop: () => Promise.resolve() };
    const bus = insertOnto({ topic: 'observations', limit: 150 }, { sender, metrics });
    const name = { exporter: '192.0.2.1', domain: 0, kind: 'vrf', id: '7', name: 'blue', learned: 1 };
    await bus.insert('exporter_names', [name, { ...name, kind: 'interface' }]);
    expect(onto).toHaveLength(2);
    const messages = onto.map(({ value, headers }, index) => ({
      key: null,
      value: value as Buffer,
      headers,
      offset: String(index),
    }));
    const intake = readBatch({ topic: 'observations', partition: 0, messages }, 'observations');
    await round([{ ...share([]), intake }]);
    expect(inserted.map(([table, rows]) => [table, rows])).toEqual([
      ['exporter_names', [name]],
      ['exporter_names', [{ ...name, kind: 'interface' }]],
    ]);
    expect(new Set(inserted.map(([, , token]) => token)).size).toBe(2);
    expect(commands).toEqual([{ exporters: ['192.0.2.1'], scopes: ['7'] }]);
    expect(sent).toEqual([]);
  });

  it.each([
    ['of an unknown table', { table: 'documents' }, '{}', /documents/],
    ['that are no JSON', {}, '{', /JSON/],
    ['that are no objects', {}, '7', /not an object/],
  ])('takes no observations %s', async (_, headers, text, reason) => {
    const metrics = createBusMetrics(new Registry());
    const onto: Message[] = [];
    const sender: Sender = {
      send: (_topic, all) => Promise.resolve(void onto.push(...all)),
      stop: () => Promise.resolve(),
    };
    await insertOnto({ topic: 'o', limit: 100 }, { sender, metrics }).insert('listener_minutes', [JSON.parse('{}')]);
    const value = Buffer.from(text);
    const message = {
      key: null,
      value,
      offset: '0',
      headers: { ...onto[0]?.headers, ...valueHeaders(value), ...headers },
    };
    expect(readBatch({ topic: 'o', partition: 0, messages: [message] }, 'o').dead).toMatchObject([
      { reason: expect.stringMatching(reason) },
    ]);
  });
});
