export { createLoader, discard, markStale, type Loader } from './loader';
export { createSpoolMetrics } from './metrics';
export { createSpool, type Spool, type SpooledSegment } from './spool';
