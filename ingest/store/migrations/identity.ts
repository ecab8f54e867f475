import { DURABLE, type Migration } from './migration';

/** Who was behind an address, from when to when, as each source has it and as it was settled. */
export const IDENTITY: Migration = {
  number: 8,
  name: 'identity over time',
  statements: (layout) => [
    ...layout.create({
      name: 'inventory_imports',
      columns: `source LowCardinality(String) COMMENT 'the name of what was imported: aws-prod, cmdb', kind LowCardinality(String),
        imported DateTime64(6), as_of DateTime64(3) COMMENT 'the moment it describes', digest String,
        claims UInt64, added UInt64, changed UInt64, ended UInt64, rejected UInt64`,
      engine: 'MergeTree',
      clauses: `ORDER BY (source, imported)`,
    }),
    // One source's word about one address. A claim that ends or changes is written again under a later version.
    ...layout.create({
      name: 'claims',
      columns: `source LowCardinality(String), scope LowCardinality(String), address IPv6,
        key String COMMENT 'the workload as the source calls it: instance id, VM UUID, pod UID',
        since DateTime64(3) COMMENT '1900: as long as anybody knows', until DateTime64(3) COMMENT '2299: still',
        name String, type LowCardinality(String), labels Map(String, String),
        pool Array(IPv6) COMMENT 'addresses behind a virtual one',
        withdrawn Bool COMMENT 'it was never so', version UInt64`,
      engine: 'ReplacingMergeTree(version)',
      clauses: `ORDER BY (address, scope, source, key, since)`,
    }),
    // Claims settled by trust: at most one owner of an address at any time. Replaced as a whole address by address.
    ...layout.create({
      name: 'owners',
      columns: `scope LowCardinality(String), address IPv6, since DateTime64(3), until DateTime64(3),
        workload String, version UInt64`,
      engine: 'MergeTree',
      clauses: `ORDER BY (version, address, scope, since)`,
    }),
    ...layout.create({
      name: 'named_networks',
      columns: `source LowCardinality(String), scope LowCardinality(String), first IPv6, last IPv6, name String,
        labels Map(String, String), version UInt64`,
      engine: 'MergeTree',
      clauses: `ORDER BY (source, version, first)`,
    }),
    ...['inventory_imports', 'claims', 'owners', 'named_networks'].flatMap((table) => layout.configure(table, DURABLE)),
  ],
};
