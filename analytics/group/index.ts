export { DEFAULT_CONFIG, type GroupConfig } from './config';
export { groupWorkloads, type GroupInput } from './group-workloads';
