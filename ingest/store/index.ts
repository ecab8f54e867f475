export { openEmbedded } from './chdb';
export { openServer } from './clickhouse';
export { keepFlowsFor, migrate } from './migrate';
export type { LineFile, Segment, SqlSource, Store, SqlParams } from './store';
