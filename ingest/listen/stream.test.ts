import { connect, type Socket } from 'node:net';
import { ipfix, join, set } from '../decode/testing/datagrams';
import { parsePrefix } from '../kernel/ip';
import { createLog } from '../kernel/log';
import { Farewells } from './farewells';
import { resetOnClose } from './reset-on-close';
import { createSenders } from './senders';
import { createStreamListener, type StreamLimits, type StreamListener } from './stream';

jest.mock('./reset-on-close', () => ({
  resetOnClose: jest.fn(jest.requireActual<typeof import('./reset-on-close')>('./reset-on-close').resetOnClose),
}));
const inherit = jest.mocked(resetOnClose);

async function until(reached: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !reached(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(reached()).toBe(true);
}

/** A reset comes as an error first. */
async function gone(client: Socket): Promise<void> {
  await until(() => client.destroyed);
}

const message = (sequence: number, bytes = 8): Uint8Array => ipfix({ sequence }, set(256, new Uint8Array(bytes)));

describe('IPFIX over TCP', () => {
  const listeners: StreamListener[] = [];
  const clients: Socket[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    for (const listener of listeners.splice(0)) await listener.stop();
  });

  interface Conditions {
    readonly limits?: Partial<StreamLimits>;
    readonly allowed?: readonly string[];
    readonly full?: boolean;
  }

  const setUp = async ({ limits = {}, allowed = ['0.0.0.0/0'], full = false }: Conditions = {}) => {
    const now = { millis: 1e12 };
    const taken: { session: number | undefined; sequence: number }[] = [];
    const over: number[] = [];
    const unsafe: (() => void)[] = [];
    const sink = {
      full: false,
      behind: full,
      /** What is taken is safe only when the test says so. */
      held: false,
      whenSafe(done: () => void) {
        if (this.held) unsafe.push(done);
        else done();
      },
      take(bytes: Uint8Array, { session }: { readonly session?: number }) {
        taken.push({ session, sequence: Buffer.from(bytes).readUInt32BE(8) });
      },
      /** What is taken can be decoded, unless the test says otherwise. */
      decodable: true,
      finish() {
        return this.decodable;
      },
      end: (session: number) => void over.push(session),
    };
    let sessions = 0;
    const listener = createStreamListener(
      { host: '127.0.0.1', port: 0 },
      {
        sink,
        senderOf: createSenders(allowed.map(parsePrefix)),
        nextSession: () => ++sessions,
        log: createLog('silent'),
        steady: () => now.millis,
        limits,
      },
    );
    listeners.push(listener);
    const port = await listener.start();
    const dial = async (): Promise<Socket> => {
      const client = connect(port, '127.0.0.1');
      client.on('error', () => undefined);
      clients.push(client);
      await new Promise<void>((resolve) => {
        client.once('connect', resolve);
        client.once('close', () => resolve());
      });
      return client;
    };
    return { now, taken, over, unsafe, sink, listener, port, dial };
  };

  it('cuts what comes into messages, however it is cut on the way, by connection', async () => {
    const { taken, over, listener, dial } = await setUp();
    const [one, two] = [await dial(), await dial()];
    await until(() => listener.health().connections === 2);
    const bytes = join(message(1), message(2, 60_000), message(3));
    one.write(bytes.subarray(0, 3));
    await until(() => one.writableLength === 0);
    one.write(bytes.subarray(3, 70));
    two.write(message(9));
    one.end(bytes.subarray(70));
    two.end();
    await until(() => over.length === 2);
    expect(taken.filter(({ session }) => session === 1).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(taken.filter(({ session }) => session === 2).map(({ sequence }) => sequence)).toEqual([9]);
    expect(listener.health()).toMatchObject({
      transport: 'tcp',
      received: 4,
      droppedByUs: 0,
      droppedByKernel: undefined,
      connections: 0,
      ended: { closed: 2 },
      drops: [],
    });
  });

  it('closes a connection that speaks something else, and keeps what came before', async () => {
    const { taken, listener, dial } = await setUp();
    const client = await dial();
    client.write(join(message(1), Buffer.from('GET / HTTP/1.1\r\n')));
    await gone(client);
    await until(() => listener.health().connections === 0);
    expect(taken).toHaveLength(1);
    expect(listener.health()).toMatchObject({
      ended: { 'not-ipfix': 1 },
      drops: [{ address: '127.0.0.1', reason: 'not-ipfix', count: 1 }],
    });
  });

  it('counts a connection that ends within a message as failed', async () => {
    const { listener, over, dial } = await setUp();
    (await dial()).end(message(1).subarray(0, 10));
    await until(() => over.length === 1);
    expect(listener.health().ended).toEqual({ failed: 1 });
  });

  it('does not read while there is no room, and loses nothing', async () => {
    const { taken, sink, listener, now, dial } = await setUp({ full: true, limits: { idleMillis: 10 } });
    const client = await dial();
    const count = 400;
    for (let sequence = 0; sequence < count; sequence++) client.write(message(sequence, 30_000));
    await until(() => listener.health().connections === 1);
    now.millis += 1000;
    listener.tick();
    await new Promise((resolve) => setTimeout(resolve, 50));
    // What its own pause made silent is not idle.
    expect(listener.health()).toMatchObject({ connections: 1, received: 0, ended: {} });
    expect(client.writableLength).toBeGreaterThan(0);
    sink.behind = false;
    listener.tick();
    await until(() => taken.length === count);
    expect(taken.map(({ sequence }) => sequence)).toEqual(Array.from({ length: count }, (_, index) => index));
  });

  describe('answers the end of a stream', () => {
    /** What an exporter finds at the end of our side: `end`, or the code of the error. */
    const answerTo = (client: Socket): { found: string | undefined } => {
      const answer: { found: string | undefined } = { found: undefined };
      client.on('end', () => (answer.found = 'end'));
      client.on('error', (error: NodeJS.ErrnoException) => (answer.found = error.code));
      return answer;
    };

    it('with its own when everything is safe, and not before', async () => {
      const { taken, unsafe, sink, listener, now, dial } = await setUp({ limits: { idleMillis: 10 } });
      sink.held = true;
      const client = await dial();
      const answer = answerTo(client);
      client.end(join(message(1), message(2)));
      await until(() => unsafe.length === 1);
      expect(taken).toHaveLength(2);
      // However long the disk takes.
      now.millis += 3_600_000;
      listener.tick();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect([answer.found, listener.health().connections]).toEqual([undefined, 1]);
      for (const done of unsafe) done();
      await until(() => answer.found === 'end');
      await until(() => listener.health().ended.closed === 1);
    });

    it.each([
      ['within a message', (client: Socket) => client.end(message(1).subarray(0, 10)), 'failed'],
      ['with something else', (client: Socket) => client.end('GET / HTTP/1.1\r\n'), 'not-ipfix'],
    ])('with a reset when it ends %s', async (_, send, end) => {
      const { listener, dial } = await setUp();
      const client = await dial();
      const answer = answerTo(client);
      send(client);
      await until(() => answer.found !== undefined);
      expect(answer.found).toBe('ECONNRESET');
      expect(listener.health().ended).toEqual({ [end]: 1 });
    });

    it('with a reset when the disk lost what may be its, or when we stop before it is safe', async () => {
      for (const end of ['breakOff', 'stop'] as const) {
        const { unsafe, sink, listener, dial } = await setUp();
        sink.held = true;
        const [waiting, sending] = [await dial(), await dial()];
        const answers = [answerTo(waiting), answerTo(sending)];
        waiting.end(message(1));
        sending.write(message(1));
        await until(() => unsafe.length === 1 && listener.health().received === 2);
        if (end === 'stop') await listener.stop();
        else listener.breakOff('failed', 'the disk lost it');
        await until(() => answers.every(({ found }) => found !== undefined));
        expect(answers.map(({ found }) => found)).toEqual(['ECONNRESET', 'ECONNRESET']);
        const reason = end === 'stop' ? 'interrupted' : 'failed';
        expect(listener.health()).toMatchObject({ ended: { [reason]: 2 }, drops: [{ reason, count: 2 }] });
        for (const done of unsafe) done();
      }
    });

    it('with a reset when not all that it brought could be decoded', async () => {
      const { sink, listener, dial } = await setUp();
      sink.decodable = false;
      const client = await dial();
      const answer = answerTo(client);
      client.end(message(1));
      await until(() => answer.found !== undefined);
      expect([answer.found, listener.health().ended]).toEqual(['ECONNRESET', { 'too-many-templates': 1 }]);
    });

    it.each([
      ['within a message', {}, (client: Socket) => client.end(message(1).subarray(0, 10))],
      ['because it may not connect', { allowed: ['10.0.0.0/8'] }, (client: Socket) => client.end()],
      ['because there are too many', { limits: { connections: 0 } }, (client: Socket) => client.end()],
    ])('with a reset when it ends %s, where sockets do not inherit that', async (_, conditions, send) => {
      inherit.mockReturnValueOnce('not on this system');
      const { dial } = await setUp(conditions);
      const client = await dial();
      send(client);
      await gone(client.resume());
      expect(client.errored).toMatchObject({ code: 'ECONNRESET' });
    });

    it('and keeps the socket until that is confirmed, but lets its exporter connect again', async () => {
      const held = jest.spyOn(Farewells.prototype, 'hold');
      const { dial, listener } = await setUp({ limits: { connectionsPerAddress: 1 } });
      for (let times = 1; times <= 3; times++) {
        const client = await dial();
        const answer = answerTo(client);
        client.end(message(times));
        await until(() => answer.found !== undefined);
        expect([answer.found, held.mock.calls.length]).toEqual(['end', times]);
      }
      expect(held.mock.calls.map(([socket]) => socket.closed)).toEqual([false, false, false]);
      expect(listener.health()).toMatchObject({ connections: 0, ended: { closed: 3 } });
    });

    it('when we stop, if it is safe by then', async () => {
      const { unsafe, sink, listener, dial } = await setUp();
      sink.held = true;
      const [waiting, sending] = [await dial(), await dial()];
      const answers = [answerTo(waiting), answerTo(sending)];
      waiting.end(message(1));
      await until(() => unsafe.length === 1);
      listener.quiesce();
      sending.end(message(2));
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (const done of unsafe) done();
      await listener.stop();
      await until(() => answers.every(({ found }) => found !== undefined));
      // What the second sent was not read any more.
      expect(answers.map(({ found }) => found)).toEqual(['end', 'ECONNRESET']);
    });
  });

  it('closes connections that are silent for too long', async () => {
    const { now, listener, dial } = await setUp({ limits: { idleMillis: 5000 } });
    const client = await dial();
    await until(() => listener.health().connections === 1);
    now.millis += 5000;
    listener.tick();
    expect(listener.health().connections).toBe(1);
    now.millis += 1;
    listener.tick();
    await gone(client);
    expect(listener.health().ended).toEqual({ idle: 1 });
  });

  it('closes connections that drip a message byte by byte', async () => {
    const { now, taken, listener, dial } = await setUp({ limits: { messageMillis: 3000 } });
    const client = await dial();
    const bytes = message(1, 100);
    client.write(join(message(0), bytes.subarray(0, 1)));
    await until(() => taken.length === 1);
    for (let at = 1; at <= 3; at++) {
      now.millis += 1000;
      client.write(bytes.subarray(at, at + 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
      listener.tick();
    }
    expect(listener.health().connections).toBe(1);
    now.millis += 1;
    listener.tick();
    await gone(client);
    expect(listener.health().ended).toEqual({ stalled: 1 });
  });

  it('takes no more connections than it may, altogether and of one address', async () => {
    for (const limits of [{ connections: 2 }, { connectionsPerAddress: 2 }]) {
      const { listener, dial } = await setUp({ limits });
      const [first] = [await dial(), await dial()];
      await until(() => listener.health().connections === 2);
      await gone(await dial());
      expect(listener.health()).toMatchObject({ connections: 2, ended: { 'too-many': 1 } });
      first?.end();
      await until(() => listener.health().connections === 1);
      await dial();
      await until(() => listener.health().connections === 2);
    }
  });

  it('does not listen to those who are not on the list', async () => {
    const { listener, dial } = await setUp({ allowed: ['10.0.0.0/8'] });
    await gone(await dial());
    expect(listener.health()).toMatchObject({
      connections: 0,
      refused: 1,
      drops: [{ address: '127.0.0.1', reason: 'not-allowed', count: 1 }],
    });
  });

  it('says which port is taken', async () => {
    const { port } = await setUp();
    const second = createStreamListener(
      { host: '127.0.0.1', port },
      {
        sink: {
          full: false,
          behind: false,
          take: () => undefined,
          whenSafe: () => undefined,
          finish: () => true,
          end: () => undefined,
        },
        senderOf: createSenders(undefined),
        nextSession: () => 1,
        log: createLog('silent'),
        steady: () => 0,
      },
    );
    await expect(second.start()).rejects.toMatchObject({ code: 'listen-failed', where: { port } });
  });
});
