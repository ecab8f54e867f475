import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import { markMoved } from './handovers';
import { identify } from './identities';
import { settleAddress, type Ownership, type RankedClaim } from './settle-address';
import { insertAll, storedAddress } from './stage';
import { RANKS_SQL } from './trust';
import { nextVersion } from './version';

interface ClaimRow extends RankedClaim {
  readonly address: string;
  readonly scope: string;
}

interface Settlement {
  readonly version: number;
  readonly trust: readonly string[];
}

/** Claims that are settled together: what is in memory at a time, some 100 MB. */
const CLAIMS_AT_ONCE = 200_000;
/** Rows of earlier settlements that do no harm. */
const SUPERSEDED_KEPT = 10_000;

/** Addresses with claims that are new since the last settlement, or whose workload was found to be another. */
const TOUCHED = `
SELECT address, scope FROM claims WHERE version > {after:UInt64}
  OR (source, key) IN (SELECT source, key FROM identities WHERE version > {after:UInt64})`;

/**
 * Brings the owners of addresses up to date with the claims on them, where anything was claimed since, or another is
 * trusted; only addresses that are concerned are settled again. Readers see the old owners or the new ones. Safe to run
 * again at any point; one run at a time.
 *
 * @param now epoch milliseconds
 * @param trust names and kinds of sources, most trusted first
 */
export async function settle(store: Store, { now, trust }: { now: number; trust: readonly string[] }): Promise<void> {
  const last = await lastSettlement(store);
  const [newest] = await store.query<{ version: number }>('SELECT max(version) AS version FROM claims');
  const distrusted = last !== undefined && JSON.stringify(last.trust) !== JSON.stringify(trust);
  const settled = last?.version ?? 0;
  if ((newest?.version ?? 0) <= settled && !distrusted) return;
  await forgetUnfinished(store, settled);
  const version = await nextVersion(store);
  await identify(store, { after: settled, version, trust });
  await settleAll(store, { after: distrusted ? -1 : settled, version, trust });
  await markMoved(store, version, () =>
    store.insert('settlements', [{ version, settled: now * 1000, trust: [...trust] }]),
  );
  await forgetSuperseded(store);
}

async function lastSettlement(store: Store): Promise<Settlement | undefined> {
  const [last] = await store.query<Settlement>('SELECT version, trust FROM settlements ORDER BY version DESC LIMIT 1');
  return last;
}

async function settleAll(
  store: Store,
  { after, version, trust }: { readonly after: number; readonly version: number; readonly trust: readonly string[] },
): Promise<void> {
  const touched = after < 0 ? 'true' : `(address, scope) IN (${TOUCHED})`;
  const params = { after: Math.max(after, 0), trust };
  const [row] = await store.query<{ claims: number }>(`SELECT count() AS claims FROM claims WHERE ${touched}`, params);
  const pages = Math.ceil((row?.claims ?? 0) / CLAIMS_AT_ONCE);
  for (let page = 0; page < pages; page++) {
    const alive = `SELECT * FROM claims FINAL WHERE NOT withdrawn AND cityHash64(address) % {pages:UInt32} = {page:UInt32} AND ${touched}`;
    const rows = await store.query<ClaimRow>(
      `SELECT ${addressText('c.address')} AS address, c.scope AS scope, c.source AS source, c.key AS key,
         i.workload AS workload, intDiv(toUnixTimestamp64Milli(c.since), 1000) AS since,
         intDiv(toUnixTimestamp64Milli(c.until), 1000) AS until, r.rank AS rank
       FROM (${alive}) AS c
       INNER JOIN (
         SELECT source, key, workload FROM identities FINAL WHERE (source, key) IN (SELECT source, key FROM (${alive}))
       ) AS i ON i.source = c.source AND i.key = c.key
       LEFT JOIN (${RANKS_SQL}) AS r ON r.source = c.source
       ORDER BY c.address, c.scope`,
      { ...params, pages, page },
    );
    await insertAll(store, 'owners', ownerRows(rows, version));
    await insertAll(store, 'conflicts', conflictRows(rows, version));
  }
  // Addresses that nobody claims any more have a row that says so.
  await store.command(
    `INSERT INTO owners (scope, address, version) SELECT DISTINCT scope, address, {version:UInt64} FROM claims
     WHERE ${touched} AND (address, scope) NOT IN (SELECT address, scope FROM owners WHERE version = {version:UInt64})`,
    { ...params, version },
  );
}

function* ownerRows(rows: readonly ClaimRow[], version: number): Generator<object> {
  for (const claims of byAddress(rows))
    for (const owner of settleAddress(claims).owners) yield { ...placed(claims, owner), version };
}

function* conflictRows(rows: readonly ClaimRow[], version: number): Generator<object> {
  for (const claims of byAddress(rows)) {
    if (claims.length < 2) continue;
    for (const { other, ...owner } of settleAddress(claims).contests) {
      const against = { other_workload: other.workload, other_source: other.source, other_key: other.key };
      yield { ...placed(claims, owner), ...against, version };
    }
  }
}

function placed([first]: readonly ClaimRow[], owner: Ownership): object {
  const { scope = '', address = '' } = first ?? {};
  const span = { since: owner.since * 1000, until: owner.until * 1000 };
  return { ...owner, ...span, scope, address: storedAddress(address) };
}

/** Neighbouring rows of one address in one scope. */
function* byAddress(rows: readonly ClaimRow[]): Generator<readonly ClaimRow[]> {
  let begin = 0;
  for (let at = 1; at <= rows.length; at++) {
    const [first, row] = [rows[begin], rows[at]];
    if (row !== undefined && row.address === first?.address && row.scope === first.scope) continue;
    if (at > begin && first) yield rows.slice(begin, at);
    begin = at;
  }
}

/** What a run that was killed left behind: under a version that is never to count. */
async function forgetUnfinished(store: Store, settled: number): Promise<void> {
  const [newest] = await store.query<{ version: number }>('SELECT max(version) AS version FROM owners');
  if ((newest?.version ?? 0) <= settled) return;
  for (const table of ['owners', 'conflicts'])
    await store.command(`DELETE FROM ${table} WHERE version > {settled:UInt64}`, { settled });
}

/** Once more rows are superseded than count: taking some out writes all of them anew. */
async function forgetSuperseded(store: Store): Promise<void> {
  const [stored] = await store.query<{ rows: number; counting: number }>(
    'SELECT count() AS rows, (SELECT count() FROM current_owners) AS counting FROM owners',
  );
  if (stored === undefined || stored.rows <= 2 * stored.counting + SUPERSEDED_KEPT) return;
  for (const table of ['conflicts', 'owners'])
    await store.command(
      `DELETE FROM ${table} WHERE (address, scope, version) NOT IN (
         SELECT address, scope, max(version) FROM owners GROUP BY address, scope)`,
    );
}
