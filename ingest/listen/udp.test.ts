import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Sender } from '../decode/exporter';
import { addressFromBytes, formatAddress, parsePrefix } from '../kernel/ip';
import { createLog } from '../kernel/log';
import { createSenders } from './senders';
import { createUdpListener, type Listener } from './udp';

async function until(reached: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !reached(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(reached()).toBe(true);
}

async function send(port: number, host: string, texts: readonly string[]): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  for (const text of texts) await new Promise((resolve) => socket.send(text, port, host, resolve));
  socket.close();
  await once(socket, 'close');
}

describe('UDP listener', () => {
  const started: Listener[] = [];
  afterEach(async () => {
    for (const listener of started.splice(0)) await listener.stop();
  });

  const setUp = async ({ host = '127.0.0.1', port = 0, full = false, allowed = ['0.0.0.0/0', '::/0'] } = {}) => {
    const seen: string[] = [];
    const log = createLog('silent');
    const warn = jest.spyOn(log, 'warn');
    const sink = {
      full,
      take: (message: Uint8Array, { address }: Sender) =>
        void seen.push(`${Buffer.from(message).toString()} from ${formatAddress(addressFromBytes(address))}`),
    };
    const senderOf = createSenders(allowed.map(parsePrefix));
    const create = (receiveBuffer: number) => {
      const listener = createUdpListener({ host, port }, receiveBuffer, { sink, senderOf, log });
      started.push(listener);
      return listener;
    };
    const listener = create(1 << 16);
    return { seen, sink, warn, listener, create, port: await listener.start() };
  };

  it.each(['127.0.0.1', '::1'])('hands over every datagram on %s', async (host) => {
    const { seen, listener, port } = await setUp({ host });
    await send(port, host, ['one', 'two', 'three']);
    await until(() => seen.length === 3);
    expect(seen).toEqual([`one from ${host}`, `two from ${host}`, `three from ${host}`]);
    listener.tick();
    expect(listener.health()).toEqual({
      listener: `udp ${host.includes(':') ? `[${host}]` : host}:${port}`,
      transport: 'udp',
      received: 3,
      droppedByKernel: process.platform === 'linux' ? 0 : undefined,
      droppedByUs: 0,
      refused: 0,
      drops: [],
      receiveBuffer: expect.any(Number),
      connections: undefined,
      ended: {},
    });
  });

  it('drops, and counts by sender, while there is no room', async () => {
    const { seen, sink, listener, port } = await setUp({ full: true });
    await send(port, '127.0.0.1', ['one', 'two']);
    await until(() => listener.health().received === 2);
    sink.full = false;
    await send(port, '127.0.0.1', ['three']);
    await until(() => seen.length === 1);
    expect(seen).toEqual(['three from 127.0.0.1']);
    expect(listener.health()).toMatchObject({
      droppedByUs: 2,
      drops: [{ address: '127.0.0.1', reason: 'spool-full', count: 2 }],
    });
  });

  it('does not listen to those who are not on the list', async () => {
    const { seen, listener, port } = await setUp({ allowed: ['10.0.0.0/8'] });
    await send(port, '127.0.0.1', ['one']);
    await until(() => listener.health().refused === 1);
    expect(seen).toEqual([]);
    expect(listener.health()).toMatchObject({
      received: 1,
      droppedByUs: 0,
      drops: [{ address: '127.0.0.1', reason: 'not-allowed', count: 1 }],
    });
  });

  it('tells what the kernel dropped', async () => {
    const { listener, port, seen } = await setUp();
    const sender = createSocket('udp4');
    // In one go, so that the listener has no chance to read in between.
    const sent = Array.from(
      { length: 500 },
      () => new Promise((resolve) => sender.send(Buffer.alloc(8000), port, '127.0.0.1', resolve)),
    );
    await Promise.all(sent);
    sender.close();
    const accountedFor = (): number => {
      listener.tick();
      const { received, droppedByKernel } = listener.health();
      return received + (droppedByKernel ?? 0);
    };
    if (process.platform !== 'linux') return;
    await until(() => accountedFor() === 500);
    expect(listener.health().droppedByKernel).toBeGreaterThan(0);
    expect(seen.length).toBe(listener.health().received);
  });

  it('says when the kernel grants less than was asked for, and how to have more', async () => {
    const { create, warn } = await setUp();
    expect(warn).not.toHaveBeenCalled();
    // Nobody grants a gigabyte.
    const greedy = create(1 << 30);
    await greedy.start();
    expect(greedy.health().receiveBuffer).toBeLessThan(1 << 30);
    expect(warn).toHaveBeenCalledWith(
      expect.objectContaining({ asked: 1 << 30, granted: greedy.health().receiveBuffer }),
      expect.stringContaining(process.platform === 'linux' ? `net.core.rmem_max=${1 << 30}` : 'receiveBufferMiB'),
    );
  });

  it('says which port is taken', async () => {
    const { port } = await setUp();
    await expect(setUp({ port })).rejects.toMatchObject({
      code: 'listen-failed',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });
});
