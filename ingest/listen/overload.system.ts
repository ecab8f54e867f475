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
import { createSpool, type Loader, type Spool, type SpooledSegment } from '../spool';
import { createCollector, type Collector } from './collector';

const WORKER = join(__dirname, '../../dist/ingest/listen/worker.js');
const missing = () => (existsSync(WORKER) ? undefined : 'run `npm run build` first');

const MIB = 1 << 20;
const SPOOL_LIMIT = 32 * MIB;
/** Flows decoded beyond the limit before it is noticed, and all that decoding them takes. */
const SLACK = 256 * MIB;
const FLOOD_MS = 6000;
const FLOWS_EACH = 30;
const datagram = netflow5({}, ...Array.from({ length: FLOWS_EACH }, () => netflow5Record()));
/** Sends as fast as it can for so long, and says how many. */
const SENDER = `
  const socket = require('node:dgram').createSocket('udp4');
  process.on('message', async ({ port, millis, most, datagram }) => {
    const bytes = Buffer.from(datagram, 'base64');
    const end = performance.now() + millis;
    let sent = 0;
    while (performance.now() < end && sent < most) {
      const batch = Math.min(64, most - sent);
      await Promise.all(Array.from({ length: batch }, () =>
        new Promise((resolve) => socket.send(bytes, port, '127.0.0.1', resolve))));
      sent += batch;
    }
    process.send(sent);
  });
`;

describeSystem('a collector that gets many times what it can take', missing, () => {
  let folder: string;
  let spool: Spool;
  let collector: Collector;
  let sender: ChildProcess;
  let waiting: SpooledSegment[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wayleave-overload-'));
    waiting = [];
    spool = createSpool(join(folder, 'spool'));
    await spool.open();
    // One that takes nothing.
    const loader: Pick<Loader, 'add'> = { add: (segments) => void waiting.push(...segments) };
    collector = createCollector(
      {
        udp: [{ host: '127.0.0.1', port: 0 }],
        tcp: [],
        receiveBuffer: 1 << 22,
        spoolLimit: SPOOL_LIMIT,
        announced: join(folder, 'templates.json'),
        logLevel: 'silent',
      },
      {
        spool,
        loader,
        log: createLog('silent'),
        thread(options) {
          const worker = new Worker(WORKER, { workerData: options });
          return {
            // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker is no window: it has no origin
            post: (order) => worker.postMessage(order),
            onReport: (heard) => void worker.on('message', heard),
            ended: new Promise((resolve) => {
              worker.on('exit', (code) => resolve(`exit code ${code}`));
            }),
          };
        },
      },
    );
    sender = spawn(process.execPath, ['-e', SENDER], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  });
  afterEach(async () => {
    sender.kill();
    await once(sender, 'exit');
    await collector.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const send = async (port: number | undefined, millis: number, most = Number.MAX_SAFE_INTEGER): Promise<number> => {
    const told = once(sender, 'message') as Promise<[number]>;
    sender.send({ port, millis, most, datagram: Buffer.from(datagram).toString('base64') });
    return (await told)[0];
  };
  const heard = async (accounted: (listener: ReturnType<Collector['listeners']>[number]) => boolean) => {
    for (let tries = 0; tries < 200; tries++) {
      await collector.look();
      const [listener] = collector.listeners();
      if (listener && accounted(listener)) return listener;
      await sleep(50);
    }
    throw new Error(JSON.stringify(collector.listeners()));
  };

  it('keeps its memory and its spool bounded, counts every loss, and takes again once there is room', async () => {
    const { udp } = await collector.start();
    const before = process.memoryUsage().rss;
    let most = { rss: 0, spooled: 0 };
    const watch = setInterval(() => {
      most = {
        rss: Math.max(most.rss, process.memoryUsage().rss),
        spooled: Math.max(most.spooled, spool.backlog),
      };
    }, 50);
    const sent = await send(udp[0], FLOOD_MS);
    const after = await heard(({ received, droppedByKernel }) => received + (droppedByKernel ?? 0) === sent);
    clearInterval(watch);
    await collector.flush();
    const taken = after.received - after.droppedByUs;
    expect(after.drops).toEqual([{ address: '127.0.0.1', reason: 'spool-full', count: after.droppedByUs }]);
    expect(after.droppedByUs).toBeGreaterThan(taken);
    expect(waiting.reduce((sum, { rows }) => sum + rows, 0)).toBe(taken * FLOWS_EACH);
    expect(collector.full).toMatchObject({ cause: 'bytes' });
    expect(most.spooled).toBeLessThan(SPOOL_LIMIT + SLACK);
    expect(most.rss - before).toBeLessThan(SLACK);

    for (const segment of waiting.splice(0)) await spool.remove(segment);
    await heard(() => collector.full === undefined);
    const few = await send(udp[0], 1000, 64);
    await heard(({ received, droppedByKernel }) => received + (droppedByKernel ?? 0) === sent + few);
    await collector.flush();
    expect(collector.listeners()[0]?.droppedByUs).toBe(after.droppedByUs);
    expect(waiting.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(0);
  });
});
