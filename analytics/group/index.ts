export { DEFAULT_CONFIG } from './config';
export { diffTopologies, type TopologyDiff } from './diff';
export { groupWorkloads } from './group-workloads';
