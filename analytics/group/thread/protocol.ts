import type { Topology } from '../../model/topology';
import type { GroupContext } from '../group-workloads';
import type { NumberedDependencies } from '../numbered-dependencies';

/** What the thread is started with. Functions do not go from thread to thread, so of the configuration only this. */
export interface Order {
  readonly numbered: NumberedDependencies;
  readonly context: GroupContext;
  readonly labelWeight: number;
}

/** What it posts, once. Whoever asked has the workloads already. */
export type Answer = Omit<Topology, 'workloads'>;
