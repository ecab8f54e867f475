import type { Store } from '../../ingest/store';
import type { Claim } from './source';
import { insertAll, storedAddress } from './stage';

/** The ledger of listeners counts in seconds of 32 bits. */
const LAST_SECOND = 2 ** 32 - 1;

/**
 * Tells the ledger of listeners which services workloads are said to offer. Telling it again changes nothing. What they
 * mean for the past is found out when conversations are next rolled up.
 */
export async function saveListens(store: Store, claims: readonly Claim[], asOf: number): Promise<void> {
  await insertAll(store, 'listeners', rowsOf(claims, asOf));
}

function* rowsOf(claims: readonly Claim[], asOf: number): Generator<object> {
  for (const { addresses, listens = [] } of claims) {
    for (const { protocol, port, name } of listens) {
      for (const { scope, address, since = 0, until = asOf } of addresses) {
        const span = { first: seconds(since), last: seconds(until) };
        const said = { scope, address: storedAddress(address), protocol, port, name };
        yield { ...said, ...span, source: 'inventory' };
      }
    }
  }
}

function seconds(milliseconds: number): number {
  return Math.min(Math.max(Math.floor(milliseconds / 1000), 0), LAST_SECOND);
}
