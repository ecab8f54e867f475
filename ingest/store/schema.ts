import { FLOW_COLUMNS } from '../model/flow';
import { FLOW_DETAILS, RATED_FLOWS } from './views';

/**
 * Numbered migrations, each a list of statements that may be run again after a crash in between. Never edited once
 * released: a change is a new number.
 */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: readonly string[];
}

const flowColumns = FLOW_COLUMNS.map(
  ({ name, type, meaning }) => `${name} ${type} COMMENT '${meaning.replaceAll("'", "''")}'`,
);

export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: 'flows and uploads',
    statements: [
      // Partitioned and expired by arrival, not by `start`: uploads of last year's logs are kept as long as today's
      // flows, and one segment falls into one partition. Sorting by the hour alone costs a third less on insert than
      // by address too, and is what the roll-up reads by.
      `CREATE TABLE IF NOT EXISTS flows (
        ${flowColumns.join(',\n        ')},
        segment UUID COMMENT 'the spool segment or upload it was loaded with',
        INDEX by_segment segment TYPE bloom_filter(0.01) GRANULARITY 16
      ) ENGINE = MergeTree
      PARTITION BY toDate(received)
      ORDER BY toStartOfHour(start)
      SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000`,
      `CREATE TABLE IF NOT EXISTS uploads (
        digest String COMMENT 'SHA-256 of the content, hex',
        name String, format LowCardinality(String), bytes UInt64, received DateTime64(3),
        rows UInt64, skipped UInt64, lost UInt64, rejected UInt64,
        rejects String COMMENT 'JSON array of the first rejects',
        exporters Array(String)
      ) ENGINE = ReplacingMergeTree(received) ORDER BY digest`,
    ],
  },
  {
    number: 2,
    name: 'conversations',
    statements: [
      // Hours whose flows changed. An hour is due when it was marked after its bucket was computed.
      `CREATE TABLE IF NOT EXISTS stale_hours (hour DateTime, marked DateTime64(6))
      ENGINE = ReplacingMergeTree(marked) ORDER BY hour`,
      // A bucket is recomputed whole under a new version; the row here makes that version the one that counts.
      `CREATE TABLE IF NOT EXISTS buckets (hour DateTime, version UInt64, marked DateTime64(6), flows UInt64)
      ENGINE = ReplacingMergeTree(version) ORDER BY hour`,
      `CREATE TABLE IF NOT EXISTS conversations (
        hour DateTime, version UInt64,
        scope LowCardinality(String), client IPv6, server IPv6, protocol UInt8,
        port UInt16 COMMENT 'of the server; for ICMP type * 256 + code',
        connections UInt64, established UInt64, denied UInt64,
        client_packets UInt64, server_packets UInt64, client_bytes UInt64, server_bytes UInt64,
        first_seen DateTime, last_seen DateTime,
        direction UInt8 COMMENT 'best evidence level, 1 to 6', confidence Float32,
        reporters Array(IPv6)
      ) ENGINE = MergeTree PARTITION BY toYYYYMM(hour) ORDER BY (hour, version, server, protocol, port, client)`,
      `CREATE OR REPLACE VIEW current_conversations AS
      SELECT * FROM conversations
      WHERE (hour, version) IN (SELECT hour, max(version) FROM buckets GROUP BY hour)`,
    ],
  },
  {
    number: 3,
    name: 'inventory and documents',
    statements: [
      `CREATE TABLE IF NOT EXISTS inventory (
        address IPv6, name String, labels Map(String, String), imported DateTime64(6)
      ) ENGINE = MergeTree ORDER BY (imported, address)`,
      // Topologies, policies and replays: immutable JSON documents, the newest of a kind being the current one.
      `CREATE TABLE IF NOT EXISTS documents (kind LowCardinality(String), id String, created DateTime64(6), body String CODEC(ZSTD(3)))
      ENGINE = MergeTree ORDER BY (kind, created)`,
    ],
  },
  {
    number: 4,
    name: 'more flow columns, sightings, exporters',
    statements: [
      ...flowColumns.map((column) => `ALTER TABLE flows ADD COLUMN IF NOT EXISTS ${column}`),
      `ALTER TABLE uploads ADD COLUMN IF NOT EXISTS sightings UInt64`,
      `CREATE TABLE IF NOT EXISTS sightings (
        received DateTime64(6), seen DateTime64(6),
        kind Enum8('listener' = 1, 'name' = 2, 'user' = 3)
          COMMENT 'listener: a service is offered there; name: the address answers to it; user: was logged on there',
        address IPv6, protocol UInt8, port UInt16,
        value String COMMENT 'the service, the DNS name or the user',
        reporter LowCardinality(String), format LowCardinality(String), segment UUID
      ) ENGINE = MergeTree PARTITION BY toYYYYMM(received) ORDER BY (kind, address, seen)`,
      // What options data calls interfaces, VRFs, applications and samplers. Joined when read, so that a name that
      // comes half an hour after the first flow names that flow too.
      `CREATE TABLE IF NOT EXISTS exporter_names (
        exporter IPv6, domain UInt32, kind Enum8('interface' = 1, 'vrf' = 2, 'application' = 3, 'sampler' = 4),
        id String COMMENT 'as the flow column has it', name String, learned DateTime64(6)
      ) ENGINE = ReplacingMergeTree(learned) ORDER BY (exporter, domain, kind, id)`,
      `CREATE TABLE IF NOT EXISTS exporter_settings (
        exporter IPv6, domain Int64 COMMENT '-1: every domain', sampling_rate UInt32 COMMENT '0: as the source says',
        changed DateTime64(6)
      ) ENGINE = ReplacingMergeTree(changed) ORDER BY (exporter, domain)`,
      // What happened in a minute, not totals: sums over any time are right across restarts.
      `CREATE TABLE IF NOT EXISTS exporter_minutes (
        minute DateTime, exporter IPv6, domain UInt32, format LowCardinality(String),
        live Bool COMMENT 'heard as it happened; false: read from a file in that minute',
        datagrams UInt64, records UInt64, lost UInt64, restarts UInt32, rejected UInt64,
        unknown_template_sets UInt64, waiting_sets UInt32 COMMENT 'at its end',
        sampling_rate UInt32, sampling_source LowCardinality(String), skew_ms Int64
      ) ENGINE = MergeTree PARTITION BY toYYYYMM(minute) ORDER BY (exporter, domain, format, minute)`,
      // A socket loses what its sender we cannot know.
      `CREATE TABLE IF NOT EXISTS listener_minutes (
        minute DateTime, listener LowCardinality(String), received UInt64, dropped_by_kernel UInt64, dropped_by_us UInt64
      ) ENGINE = MergeTree PARTITION BY toYYYYMM(minute) ORDER BY (listener, minute)`,
      // Every insert writes all columns, most of them empty: as one file a part, and without looking for columns worth
      // writing sparsely, it takes a fifth less. Merged parts are wide.
      `ALTER TABLE flows MODIFY SETTING min_bytes_for_wide_part = 1073741824, ratio_of_defaults_for_sparse_serialization = 1`,
      RATED_FLOWS,
      FLOW_DETAILS,
    ],
  },
];
