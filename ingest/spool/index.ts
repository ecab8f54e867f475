export { createAppender, type Appender } from './appender';
export type { Destination } from './destination';
export { createLoader, type Loader, type Trouble } from './loader';
export { badSegment, type SpooledSegment } from './manifest';
export { createSpoolMetrics, registerPressureMetrics } from './metrics';
export { createPressure, type Fullness, type Pressure } from './pressure';
export { createSpace, type FreeBytes, type Space } from './space';
export { createSpool, type Spool } from './spool';
export { discard, storeDestination } from './store-destination';
