export { exportPolicy } from './export';
export { BACKENDS } from './registry';
