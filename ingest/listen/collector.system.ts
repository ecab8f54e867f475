import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describeSystem } from '../../fixtures/system';
import { netflow5, netflow5Record } from '../decode/testing/datagrams';
import { createLog } from '../kernel/log';
import { createSpool, type Loader, type SpooledSegment } from '../spool';
import { createCollector, type Collector } from './collector';
import type { IntakeOptions } from './protocol';
import type { IntakeThread } from './thread';

const WORKER = join(__dirname, '../../dist/ingest/listen/worker.js');
const missing = () => (existsSync(WORKER) ? undefined : 'run `npm run build` first');

const FLOWS_EACH = 30;
const datagram = netflow5({}, ...Array.from({ length: FLOWS_EACH }, () => netflow5Record()));
/** Sends what it is told to from a process of its own, at a pace that the smallest receive buffer can take. */
const SENDER = `
  const socket = require('node:dgram').createSocket('udp4');
  process.on('message', async ({ port, count, datagram }) => {
    for (let sent = 0; sent < count; sent++) {
      await new Promise((resolve) => socket.send(Buffer.from(datagram, 'base64'), port, '127.0.0.1', resolve));
      if (sent % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    process.send('sent');
  });
`;

describeSystem('the collector in a thread of its own', missing, () => {
  let folder: string;
  let collector: Collector;
  let sender: ChildProcess;
  let workers: Worker[];
  let added: SpooledSegment[];

  /** The real worker, in reach of what the test does to it. */
  const thread = (options: IntakeOptions): IntakeThread => {
    const worker = new Worker(WORKER, { workerData: options });
    workers.push(worker);
    return {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker is no window: it has no origin
      post: (order) => worker.postMessage(order),
      onReport: (heard) => void worker.on('message', heard),
      ended: new Promise((resolve) => {
        worker.on('error', (error) => resolve(String(error)));
        worker.on('exit', (code) => resolve(`exit code ${code}`));
      }),
    };
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wayleave-collector-'));
    workers = [];
    added = [];
    const spool = createSpool(join(folder, 'spool'));
    await spool.open();
    const loader: Pick<Loader, 'add'> = { add: (segments) => void added.push(...segments) };
    collector = createCollector(
      {
        udp: [{ host: '127.0.0.1', port: 0 }],
        tcp: [],
        receiveBuffer: 1 << 22,
        spoolLimit: 1 << 30,
        announced: join(folder, 'templates.json'),
        logLevel: 'silent',
      },
      { spool, loader, log: createLog('silent'), thread },
    );
    sender = spawn(process.execPath, ['-e', SENDER], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  });
  afterEach(async () => {
    sender.kill();
    await once(sender, 'exit');
    await collector.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const order = (port: number | undefined, count: number): void =>
    void sender.send({ port, count, datagram: Buffer.from(datagram).toString('base64') });
  const rows = (): number => added.reduce((sum, segment) => sum + segment.rows, 0);
  const received = async (count: number): Promise<void> => {
    for (let tries = 0; tries < 200 && (collector.listeners()[0]?.received ?? 0) < count; tries++) {
      await sleep(50);
      await collector.look();
    }
  };

  it('receives while the main thread is busy', async () => {
    const { udp } = await collector.start();
    const count = 20_000;
    order(udp[0], count);
    await received(1);
    expect(collector.listeners()[0]?.received).toBeLessThan(count / 2);
    const until = performance.now() + 5000;
    while (performance.now() < until);
    await received(count);
    await collector.flush();
    expect(collector.listeners()).toMatchObject([{ received: count, droppedByUs: 0, refused: 0 }]);
    expect(rows()).toBe(count * FLOWS_EACH);
  });

  it('loses nothing that was sealed when the thread is killed, and listens again', async () => {
    const { udp } = await collector.start();
    order(udp[0], 300);
    await once(sender, 'message');
    await received(300);
    await collector.flush();
    const before = rows();
    expect(before).toBe(300 * FLOWS_EACH);

    await workers[0]?.terminate();
    for (let tries = 0; tries < 200 && workers.length < 2; tries++) await sleep(50);
    for (let tries = 0; tries < 200 && (collector.listeners()[0]?.received ?? 0) > 0; tries++) {
      await sleep(50);
      await collector.look();
    }
    expect(collector.crashes()).toBe(1);
    order(udp[0], 100);
    await once(sender, 'message');
    await received(100);
    await collector.flush();
    expect(rows()).toBe(before + 100 * FLOWS_EACH);
  });
});
