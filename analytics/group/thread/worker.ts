import { parentPort, workerData } from 'node:worker_threads';
import { withLabelWeight } from '../config';
import { groupNumbered } from '../group-workloads';
import type { Answer, Order } from './protocol';

/** What the grouping's thread runs. Its input was checked when it was numbered; whatever is thrown ends the thread. */
const { numbered, context, labelWeight } = workerData as Order;
const { workloads: _, ...answer }: Answer & { readonly workloads: unknown } = groupNumbered(
  numbered,
  context,
  withLabelWeight(labelWeight),
);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker is no window: it has no origin
parentPort?.postMessage(answer);
