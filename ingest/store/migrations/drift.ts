import { DURABLE, type Migration } from './migration';

/**
 * How policies and late traffic differ, hour by hour. Everything of an hour is under the id of one evaluation, and the
 * latest row of `drift_hours` makes that evaluation the one that counts, as `buckets` does for conversations. Expires by
 * when it was noted: what matters of the past is in rules by then.
 */
export const DRIFT: Migration = {
  number: 13,
  name: 'drift',
  statements: (layout) => [
    ...layout.create({
      name: 'drift_hours',
      columns: `policy String, hour DateTime, version UInt64 COMMENT 'of the hour in buckets', evaluation UUID,
        uncounted UInt64 COMMENT 'denied conversations that were too many to be kept',
        reporters Array(IPv6) COMMENT 'exporters that reported anything',
        recorded DateTime64(6, 'UTC') DEFAULT now64(6)`,
      engine: 'ReplacingMergeTree(recorded)',
      clauses: 'ORDER BY (policy, hour) TTL toDateTime(recorded) + INTERVAL 400 DAY',
    }),
    ...layout.create({
      name: 'drift_uses',
      columns: `policy String, evaluation UUID, hour DateTime, rule String, connections UInt64, last_seen DateTime,
        noted Date DEFAULT today()`,
      engine: 'MergeTree',
      clauses: 'PARTITION BY toYYYYMM(noted) ORDER BY (policy, hour, rule) TTL noted + INTERVAL 400 DAY',
    }),
    ...layout.create({
      name: 'drift_denied',
      columns: `policy String, evaluation UUID, hour DateTime,
        verdict Enum8('allow' = 1, 'deny' = 2) COMMENT 'of the policy', rule String COMMENT 'that decided, if any did',
        scope LowCardinality(String), client IPv6, server IPv6, protocol UInt8, port UInt16,
        connections UInt64, established UInt64, refused UInt64, unanswered UInt64, half_open UInt64, denied UInt64,
        client_packets UInt64, server_packets UInt64, client_bytes UInt64, server_bytes UInt64,
        first_seen DateTime, last_seen DateTime, direction UInt8, confidence Float32, reporters Array(IPv6),
        client_from DateTime, server_from DateTime, noted Date DEFAULT today()`,
      engine: 'MergeTree',
      clauses: `PARTITION BY toYYYYMM(noted) ORDER BY (policy, hour, server, protocol, port, client)
        TTL noted + INTERVAL 40 DAY`,
    }),
    // The newest of each policy is the current one.
    ...layout.create({
      name: 'drift_reports',
      columns: `policy String, evaluated DateTime64(6, 'UTC'), body String CODEC(ZSTD(3))`,
      engine: 'ReplacingMergeTree(evaluated)',
      clauses: 'ORDER BY policy',
    }),
    // What people let be, as it was then. Only ever added to.
    ...layout.create({
      name: 'drift_dismissals',
      columns: `finding String, at DateTime64(6, 'UTC'), \`by\` String, reason String, body String COMMENT 'JSON'`,
      engine: 'MergeTree',
      clauses: 'ORDER BY (finding, at)',
    }),
    ...['drift_hours', 'drift_uses', 'drift_denied', 'drift_reports', 'drift_dismissals'].flatMap((table) =>
      layout.configure(table, DURABLE),
    ),
  ],
};
