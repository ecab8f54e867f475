export { DEFAULT_CONFIG } from './config';
export { groupWorkloads } from './group-workloads';
