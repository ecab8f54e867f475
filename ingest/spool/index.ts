export { createAppender, type Appender } from './appender';
export { createLoader, discard, markStale, type Loader } from './loader';
export type { SpooledSegment } from './manifest';
export { createSpoolMetrics } from './metrics';
export { createSpool, type Spool } from './spool';
