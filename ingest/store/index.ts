export { attachParts, createTables, freeze, NEWEST_SCHEMA, thaw, type Frozen } from './backup';
export { openEmbedded } from './chdb';
export { openServer } from './clickhouse';
export { isUnreadable } from './failure';
export { openLate } from './late';
export { keepFlowsFor, migrate } from './migrate';
export { markHoursStale, markStale } from './stale-hours';
export type { Compression, LineFile, Segment, SqlSource, Store, SqlParams, TextFile } from './store';
