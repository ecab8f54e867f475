import { parentPort, workerData } from 'node:worker_threads';
import { WayleaveError } from '../../../ingest/kernel/errors';
import { withLabelWeight } from '../config';
import { groupNumbered } from '../group-workloads';
import type { Answer, Order } from './protocol';

/** What the grouping's thread runs. What is not a WayleaveError is a defect, and ends the thread with its stack. */
function answer({ numbered, context, labelWeight }: Order): Answer {
  try {
    const { workloads: _, ...found } = groupNumbered(numbered, context, withLabelWeight(labelWeight));
    return { found };
  } catch (error) {
    if (!(error instanceof WayleaveError)) throw error;
    const { message, code, retriable, where } = error;
    return { message, details: { code, retriable, where } };
  }
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker is no window: it has no origin
parentPort?.postMessage(answer(workerData as Order));
