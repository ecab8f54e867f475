export { openEmbedded } from './chdb';
export { openServer } from './clickhouse';
export { keepFlowsFor, migrate } from './migrate';
export { markStale } from './stale-hours';
export type { Compression, LineFile, Segment, SqlSource, Store, SqlParams, TextFile } from './store';
