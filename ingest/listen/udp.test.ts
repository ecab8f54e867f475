import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Registry } from 'prom-client';
import type { FlowDecoder } from '../decode/exporter';
import { createLog } from '../kernel/log';
import type { RowBatches } from '../model/rows';
import type { Loader, Spool, SpooledSegment } from '../spool';
import { createListenMetrics } from './metrics';
import { createUdpListener } from './udp';

/** One row per datagram, so that what arrives can be counted. */
function countingDecoder(seen: string[]): FlowDecoder {
  return {
    decode(datagram, from, _received, batches: RowBatches) {
      seen.push(`${Buffer.from(datagram).toString()} from ${Buffer.from(from.address.subarray(12)).join('.')}`);
      const batch = batches.for(['protocol']);
      batch.reserve(1);
      batch.bytes[batch.used++] = 6;
      batch.rows++;
    },
    settle: () => undefined,
    takeNames: () => [],
    end: () => undefined,
    health: () => [],
  };
}

function memorySpool(written: number[], backlog = 0): Spool {
  return {
    folder: '',
    backlog,
    open: () => Promise.resolve({ segments: [], aside: [] }),
    write(batches) {
      const rows = batches.filled().map((batch) => batch.take().rows);
      written.push(...rows);
      return Promise.resolve(
        rows.map((count): SpooledSegment => ({ id: '', path: '', layout: ['protocol'], rows: count, bytes: count })),
      );
    },
    remove: () => Promise.resolve(),
    setAside: () => Promise.resolve(),
  };
}

describe('UDP listener', () => {
  const setUp = (backlog = 0) => {
    const seen: string[] = [];
    const written: number[] = [];
    const added: SpooledSegment[] = [];
    const registry = new Registry();
    const loader: Loader = {
      start: () => Promise.resolve(),
      add: (segments) => void added.push(...segments),
      idle: () => Promise.resolve(),
      stop: () => Promise.resolve(),
    };
    const listener = createUdpListener(
      { host: '127.0.0.1', port: 0, receiveBuffer: 1 << 20, spoolLimit: 1000 },
      {
        decoder: countingDecoder(seen),
        spool: memorySpool(written, backlog),
        loader,
        log: createLog('silent'),
        metrics: createListenMetrics(registry),
        clock: () => new Date(0),
      },
    );
    return { seen, written, added, registry, listener };
  };

  const send = async (port: number, texts: readonly string[]) => {
    const socket = createSocket('udp4');
    for (const text of texts) await new Promise((resolve) => socket.send(text, port, '127.0.0.1', resolve));
    socket.close();
    await once(socket, 'close');
  };

  const until = async (reached: () => boolean) => {
    for (let tries = 0; tries < 500 && !reached(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(reached()).toBe(true);
  };

  it('decodes every datagram and spools its rows when it stops', async () => {
    const { seen, written, added, listener } = setUp();
    const port = await listener.start();
    await send(port, ['one', 'two', 'three']);
    await until(() => seen.length === 3);
    await listener.stop();
    expect(seen).toEqual(['one from 127.0.0.1', 'two from 127.0.0.1', 'three from 127.0.0.1']);
    expect(written.reduce((sum, rows) => sum + rows, 0)).toBe(3);
    expect(added.reduce((sum, { rows }) => sum + rows, 0)).toBe(3);
  });

  it('drops and counts while the spool is full', async () => {
    const { seen, registry, listener } = setUp(1001);
    const port = await listener.start();
    await send(port, ['one', 'two']);
    const dropped = async () => (await registry.getSingleMetric('wayleave_udp_dropped_total')?.get())?.values[0]?.value;
    for (let tries = 0; tries < 500 && (await dropped()) !== 2; tries++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await dropped()).toBe(2);
    await listener.stop();
    expect(seen).toEqual([]);
  });

  it('says which port is taken', async () => {
    const first = setUp().listener;
    const port = await first.start();
    const second = createUdpListener(
      { host: '127.0.0.1', port, receiveBuffer: 1 << 16, spoolLimit: 1 },
      {
        decoder: countingDecoder([]),
        spool: memorySpool([]),
        loader: {
          start: () => Promise.resolve(),
          add: () => undefined,
          idle: () => Promise.resolve(),
          stop: () => Promise.resolve(),
        },
        log: createLog('silent'),
        metrics: createListenMetrics(new Registry()),
        clock: () => new Date(0),
      },
    );
    await expect(second.start()).rejects.toMatchObject({
      code: 'listen-failed',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
    await first.stop();
  });
});
