import { FLOW_COLUMNS } from '../model/flow';
import { CONVERSATION_DAYS } from './migrations/conversation-days';
import { CONVERSATION_EVIDENCE } from './migrations/conversation-evidence';
import { DRIFT } from './migrations/drift';
import { GROUP_DECISIONS } from './migrations/group-decisions';
import { IDENTITY } from './migrations/identity';
import { DURABLE, type Migration } from './migrations/migration';
import { POLICIES } from './migrations/policies';
import { THREATS } from './migrations/threats';
import { FLOW_DETAILS, RATED_FLOWS } from './views';

const flowColumns = FLOW_COLUMNS.map(
  ({ name, type, meaning }) => `${name} ${type} COMMENT '${meaning.replaceAll("'", "''")}'`,
);

const TOKENED = ['exporter_minutes', 'exporter_drops', 'listener_minutes', 'exporter_names', 'sightings'];

/** Everything: a bucket that outlived its conversations, or a mark that was lost, would be flows unseen. */
const STORED = [
  'flows',
  'uploads',
  'stale_hours',
  'buckets',
  'conversations',
  'inventory',
  'documents',
  'exporter_settings',
  ...TOKENED,
];

export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: 'flows and uploads',
    statements: (layout) => [
      // Partitioned and expired by arrival, not by `start`: uploads of last year's logs are kept as long as today's
      // flows, and one segment falls into one partition. Sorting by the hour alone costs a third less on insert than
      // by address too, and is what the roll-up reads by.
      ...layout.create({
        name: 'flows',
        columns: `${flowColumns.join(',\n        ')},
        segment UUID COMMENT 'the spool segment or upload it was loaded with',
        INDEX by_segment segment TYPE bloom_filter(0.01) GRANULARITY 16`,
        engine: 'MergeTree',
        clauses: `PARTITION BY toDate(received)
      ORDER BY toStartOfHour(start)
      SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000`,
      }),
      ...layout.create({
        name: 'uploads',
        columns: `digest String COMMENT 'SHA-256 of the content, hex',
        name String, format LowCardinality(String), bytes UInt64, received DateTime64(3),
        rows UInt64, skipped UInt64, lost UInt64, rejected UInt64,
        rejects String COMMENT 'JSON array of the first rejects',
        exporters Array(String)`,
        engine: 'ReplacingMergeTree(received)',
        clauses: `ORDER BY digest`,
      }),
    ],
  },
  {
    number: 2,
    name: 'conversations',
    statements: (layout) => [
      // Hours whose flows changed. An hour is due when it was marked after its bucket was computed.
      ...layout.create({
        name: 'stale_hours',
        columns: `hour DateTime, marked DateTime64(6)`,
        engine: 'ReplacingMergeTree(marked)',
        clauses: `ORDER BY hour`,
      }),
      // A bucket is recomputed whole under a new version; the row here makes that version the one that counts.
      ...layout.create({
        name: 'buckets',
        columns: `hour DateTime, version UInt64, marked DateTime64(6), flows UInt64`,
        engine: 'ReplacingMergeTree(version)',
        clauses: `ORDER BY hour`,
      }),
      ...layout.create({
        name: 'conversations',
        columns: `hour DateTime, version UInt64,
        scope LowCardinality(String), client IPv6, server IPv6, protocol UInt8,
        port UInt16 COMMENT 'of the server; for ICMP type * 256 + code',
        connections UInt64, established UInt64, denied UInt64,
        client_packets UInt64, server_packets UInt64, client_bytes UInt64, server_bytes UInt64,
        first_seen DateTime, last_seen DateTime,
        direction UInt8 COMMENT 'best evidence level, 1 to 6', confidence Float32,
        reporters Array(IPv6)`,
        engine: 'MergeTree',
        clauses: `PARTITION BY toYYYYMM(hour) ORDER BY (hour, version, server, protocol, port, client)`,
      }),
      ...layout.view(
        'current_conversations',
        `SELECT * FROM conversations
      WHERE (hour, version) IN (SELECT hour, max(version) FROM buckets GROUP BY hour)`,
      ),
    ],
  },
  {
    number: 3,
    name: 'inventory and documents',
    statements: (layout) => [
      ...layout.create({
        name: 'inventory',
        columns: `address IPv6, name String, labels Map(String, String), imported DateTime64(6)`,
        engine: 'MergeTree',
        clauses: `ORDER BY (imported, address)`,
      }),
      // Topologies, policies and replays: immutable JSON documents, the newest of a kind being the current one.
      ...layout.create({
        name: 'documents',
        columns: `kind LowCardinality(String), id String, created DateTime64(6), body String CODEC(ZSTD(3))`,
        engine: 'MergeTree',
        clauses: `ORDER BY (kind, created)`,
      }),
    ],
  },
  {
    number: 4,
    name: 'more flow columns, sightings, exporters',
    statements: (layout) => [
      ...flowColumns.flatMap((column) => layout.alter('flows', `ADD COLUMN IF NOT EXISTS ${column}`)),
      ...layout.alter('uploads', 'ADD COLUMN IF NOT EXISTS sightings UInt64'),
      ...layout.create({
        name: 'sightings',
        columns: `received DateTime64(6), seen DateTime64(6),
        kind Enum8('listener' = 1, 'name' = 2, 'user' = 3)
          COMMENT 'listener: a service is offered there; name: the address answers to it; user: was logged on there',
        address IPv6, protocol UInt8, port UInt16,
        value String COMMENT 'the service, the DNS name or the user',
        reporter LowCardinality(String), format LowCardinality(String), segment UUID`,
        engine: 'MergeTree',
        clauses: `PARTITION BY toYYYYMM(received) ORDER BY (kind, address, seen)`,
      }),
      // What options data calls interfaces, VRFs, applications and samplers. Joined when read, so that a name that
      // comes half an hour after the first flow names that flow too.
      ...layout.create({
        name: 'exporter_names',
        columns: `exporter IPv6, domain UInt32, kind Enum8('interface' = 1, 'vrf' = 2, 'application' = 3, 'sampler' = 4),
        id String COMMENT 'as the flow column has it', name String, learned DateTime64(6)`,
        engine: 'ReplacingMergeTree(learned)',
        clauses: `ORDER BY (exporter, domain, kind, id)`,
      }),
      ...layout.create({
        name: 'exporter_settings',
        columns: `exporter IPv6, domain Int64 COMMENT '-1: every domain', sampling_rate UInt32 COMMENT '0: as the source says',
        changed DateTime64(6)`,
        engine: 'ReplacingMergeTree(changed)',
        clauses: `ORDER BY (exporter, domain)`,
      }),
      // What happened in a minute, not totals: sums over any time are right across restarts.
      ...layout.create({
        name: 'exporter_minutes',
        columns: `minute DateTime, exporter IPv6, domain UInt32, format LowCardinality(String),
        live Bool COMMENT 'heard as it happened; false: read from a file in that minute',
        datagrams UInt64, records UInt64, lost UInt64, restarts UInt32, rejected UInt64,
        unknown_template_sets UInt64, waiting_sets UInt32 COMMENT 'at its end',
        sampling_rate UInt32, sampling_source LowCardinality(String), skew_ms Int64`,
        engine: 'MergeTree',
        clauses: `PARTITION BY toYYYYMM(minute) ORDER BY (exporter, domain, format, minute)`,
      }),
      // A socket loses what its sender we cannot know.
      ...layout.create({
        name: 'listener_minutes',
        columns: `minute DateTime, listener LowCardinality(String), received UInt64, dropped_by_kernel UInt64, dropped_by_us UInt64`,
        engine: 'MergeTree',
        clauses: `PARTITION BY toYYYYMM(minute) ORDER BY (listener, minute)`,
      }),
      // Every insert writes all columns, most of them empty: as one file a part, and without looking for columns worth
      // writing sparsely, it takes a fifth less. Merged parts are wide.
      ...layout.configure(
        'flows',
        'min_bytes_for_wide_part = 1073741824, ratio_of_defaults_for_sparse_serialization = 1',
      ),
      ...layout.view('rated_flows', RATED_FLOWS),
      ...layout.view('flow_details', FLOW_DETAILS),
    ],
  },
  {
    number: 5,
    name: 'drops by exporter',
    statements: (layout) => [
      // By address alone: what is dropped is not read, so its domain is not known.
      ...layout.create({
        name: 'exporter_drops',
        columns: `minute DateTime, listener LowCardinality(String), exporter IPv6,
        datagrams UInt64 COMMENT 'not taken because the spool was full'`,
        engine: 'MergeTree',
        clauses: `PARTITION BY toYYYYMM(minute) ORDER BY (exporter, listener, minute)`,
      }),
    ],
  },
  {
    number: 6,
    name: 'what was acknowledged is on disk',
    statements: (layout) => [
      // Also what merges make of it, as they delete what they merged, and parts fetched from another replica. An insert
      // of 1 M flows takes 420 ms with it and 390 without.
      ...STORED.flatMap((table) => layout.configure(table, DURABLE)),
      // Tables that are filled under tokens.
      ...TOKENED.flatMap((table) => layout.configure(table, 'non_replicated_deduplication_window = 1000')),
    ],
  },
  CONVERSATION_EVIDENCE,
  IDENTITY,
  GROUP_DECISIONS,
  CONVERSATION_DAYS,
  POLICIES,
  THREATS,
  DRIFT,
];
