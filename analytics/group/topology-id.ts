import type { Topology } from '../model/topology';
import { digest } from './history/identity';

/** Under the id that follows from all of it: two that differ in anything, and be it a label, are two. */
export function withTopologyId(content: Omit<Topology, 'id'>): Topology {
  return { ...content, id: `topology-${digest({ ...content, id: undefined })}` };
}
