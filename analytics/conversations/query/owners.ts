import { TEXT, type Owners, type OwnedAddress, type OwnerQuestion } from '../../../ingest/query';
import type { SqlParams, Store } from '../../../ingest/store';
import { addressText } from '../read';

/** Whose an address was, from when to when. */
export interface Ownership extends OwnedAddress {
  readonly scope: string;
  /** What people call the workload. */
  readonly name: string;
  /** Every scope in which the address is known, at whatever time. */
  readonly scopes: readonly string[];
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
  SELECT ${addressText('a.address')} AS told, groupUniqArray(toString(a.scope)) AS scopes FROM current_owners AS a GROUP BY a.address`;
const KNOWN = `(${OWNED}) AS w INNER JOIN (${SCOPES}) AS known ON known.told = w.address`;
const DURING = 'since_ms < {to:Int64} AND until_ms > {from:Int64}';

interface OwnedRow {
  readonly scope: string;
  readonly address: string;
  readonly since_ms: number;
  readonly until_ms: number;
  readonly scopes: readonly string[];
}

export function createIdentity(store: Store): Identity {
  return {
    async addressesOf(question, { from, to }, limit) {
      const { sql, params } = questionSql(question);
      const rows = await store.query<OwnedRow>(
        `SELECT scope, address, since_ms, until_ms, scopes
         FROM ${KNOWN} WHERE ${DURING} AND ${sql}
         ORDER BY address, scope, since_ms LIMIT {limit:UInt32}`,
        { ...params, limit, ...during(from ?? 0, to ?? FOREVER / 1000) },
      );
      return rows.map((row) => ({ ...meant(row), ...timesOf(row) }));
    },
    async ownershipsOf(addresses, from, to) {
      const found: Ownership[] = [];
      for (let at = 0; at < addresses.length; at += ASKED_AT_ONCE) {
        const rows = await store.query<OwnedRow & { name: string }>(
          `SELECT scope, address, since_ms, until_ms, scopes, if(claimed = '', workload, claimed) AS name
           FROM ${KNOWN} WHERE ${DURING} AND address IN {addresses:Array(String)}
           ORDER BY address, scope, since_ms`,
          { addresses: addresses.slice(at, at + ASKED_AT_ONCE), ...during(from, to + 1) },
        );
        found.push(
          ...rows.map((row) => ({
            scope: row.scope,
            address: row.address,
            name: row.name,
            scopes: row.scopes,
            ...timesOf(row),
          })),
        );
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

/**
 * In which scopes the owner of an address is meant: who is known without one in all that have no owner of their own, and
 * who is known in the only one in all, as sources of flows name scopes and registers rarely do.
 */
function meant({ scope, address, scopes }: OwnedRow): Pick<OwnedAddress, 'address' | 'scope' | 'exceptScopes'> {
  if (scopes.length === 1) return { address };
  return scope === '' ? { address, exceptScopes: scopes.filter((other) => other !== '').sort() } : { scope, address };
}

function timesOf({ since_ms: since, until_ms: until }: OwnedRow): Pick<OwnedAddress, 'since' | 'until'> {
  return { ...(since > FOREVER_AGO ? { since } : {}), ...(until < FOREVER ? { until } : {}) };
}

/** The names of those who had an address between two moments (epoch seconds), in order of time. */
export function namesBetween(
  ownerships: readonly Ownership[],
  { scope, address }: { scope: string; address: string },
  from: number,
  to: number,
): string[] {
  const names = ownerships
    .filter((one) => one.address === address && isMeant(one, scope))
    .filter((one) => (one.since ?? 0) <= to * 1000 && (one.until ?? FOREVER) > from * 1000)
    .map(({ name }) => name);
  return [...new Set(names)];
}

/** Who is known in this scope; failing that who is known without one; failing that who is the only one. */
export function isMeant(owner: Pick<Ownership, 'scope' | 'scopes'>, scope: string): boolean {
  if (owner.scopes.length === 1 || owner.scope === scope) return true;
  return owner.scope === '' && !owner.scopes.includes(scope);
}

/** An end at a time: epoch seconds, both included. */
interface Seen {
  readonly scope: string;
  readonly address: string;
  readonly from: number;
  readonly to: number;
}

/** The names of those who had each address while it was seen, in the order asked for. */
export async function namesOf(identity: Identity, ends: readonly Seen[]): Promise<readonly string[][]> {
  if (ends.length === 0) return [];
  const addresses = [...new Set(ends.map(({ address }) => address))];
  const first = ends.reduce((least, { from }) => Math.min(least, from), Number.MAX_SAFE_INTEGER);
  const last = ends.reduce((most, { to }) => Math.max(most, to), 0);
  const ownerships = await identity.ownershipsOf(addresses, first, last);
  return ends.map((end) => namesBetween(ownerships, end, end.from, end.to));
}
