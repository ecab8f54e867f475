export { createLoader, discard, markStale, settled, type Loader } from './loader';
export { createSpoolMetrics, type SpoolMetrics } from './metrics';
export { createSpool, type Spool, type SpooledSegment } from './spool';
