/** A table by its parts, so that one definition makes it on one node and on a cluster. */
export interface Table {
  readonly name: string;
  /** Columns and indexes, as between the parentheses. */
  readonly columns: string;
  /** `MergeTree`, `ReplacingMergeTree(received)`. */
  readonly engine: string;
  /** `PARTITION BY … ORDER BY … SETTINGS …`. */
  readonly clauses: string;
}

/**
 * The tables that are too large for one node, and what decides where a row goes. Both directions of a conversation, from
 * every exporter that saw it, meet on one shard, so that sessions can be put together there; a shard gets its share of
 * every hour and every exporter, so that loads and roll-ups keep all of them busy.
 */
const SHARD_KEYS: ReadonlyMap<string, string> = new Map([['flows', 'cityHash64(least(src, dst), greatest(src, dst))']]);

/** Where tables are: all statements that make or change them come from here. */
export interface Layout {
  database(name: string): string;
  create(table: Table): readonly string[];
  /** Changes what a table is: columns, TTL. */
  alter(table: string, change: string): readonly string[];
  /** Changes settings, which each replica has of its own. */
  configure(table: string, settings: string): readonly string[];
  /** Takes rows out, and returns once they are. */
  erase(table: string, condition: string): readonly string[];
  /** Makes a view, or replaces it. */
  view(name: string, query: string): readonly string[];
  /** What has to run so that a count sees every row that an earlier insert, on any node, was acknowledged for. */
  readonly catchUp: readonly string[];
}

/** One node, which may be the embedded engine. */
export const SINGLE_NODE: Layout = {
  database: (name) => `CREATE DATABASE IF NOT EXISTS ${quoted(name)}`,
  create: ({ name, columns, engine, clauses }) => [
    `CREATE TABLE IF NOT EXISTS ${name} (${columns}) ENGINE = ${engine} ${clauses}`,
  ],
  alter: (table, change) => [`ALTER TABLE ${table} ${change}`],
  configure: (table, settings) => [`ALTER TABLE ${table} MODIFY SETTING ${settings}`],
  erase: (table, condition) => [`ALTER TABLE ${table} DELETE WHERE ${condition} SETTINGS mutations_sync = 2`],
  view: (name, query) => [`CREATE OR REPLACE VIEW ${name} AS ${query}`],
  catchUp: [],
};

/**
 * A cluster with Keeper, whose nodes have the macros `{shard}` and `{replica}`. A sharded table is a `Distributed` one
 * over `<name>_local`; all other tables are small and are on every node, so that joins with them never leave it.
 *
 * @param cluster as in `remote_servers`
 */
export function clusterLayout(cluster: string, database: string): Layout {
  const on = `ON CLUSTER ${quoted(cluster)}`;
  const isSharded = (table: string) => SHARD_KEYS.has(table);
  const local = (table: string) => (isSharded(table) ? `${table}_local` : table);
  return {
    database: (name) => `CREATE DATABASE IF NOT EXISTS ${quoted(name)} ${on}`,
    create({ name, columns, engine, clauses }) {
      const key = SHARD_KEYS.get(name);
      const stored = `CREATE TABLE IF NOT EXISTS ${local(name)} ${on} (${columns}) ENGINE = ${replicated(engine, database, local(name), key !== undefined)} ${clauses}`;
      if (key === undefined) return [stored];
      const target = `${literal(cluster)}, ${literal(database)}, ${literal(local(name))}, ${key}`;
      return [stored, `CREATE TABLE IF NOT EXISTS ${name} ${on} AS ${local(name)} ENGINE = Distributed(${target})`];
    },
    // Replicas tell one another, but only those of one table: a table on every node changes once for all.
    alter: (table, change) =>
      !isSharded(table)
        ? [`ALTER TABLE ${table} ${change}`]
        : [
            `ALTER TABLE ${local(table)} ${on} ${change}`,
            // What the stored table has of its own, the one over it cannot have.
            ...(/^(ADD|DROP|RENAME|COMMENT) COLUMN\b/.test(change) ? [`ALTER TABLE ${table} ${on} ${change}`] : []),
          ],
    configure: (table, settings) => [`ALTER TABLE ${local(table)} ${on} MODIFY SETTING ${settings}`],
    erase: (table, condition) => [
      `ALTER TABLE ${local(table)} ${isSharded(table) ? `${on} ` : ''}DELETE WHERE ${condition} SETTINGS mutations_sync = 2`,
    ],
    view: (name, query) => [`CREATE OR REPLACE VIEW ${name} ${on} AS ${query}`],
    catchUp: [...SHARD_KEYS.keys()].map(
      (table) => `SYSTEM SYNC REPLICA ${on} ${quoted(database)}.${local(table)} LIGHTWEIGHT`,
    ),
  };
}

/** Replicas of a table on every node need names that differ over all shards, which `{replica}` alone need not. */
function replicated(engine: string, database: string, table: string, sharded: boolean): string {
  const [, name = engine, args = ''] = /^(\w+)(?:\((.*)\))?$/.exec(engine) ?? [];
  const path = `/clickhouse/tables/${sharded ? '{shard}' : 'all'}/${database}/${table}`;
  const given = [literal(path), literal(sharded ? '{replica}' : '{shard}-{replica}'), ...(args === '' ? [] : [args])];
  return `Replicated${name}(${given.join(', ')})`;
}

function quoted(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
