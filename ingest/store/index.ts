export { openEmbedded } from './chdb';
export { openServer, type ServerOptions } from './clickhouse';
export { keepFlowsFor, migrate } from './migrate';
export type { Segment, SqlParams, SqlSource, Store } from './store';
