import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import type { ExporterName } from '../decode/exporter';
import { netflow5, netflow5Record } from '../decode/testing/datagrams';
import { createLog } from '../kernel/log';
import { RowBatches } from '../model/rows';
import { createAppender, createSpool, sealAbandoned, type Fullness, type SpooledSegment } from '../spool';
import { createCollector, type Collector, type CollectorDeps } from './collector';
import { registerListenMetrics } from './metrics';
import type { Order, Report } from './protocol';
import { startThread, type IntakeThread } from './thread';

jest.mock('../spool', () => {
  const spool = jest.requireActual<typeof import('../spool')>('../spool');
  return { ...spool, sealAbandoned: jest.fn(spool.sealAbandoned) };
});
const abandoned = jest.mocked(sealAbandoned);

async function until(reached: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !reached(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(reached()).toBe(true);
}

/** A thread that answers every order, and otherwise does what the test says. */
function scriptedThread() {
  const orders: Order[] = [];
  let heard: (report: Report) => void = () => undefined;
  let end: (reason: string) => void = () => undefined;
  const thread: IntakeThread = {
    post(order) {
      orders.push(order);
      if (order.kind === 'backlog') return;
      if (order.kind === 'start') heard({ kind: 'listening', ports: { udp: [2055], tcp: [] } });
      heard({ kind: 'done', id: order.id });
      if (order.kind === 'stop') end('it stopped');
    },
    onReport(listener) {
      heard = listener;
    },
    ended: new Promise((resolve) => {
      end = resolve;
    }),
  };
  return { thread, orders, report: (report: Report) => heard(report), crash: (reason: string) => end(reason) };
}

describe('collector', () => {
  const log = createLog('silent');
  let folder: string;
  const running: Collector[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wayleave-collector-'));
  });
  afterEach(async () => {
    for (const collector of running.splice(0)) await collector.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const setUp = async (
    thread: CollectorDeps['thread'] = startThread,
    port = 0,
    pressure: NonNullable<CollectorDeps['pressure']> = { full: undefined },
  ) => {
    const added: { segment: SpooledSegment; settle: boolean }[] = [];
    const loader: CollectorDeps['loader'] = {
      add: (segments, settle = false) => void added.push(...segments.map((segment) => ({ segment, settle }))),
    };
    const spool = createSpool(join(folder, 'spool'));
    await spool.open();
    const collector = createCollector(
      {
        udp: [{ host: '127.0.0.1', port }],
        tcp: [],
        receiveBuffer: 1 << 16,
        spoolLimit: 1 << 20,
        announced: join(folder, 'templates.json'),
        logLevel: 'silent',
      },
      { spool, loader, log, thread, pressure },
    );
    const ports = await collector.start();
    running.push(collector);
    const rows = () => added.reduce((sum, { segment }) => sum + segment.rows, 0);
    return { collector, ports, spool, added, rows };
  };

  const send = async (port: number | undefined, ...datagrams: Uint8Array[]): Promise<void> => {
    const socket = createSocket('udp4');
    for (const datagram of datagrams)
      await new Promise((resolve) => socket.send(datagram, port ?? 0, '127.0.0.1', resolve));
    socket.close();
    await once(socket, 'close');
  };
  const datagram = netflow5({}, netflow5Record(), netflow5Record());

  it('hands what it receives to the loader, and tells how it goes', async () => {
    const { collector, ports, spool, rows } = await setUp();
    const registry = new Registry();
    registerListenMetrics(registry, collector);
    await send(ports.udp[0], datagram, Buffer.from('nonsense'));
    const received = async () => {
      await collector.look();
      return collector.listeners()[0]?.received;
    };
    for (let tries = 0; tries < 500 && (await received()) !== 2; tries++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await collector.flush();
    expect(rows()).toBe(2);
    expect(spool.backlog).toBeGreaterThan(0);
    expect(collector.health()).toMatchObject([
      { exporter: '127.0.0.1', format: 'netflow5', datagrams: 1, records: 2 },
      { exporter: '127.0.0.1', format: 'unknown', datagrams: 1, records: 0 },
    ]);
    const listener = `udp 127.0.0.1:${ports.udp[0]}`;
    expect(collector.listeners()).toMatchObject([{ listener, received: 2, droppedByUs: 0, refused: 0 }]);
    const metrics = await registry.metrics();
    expect(metrics).toContain(`wayleave_listener_received_total{listener="${listener}"} 2`);
    expect(metrics).toContain(`wayleave_listener_dropped_total{listener="${listener}",reason="spool-full"} 0`);
    expect(metrics).toContain(`wayleave_listener_dropped_total{listener="${listener}",reason="not-allowed"} 0`);
    expect(metrics).toMatch(/wayleave_listener_receive_buffer_bytes\{.*\} [1-9]/);
    expect(metrics).toContain('wayleave_collector_crashes_total 0');
  });

  it('hands over everything when it stops', async () => {
    const { collector, ports, rows } = await setUp();
    await send(ports.udp[0], datagram);
    for (let tries = 0; tries < 500 && collector.health().length === 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      await collector.look();
    }
    await collector.stop();
    expect(rows()).toBe(2);
    await collector.flush();
    expect(rows()).toBe(2);
  });

  it('does not start when it cannot listen', async () => {
    const { ports } = await setUp();
    await expect(setUp(startThread, ports.udp[0])).rejects.toMatchObject({
      code: 'listen-failed',
      where: { port: ports.udp[0] },
    });
  });

  it('starts again after a crash, on the same ports, with what was sealed and not told of', async () => {
    const threads = [scriptedThread(), scriptedThread()];
    const given: (readonly number[])[] = [];
    const { collector, added } = await setUp((options) => {
      given.push(options.udp.map(({ port }) => port));
      return threads[given.length - 1]?.thread ?? scriptedThread().thread;
    });
    const error = jest.spyOn(log, 'error');
    const appender = createAppender(join(folder, 'spool'));
    const batches = new RowBatches();
    const seal = async (rows: number) => {
      const batch = batches.for(['protocol']);
      batch.used = batch.rows = rows;
      appender.append(batches);
      return (await appender.seal()).segments;
    };
    threads[0]?.report({ kind: 'segments', segments: await seal(1) });
    await seal(2);
    threads[0]?.crash('out of memory');
    await until(() => collector.crashes() === 1);
    expect(added.map(({ segment, settle }) => [segment.rows, settle])).toEqual([
      [1, false],
      [2, true],
    ]);
    expect(error).toHaveBeenCalledWith({ reason: 'out of memory', crashes: 1 }, expect.stringContaining('crashed'));
    await until(() => given.length === 2);
    expect(given).toEqual([[0], [2055]]);
    await until(() => threads[1]?.orders[0]?.kind === 'start');
    await collector.flush();
    expect(threads[1]?.orders.map(({ kind }) => kind)).toEqual(['start', 'flush']);
  });

  it('stops although its thread has crashed and the next one is just starting', async () => {
    const [first, second] = [scriptedThread(), scriptedThread()];
    let start: (() => void) | undefined;
    const slow: IntakeThread = {
      ...second.thread,
      post(order) {
        if (order.kind === 'start') start = () => second.thread.post(order);
        else second.thread.post(order);
      },
    };
    const threads = [first.thread, slow];
    const { collector } = await setUp(() => threads.shift() ?? scriptedThread().thread);
    first.crash('out of memory');
    await until(() => start !== undefined);
    const stopped = collector.stop();
    start?.();
    await stopped;
    expect(second.orders.map(({ kind }) => kind)).toEqual(['start', 'stop']);
  });

  it('finds what a dead thread had sealed even if what it had not cannot be looked at', async () => {
    const dying = scriptedThread();
    const threads = [dying, scriptedThread()];
    const { collector, added } = await setUp(() => threads.shift()?.thread ?? scriptedThread().thread);
    const appender = createAppender(join(folder, 'spool'));
    const batches = new RowBatches();
    const batch = batches.for(['protocol']);
    batch.used = batch.rows = 2;
    appender.append(batches);
    await appender.seal();
    const error = jest.spyOn(log, 'error');
    abandoned.mockRejectedValueOnce(new Error('EIO: i/o error, scandir'));
    dying.crash('out of memory');
    await until(() => collector.crashes() === 1);
    expect(added.map(({ segment, settle }) => [segment.rows, settle])).toEqual([[2, true]]);
    expect(error).toHaveBeenCalledWith({ reason: 'EIO: i/o error, scandir' }, expect.stringContaining('did not seal'));
  });

  it('waits no longer for a thread that ends instead of answering', async () => {
    const dying = scriptedThread();
    const post = dying.thread.post.bind(dying.thread);
    const { collector, spool } = await setUp(() => ({
      ...dying.thread,
      post: (order) => (order.kind === 'flush' ? dying.crash('cut off') : post(order)),
    }));
    const adopt = jest.spyOn(spool, 'adoptOrphans');
    await collector.flush();
    expect(adopt).toHaveBeenCalled();
  });

  it('tells the thread how much waits to be loaded, and which of its segments are in that', async () => {
    const { thread, orders, report } = scriptedThread();
    const { spool } = await setUp(() => thread);
    const segment = { id: '1', path: '', layout: [], rows: 1, bytes: 70, crc32c: 0, sealed: 0 };
    report({ kind: 'segments', segments: [segment, { ...segment, id: '2' }] });
    expect(orders.at(-1)).toEqual({ kind: 'backlog', bytes: 140, segments: 2 });
    await spool.remove({ ...segment, path: join(folder, 'none') });
    report({ kind: 'snapshot', snapshot: { exporters: [], names: [], listeners: [] } });
    expect(orders.at(-1)).toEqual({ kind: 'backlog', bytes: 70, segments: 2 });
  });

  it('tells the thread why nothing may be taken, and says why nothing is', async () => {
    const { thread, orders, report } = scriptedThread();
    const aged = { cause: 'age', reason: 'too old' } as const;
    const pressure: { full: Fullness | undefined } = { full: aged };
    const { collector } = await setUp(() => thread, 0, pressure);
    const look = (full?: Fullness): void =>
      report({ kind: 'snapshot', snapshot: { exporters: [], names: [], listeners: [], full } });
    look();
    expect(orders.at(-1)).toEqual({ kind: 'backlog', bytes: 0, segments: 0, refused: aged });
    expect(collector.full).toEqual(aged);
    // The thread counts bytes itself, and is nearer to them.
    pressure.full = { cause: 'bytes', reason: 'too many' };
    look();
    expect(orders.at(-1)).toEqual({ kind: 'backlog', bytes: 0, segments: 0 });
    pressure.full = undefined;
    const unwritable = { cause: 'disk', reason: 'the spool cannot be written: EIO' } as const;
    look(unwritable);
    expect(collector.full).toEqual(unwritable);
    look();
    expect(collector.full).toBeUndefined();
  });

  it('seals what a dead thread had appended and not sealed', async () => {
    const dying = scriptedThread();
    const threads = [dying, scriptedThread()];
    const { collector, added } = await setUp(() => threads.shift()?.thread ?? scriptedThread().thread);
    const appender = createAppender(join(folder, 'spool'));
    const batches = new RowBatches();
    const batch = batches.for(['protocol']);
    batch.used = batch.rows = 5;
    appender.append(batches);
    dying.crash('out of memory');
    await until(() => collector.crashes() === 1);
    expect(added.map(({ segment, settle }) => [segment.rows, settle])).toEqual([[5, true]]);
  });

  it('keeps the latest of each name until they are taken', async () => {
    const { thread, report } = scriptedThread();
    const { collector } = await setUp(() => thread);
    const named = (id: string, name: string): ExporterName => ({
      exporter: '10.0.0.1',
      domain: 0,
      kind: 'interface',
      id,
      name,
    });
    const tell = (...names: ExporterName[]): void =>
      report({ kind: 'snapshot', snapshot: { exporters: [], names, listeners: [] } });
    tell(named('1', 'eth0'), named('2', 'eth1'));
    tell(named('1', 'uplink'));
    expect(collector.takeNames()).toEqual([named('2', 'eth1'), named('1', 'uplink')]);
    expect(collector.takeNames()).toEqual([]);
  });
});
