import { DURABLE, type Migration } from './migration';

/** What people decided about groups. Only ever added to: what undoes a decision is a row of its own. */
export const GROUP_DECISIONS: Migration = {
  number: 9,
  name: 'decisions about groups',
  statements: (layout) => [
    ...layout.create({
      name: 'group_decisions',
      columns: `number UInt64 COMMENT 'place in the order of decisions', id String, at DateTime,
        \`by\` String, reason String,
        undoes String COMMENT 'id of the decision that this undoes; empty: it is one itself',
        wish String COMMENT 'JSON', groups String COMMENT 'JSON: the groups it is about, as they were', topology String`,
      engine: 'MergeTree',
      clauses: 'ORDER BY (number, id)',
    }),
    ...layout.configure('group_decisions', DURABLE),
  ],
};
