import type { Store } from '../../ingest/store';
import type { Claim, LogOn, NamedNetwork } from './source';
import { EVER, STILL, storedTime } from './span';
import { lastOf, formatAddress, parsePrefix } from '../../ingest/kernel/ip';

/** Rows of one insert: some 10 MB of JSON. */
const ROWS_AT_ONCE = 20_000;

/** Text of an address as the engine's IPv6 type takes it. */
export function storedAddress(address: string): string {
  return address.includes(':') ? address : `::ffff:${address}`;
}

/** Writes claims down under the id of an import, a row for each address. @returns rows */
export function stageClaims(store: Store, id: string, claims: readonly Claim[]): Promise<number> {
  return insertAll(store, 'staged_claims', stagedRows(id, claims));
}

export function saveLogOns(store: Store, source: string, logOns: readonly LogOn[], version: number): Promise<number> {
  return insertAll(
    store,
    'log_ons',
    logOns.flatMap(({ user, address, scope, since, until }) => {
      // Who says one end only saw the user at that moment.
      const moment = since ?? until;
      if (moment === undefined) return [];
      const spanned = { since: storedTime(moment), until: storedTime(Math.max(moment, until ?? moment)) };
      return [{ source, scope, address: storedAddress(address), user, ...spanned, version }];
    }),
  );
}

export function networkRow(source: string, network: NamedNetwork, version: number, withdrawn: boolean): object {
  const { prefix, scope, name, labels } = network;
  const parsed = parsePrefix(prefix);
  const [first, last] = [parsed.base, lastOf(parsed)].map((address) => storedAddress(formatAddress(address)));
  return { source, scope, first, last, name, labels: sorted(labels), withdrawn, version };
}

export async function insertAll(store: Store, table: string, rows: Iterable<object>): Promise<number> {
  let batch: object[] = [];
  let written = 0;
  for (const row of rows) {
    batch.push(row);
    if (batch.length < ROWS_AT_ONCE) continue;
    await store.insert(table, batch);
    written += batch.length;
    batch = [];
  }
  await store.insert(table, batch);
  return written + batch.length;
}

function* stagedRows(id: string, claims: readonly Claim[]): Generator<object> {
  for (const { key, name, type, addresses, labels, pool = [] } of claims) {
    const what = {
      import: id,
      key: key || name,
      name: name || key,
      type,
      labels: sorted(labels),
      pool: [...pool].sort().map(storedAddress),
    };
    for (const { address, scope, since, until } of addresses) {
      const span = { since: storedTime(since ?? EVER), until: storedTime(until ?? STILL) };
      if (span.since >= span.until) continue;
      yield { ...what, scope, address: storedAddress(address), ...span, since_said: since !== undefined };
    }
  }
}

/** The engine tells maps of another order apart. */
function sorted(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
