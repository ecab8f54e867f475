import { totalmem } from 'node:os';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { codeOf, WayleaveError } from '../../../ingest/kernel/errors';
import type { Topology } from '../../model/topology';
import type { GroupInput } from '../group-workloads';
import { numberDependencies } from '../numbered-dependencies';
import type { Answer, Order } from './protocol';

export interface ThreadOptions {
  /** How much the inventory's labels count: 0 not at all, 1 whatever the traffic. */
  readonly labelWeight: number;
  /** Ends the thread. */
  readonly signal?: AbortSignal;
}

/** Young objects live in three spaces of a third of this: 128 MB each instead of 16 save a sixth at 33 k workloads. */
const YOUNG_MB = 384;
/** Of the machine's memory, what the thread's heap may grow to: Node's own limit is 4 GB, and 5 M dependencies need more. */
const SHARE_OF_MEMORY = 0.75;
const MB = 1024 * 1024;

/**
 * `groupWorkloads` in a thread of its own, so that what takes half a minute keeps nobody waiting: HTTP is answered
 * meanwhile. Gives the same topology.
 *
 * @throws WayleaveError `unknown-workload`, `duplicate-workload`, `out-of-memory`; the signal's reason when that came first
 */
export async function groupInThread(
  { workloads, dependencies, ...context }: GroupInput,
  { labelWeight, signal }: ThreadOptions,
): Promise<Topology> {
  const numbered = numberDependencies(workloads, dependencies);
  const answer = await ask({ numbered, context, labelWeight }, signal);
  return { ...answer, workloads: numbered.workloads };
}

function ask(order: Order, signal: AbortSignal | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    // Counted before the columns are the thread's.
    const sizes = { workloads: order.numbered.workloads.length, dependencies: order.numbered.hours.length };
    const worker = startWorker(order);
    const stop = () => {
      reject(signal?.reason);
      void worker.terminate();
    };
    signal?.addEventListener('abort', stop, { once: true });
    worker.on('message', resolve);
    worker.on('error', (error) => reject(codeOf(error) === 'ERR_WORKER_OUT_OF_MEMORY' ? outOfMemory(sizes) : error));
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      reject(new Error(`the grouping's thread ended with ${code} and no result`));
    });
  });
}

function outOfMemory(where: { readonly workloads: number; readonly dependencies: number }): WayleaveError {
  return new WayleaveError(
    `grouping ${where.workloads} workloads with ${where.dependencies} dependencies takes more than the ${heapLimit()} MB that it may: analyse a shorter window, or give it more memory`,
    { code: 'out-of-memory', where },
  );
}

function startWorker(order: Order): Worker {
  const { clients, servers, serviceOf, connections, established, hours } = order.numbered;
  const options: WorkerOptions = {
    name: 'grouping',
    workerData: order,
    transferList: [clients, servers, serviceOf, connections, established, hours].map(({ buffer }) => buffer),
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: heapLimit() },
  };
  if (__filename.endsWith('.js')) return new Worker(require.resolve('./worker'), options);
  // Run from TypeScript (tests, benches) the thread needs a loader of its own.
  const code = ['tsx/cjs', './worker'].map((path) => `require(${JSON.stringify(require.resolve(path))});`).join('');
  return new Worker(code, { ...options, eval: true, execArgv: [] });
}

/** Of the machine, or of the container. */
function heapLimit(): number {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return Math.floor((SHARE_OF_MEMORY * memory) / MB);
}
