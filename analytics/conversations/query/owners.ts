import { TEXT, type Owners, type OwnedAddress, type OwnerQuestion } from '../../../ingest/query';
import type { SqlParams, Store } from '../../../ingest/store';
import { addressText } from '../read';

/** Whose an address was, from when to when. */
export interface Ownership extends OwnedAddress {
  readonly scope: string;
  /** What people call the workload. */
  readonly name: string;
}

/** Who is behind addresses: for filters, and for people who read about them. */
export interface Identity extends Owners {
  /** Every owner of these addresses between two moments (epoch seconds, both included), in order of time. */
  ownershipsOf(addresses: readonly string[], from: number, to: number): Promise<readonly Ownership[]>;
  /** Some names of workloads (null), or values of one of their labels, that begin like this. */
  valuesOf(label: string | null, beginning: string): Promise<readonly string[]>;
}

/** Addresses that are asked for at once: they travel in the address line of a request. */
const ASKED_AT_ONCE = 2000;
const MOST_OFFERED = 20;
/** Epoch milliseconds of 1900 and 2299, which stand for "ever" in the tables. */
const [FOREVER_AGO, FOREVER] = [-2_208_988_800_000, 10_382_083_200_000];

const CLAIMS = `(SELECT source, key, scope, address, since, until, name, labels FROM claims FINAL WHERE NOT withdrawn)`;
const OWNED = `
  SELECT o.scope AS scope, ${addressText('o.address')} AS address, o.workload AS workload, c.name AS claimed, c.labels AS labels,
    toUnixTimestamp64Milli(greatest(o.since, c.since)) AS since_ms, toUnixTimestamp64Milli(least(o.until, c.until)) AS until_ms
  FROM current_owners AS o
  INNER JOIN ${CLAIMS} AS c ON c.source = o.source AND c.key = o.key AND c.address = o.address AND c.scope = o.scope
  WHERE o.since < c.until AND c.since < o.until`;
const SCOPES = `
  SELECT ${addressText('a.address')} AS told, uniqExact(a.scope) AS scopes FROM current_owners AS a GROUP BY a.address`;
const DURING = 'since_ms < {to:Int64} AND until_ms > {from:Int64}';

interface OwnedRow {
  readonly scope: string;
  readonly address: string;
  readonly since_ms: number;
  readonly until_ms: number;
}

export function createIdentity(store: Store): Identity {
  return {
    async addressesOf(question, { from, to }, limit) {
      const { sql, params } = questionSql(question);
      const rows = await store.query<OwnedRow & { scopes: number }>(
        `SELECT scope, address, since_ms, until_ms, scopes
         FROM (${OWNED}) AS w INNER JOIN (${SCOPES}) AS known ON known.told = w.address WHERE ${DURING} AND ${sql}
         ORDER BY address, scope, since_ms LIMIT {limit:UInt32}`,
        { ...params, limit, ...during(from ?? 0, to ?? FOREVER / 1000) },
      );
      // An address that is known in one scope only is meant in all: sources of flows name scopes, registers rarely do.
      return rows.map((row) => (row.scopes > 1 ? spanOf(row) : withoutScope(spanOf(row))));
    },
    async ownershipsOf(addresses, from, to) {
      const found: Ownership[] = [];
      for (let at = 0; at < addresses.length; at += ASKED_AT_ONCE) {
        const rows = await store.query<OwnedRow & { name: string }>(
          `SELECT scope, address, since_ms, until_ms, if(claimed = '', workload, claimed) AS name
           FROM (${OWNED}) WHERE ${DURING} AND address IN {addresses:Array(String)}
           ORDER BY address, scope, since_ms`,
          { addresses: addresses.slice(at, at + ASKED_AT_ONCE), ...during(from, to + 1) },
        );
        found.push(...rows.map((row) => ({ ...spanOf(row), name: row.name })));
      }
      return found;
    },
    async valuesOf(label, beginning) {
      const rows = await store.query<{ value: string }>(
        `SELECT ${label === null ? 'name' : 'labels[{label:String}]'} AS value FROM ${CLAIMS}
         GROUP BY value HAVING value != '' AND startsWith(lower(value), lower({beginning:String}))
         ORDER BY value LIMIT ${MOST_OFFERED}`,
        { label: label ?? '', beginning },
      );
      return rows.map(({ value }) => value);
    },
  };
}

function questionSql({ label, operator, values }: OwnerQuestion): { sql: string; params: SqlParams } {
  const params: Record<string, SqlParams[string]> = label === null ? {} : { label };
  const bind = (type: string, value: SqlParams[string]): string => {
    const name = `o${Object.keys(params).length}`;
    params[name] = value;
    return `{${name}:${type}}`;
  };
  const is = (column: string): string =>
    operator === 'alone' ? `${column} != ''` : TEXT.condition(column, operator, values, { bind, now: 0 });
  // By what it is called, or by its id.
  return { sql: label === null ? `(${is('claimed')} OR ${is('workload')})` : is('labels[{label:String}]'), params };
}

function during(from: number, to: number): { from: number; to: number } {
  return { from: Math.trunc(from * 1000), to: Math.trunc(to * 1000) };
}

function spanOf({ scope, address, since_ms: since, until_ms: until }: OwnedRow): OwnedAddress & { scope: string } {
  return { scope, address, ...(since > FOREVER_AGO ? { since } : {}), ...(until < FOREVER ? { until } : {}) };
}

function withoutScope({ address, since, until }: OwnedAddress): OwnedAddress {
  return { address, ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
}

/** The names of those who had an address between two moments (epoch seconds), in order of time. */
export function namesBetween(
  ownerships: readonly Ownership[],
  { scope, address }: { scope: string; address: string },
  from: number,
  to: number,
): string[] {
  const own = ownerships.filter((one) => one.address === address);
  const scopes = new Set(own.map((one) => one.scope));
  // Who is known in this scope; who is known without one; who is the only one.
  const wanted = scopes.has(scope) ? scope : scopes.has('') || scopes.size > 1 ? '' : [...scopes][0];
  const names = own
    .filter((one) => one.scope === wanted && (one.since ?? 0) <= to * 1000 && (one.until ?? FOREVER) > from * 1000)
    .map(({ name }) => name);
  return [...new Set(names)];
}
