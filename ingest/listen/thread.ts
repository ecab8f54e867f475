import { MessageChannel, Worker } from 'node:worker_threads';
import type { IntakeOptions, Order, Report } from './protocol';
import { serveIntake } from './serve-intake';

/** An intake at work elsewhere. */
export interface IntakeThread {
  post(order: Order): void;
  onReport(heard: (report: Report) => void): void;
  /** Resolves, with the reason, when it has ended, wanted or not; no report comes after. */
  readonly ended: Promise<string>;
}

/**
 * A thread of its own, so that neither a long answer to the API makes sockets overflow nor decoding delays the API. A
 * worker needs compiled JavaScript; run from TypeScript (tests, benches) the same code talks over the same kind of port
 * within this thread.
 */
export function startThread(options: IntakeOptions): IntakeThread {
  return __filename.endsWith('.js') ? inWorker(options) : inThisThread(options);
}

function inWorker(options: IntakeOptions): IntakeThread {
  const worker = new Worker(require.resolve('./worker'), { workerData: options, name: 'collector' });
  let reason = 'it stopped';
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker is no window: it has no origin
    post: (order) => worker.postMessage(order),
    onReport: (heard) => void worker.on('message', heard),
    ended: new Promise((resolve) => {
      worker.on('error', (error) => {
        reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      });
      worker.on('exit', () => resolve(reason));
    }),
  };
}

function inThisThread(options: IntakeOptions): IntakeThread {
  const { port1, port2 } = new MessageChannel();
  serveIntake(port2, options);
  return {
    post: (order) => port1.postMessage(order),
    onReport: (heard) => void port1.on('message', heard),
    ended: new Promise((resolve) => {
      port1.on('close', () => resolve('it stopped'));
    }),
  };
}
