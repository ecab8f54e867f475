export { describePacket } from './compare';
export { exportPolicy } from './export';
export { BACKENDS } from './registry';
