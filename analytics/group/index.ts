export { DEFAULT_CONFIG } from './config';
export { diffTopologies, type TopologyDiff } from './history/diff';
export { groupWorkloads } from './group-workloads';
export { withTopologyId } from './topology-id';
