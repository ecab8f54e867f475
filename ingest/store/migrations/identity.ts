import { DURABLE, type Migration } from './migration';

const CLAIM = `scope LowCardinality(String), address IPv6,
        key String COMMENT 'the workload as the source calls it: instance id, VM UUID, pod UID',
        since DateTime64(3) COMMENT '1900: as long as anybody knows', until DateTime64(3) COMMENT '2299: still',
        name String, type LowCardinality(String), labels Map(String, String),
        pool Array(IPv6) COMMENT 'addresses behind a virtual one'`;

/** Who was behind an address, from when to when, as each source has it and as it was settled. */
export const IDENTITY: Migration = {
  number: 8,
  name: 'identity over time',
  statements: (layout) => [
    ...layout.create({
      name: 'inventory_imports',
      columns: `source LowCardinality(String) COMMENT 'the name of what was imported: aws-prod, cmdb', kind LowCardinality(String),
        imported DateTime64(6), as_of DateTime64(3) COMMENT 'the moment it describes',
        complete Bool COMMENT 'what it left out was gone', version UInt64,
        claims UInt64, added UInt64, changed UInt64, ended UInt64, rejected UInt64`,
      engine: 'MergeTree',
      clauses: `ORDER BY (source, imported)`,
    }),
    // One source's word about one address. A claim that ends or changes is written again under a later version.
    ...layout.create({
      name: 'claims',
      columns: `source LowCardinality(String), ${CLAIM}, withdrawn Bool COMMENT 'it was never so', version UInt64`,
      engine: 'ReplacingMergeTree(version)',
      clauses: `ORDER BY (address, scope, source, key, since)`,
    }),
    // An import as it was read, and what it changes. Nobody needs either once it was taken.
    ...layout.create({
      name: 'staged_claims',
      columns: `import UUID, ${CLAIM}, since_said Bool, staged DateTime DEFAULT now()`,
      engine: 'MergeTree',
      clauses: `PARTITION BY import ORDER BY (address, scope, key) TTL staged + INTERVAL 1 DAY`,
    }),
    ...layout.create({
      name: 'claim_changes',
      columns: `import UUID, change LowCardinality(String) COMMENT 'added, changed, ended; empty: what goes with another',
        ${CLAIM}, withdrawn Bool, was_name String, was_labels Map(String, String), staged DateTime DEFAULT now()`,
      engine: 'MergeTree',
      clauses: `PARTITION BY import ORDER BY (change, address, scope, key) TTL staged + INTERVAL 1 DAY`,
    }),
    // Which workload a source means by a key: what is minted once stays, so that ids are stable from import to import.
    ...layout.create({
      name: 'identities',
      columns: `source LowCardinality(String), key String,
        own String COMMENT 'its id, for as long as no other key is the same workload', workload String,
        minted UInt64 COMMENT 'the version it was first known under', version UInt64`,
      engine: 'ReplacingMergeTree(version)',
      clauses: `ORDER BY (source, key)`,
    }),
    // Claims settled by trust: at most one owner of an address at any time. Replaced as a whole address by address.
    ...layout.create({
      name: 'owners',
      columns: `scope LowCardinality(String), address IPv6, since DateTime64(3), until DateTime64(3),
        workload String COMMENT 'empty: nobody any more', source LowCardinality(String), key String, version UInt64`,
      engine: 'MergeTree',
      clauses: `ORDER BY (address, scope, version, since)`,
    }),
    ...layout.create({
      name: 'conflicts',
      columns: `scope LowCardinality(String), address IPv6, since DateTime64(3), until DateTime64(3),
        workload String COMMENT 'whose it was settled to be', source LowCardinality(String), key String,
        other_workload String, other_source LowCardinality(String), other_key String, version UInt64`,
      engine: 'MergeTree',
      clauses: `ORDER BY (address, scope, version, since)`,
    }),
    // A settlement makes the owners up to its version count, all at once.
    ...layout.create({
      name: 'settlements',
      columns: `version UInt64, settled DateTime64(6), trust Array(String)`,
      engine: 'MergeTree',
      clauses: `ORDER BY version`,
    }),
    ...layout.view('current_owners', currentSql('owners', 'workload, source, key')),
    ...layout.view(
      'current_conflicts',
      currentSql('conflicts', 'workload, source, key, other_workload, other_source, other_key'),
    ),
    ...layout.create({
      name: 'named_networks',
      columns: `source LowCardinality(String), scope LowCardinality(String), first IPv6, last IPv6, name String,
        labels Map(String, String), withdrawn Bool, version UInt64`,
      engine: 'ReplacingMergeTree(version)',
      clauses: `ORDER BY (source, scope, first, last)`,
    }),
    ...layout.create({
      name: 'log_ons',
      columns: `source LowCardinality(String), scope LowCardinality(String), address IPv6, user String,
        since DateTime64(3), until DateTime64(3), version UInt64`,
      engine: 'ReplacingMergeTree(version)',
      clauses: `ORDER BY (address, scope, user, source, since)`,
    }),
    // The inventory of earlier releases is what its last import said, for all time.
    `INSERT INTO claims (source, scope, address, key, since, until, name, type, labels, withdrawn, version)
     SELECT 'inventory', '', address, name, toDateTime64('1900-01-01 00:00:00', 3), toDateTime64('2299-01-01 00:00:00', 3),
       name, 'host', labels, false, 1
     FROM inventory WHERE imported = (SELECT max(imported) FROM inventory)`,
    `INSERT INTO inventory_imports (source, kind, imported, as_of, complete, version, claims, added)
     SELECT 'inventory', 'csv', i.imported, i.imported, true, 1, count(), count() FROM inventory AS i
     WHERE i.imported = (SELECT max(imported) FROM inventory) AND (SELECT count() FROM inventory_imports) = 0
     GROUP BY i.imported`,
    ...[
      'inventory_imports',
      'claims',
      'identities',
      'owners',
      'conflicts',
      'settlements',
      'named_networks',
      'log_ons',
    ].flatMap((table) => layout.configure(table, DURABLE)),
  ],
};

function currentSql(table: string, columns: string): string {
  const settled = 'version <= (SELECT max(version) FROM settlements)';
  return `SELECT scope, address, since, until, ${columns} FROM ${table}
      WHERE ${settled} AND (address, scope, version) IN (
        SELECT address, scope, max(version) FROM owners WHERE ${settled} GROUP BY address, scope)
        AND workload != ''`;
}
