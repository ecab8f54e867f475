import type { Topology } from '../../model/topology';
import { withLabelWeight } from '../config';
import { groupWorkloads, type GroupInput } from '../group-workloads';
import { groupInThread, type ThreadOptions } from './group-in-thread';

/** Fewer dependencies are grouped in the tenth of a second that it takes to start a thread. */
const WORTH_A_THREAD = 2_000;

/** As `groupInThread`, unless that would take longer. */
export async function groupAside(input: GroupInput, options: ThreadOptions): Promise<Topology> {
  if (input.dependencies.length >= WORTH_A_THREAD) return groupInThread(input, options);
  options.signal?.throwIfAborted();
  return groupWorkloads(input, withLabelWeight(options.labelWeight));
}
