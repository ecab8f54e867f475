import { DURABLE, type Migration } from './migration';

/** Stored policies: bodies that never change, and what people did with them. Only ever added to. */
export const POLICIES: Migration = {
  number: 11,
  name: 'policies, their revisions and events',
  statements: (layout) => [
    ...layout.create({
      name: 'policies',
      columns: `id String, name String, revision UInt32 COMMENT 'the one that gave it this name; the newest counts',
        created DateTime`,
      engine: 'MergeTree',
      clauses: 'ORDER BY (id, revision)',
    }),
    ...layout.create({
      name: 'policy_revisions',
      columns: `policy String, number UInt32, id String COMMENT 'of the event that made it',
        effect String COMMENT 'JSON: in words, what was known of it when it was saved', body String COMMENT 'JSON' CODEC(ZSTD(3))`,
      engine: 'MergeTree',
      clauses: 'ORDER BY (policy, number, id) SETTINGS index_granularity = 64',
    }),
    ...layout.create({
      name: 'policy_events',
      columns: `policy String, number UInt32 COMMENT 'place in the order of the events of its policy',
        id String, at DateTime, \`by\` String, reason String, act String COMMENT 'JSON' CODEC(ZSTD(3))`,
      engine: 'MergeTree',
      clauses: 'ORDER BY (policy, number, id)',
    }),
    ...['policies', 'policy_revisions', 'policy_events'].flatMap((table) => layout.configure(table, DURABLE)),
  ],
};
