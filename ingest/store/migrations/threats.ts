import { DURABLE, type Migration } from './migration';

/** What detectors found, what people made of it, and what they hold dear. Only ever added to. */
export const THREATS: Migration = {
  number: 12,
  name: 'threat findings',
  statements: (layout) => [
    ...layout.create({
      name: 'threat_findings',
      columns: `id String, kind LowCardinality(String), found DateTime64(6, 'UTC'), first_seen DateTime, last_seen DateTime,
        body String COMMENT 'JSON' CODEC(ZSTD(3))`,
      engine: 'MergeTree',
      clauses: 'ORDER BY (id, found)',
    }),
    ...layout.create({
      name: 'threat_states',
      columns: `id String, at DateTime64(6, 'UTC'), state LowCardinality(String), \`by\` String, reason String`,
      engine: 'MergeTree',
      clauses: 'ORDER BY (id, at)',
    }),
    ...layout.create({
      name: 'crown_jewel_marks',
      columns: `subject String COMMENT 'id of a workload or of a group', at DateTime64(6, 'UTC'), jewel Bool, \`by\` String, reason String`,
      engine: 'MergeTree',
      clauses: 'ORDER BY (subject, at)',
    }),
    ...['threat_findings', 'threat_states', 'crown_jewel_marks'].flatMap((table) => layout.configure(table, DURABLE)),
  ],
};
