import { addressText } from '../conversations/read';
import { mapped } from '../noise/estate';
import type { Actor } from './cast';
import type { Scene } from './detector';
import type { NewUse } from './new-uses';

/** Two workloads that a new use is between, whatever their addresses. */
export interface Pair {
  readonly client: Actor;
  readonly server: Actor;
}

export type PairedUse = Omit<NewUse, 'client' | 'server'> & Pair;

/** They travel in the address line of a request. */
const MOST_ADDRESSES = 1_000;
const MOST_ROWS = 100_000;
const DAY = 86_400;

/**
 * Names workloads instead of addresses: of uses whose pair is new by address only, because one of the ends moved, those
 * are left out whose workloads did the same before. Where an end is nobody's the use is left out as well.
 *
 * @param family of a row of conversations `c`, as the uses were asked for
 */
export async function withoutHabits(
  { store, cast, window }: Scene,
  uses: readonly NewUse[],
  { family, narrow }: { readonly family: string; readonly narrow: string },
): Promise<{ readonly fresh: readonly PairedUse[]; readonly habits: number }> {
  const paired = uses.flatMap((use) => {
    const client = cast.who(use.scope, use.client, use.first);
    const server = cast.who(use.scope, use.server, use.first);
    return client && server && client.workload !== server.workload ? [{ ...use, client, server }] : [];
  });
  const addresses = (side: 'client' | 'server') =>
    [...new Set(paired.flatMap((use) => cast.addressesOf(use[side].workload)))].slice(0, MOST_ADDRESSES).map(mapped);
  const rows = await store.query<{ scope: string; client: string; server: string; family: string; at: number }>(
    `SELECT c.scope AS scope, ${addressText('c.client')} AS client, ${addressText('c.server')} AS server, ${family} AS family,
       toUnixTimestamp(max(c.last_seen)) AS at
     FROM current_conversations AS c
     WHERE c.hour < toDateTime({from:UInt32}) AND c.established > 0 AND ${narrow}
       AND c.client IN (SELECT arrayJoin({clients:Array(IPv6)})) AND c.server IN (SELECT arrayJoin({servers:Array(IPv6)}))
     GROUP BY c.scope, c.client, c.server, family ORDER BY c.scope, c.client, c.server, family LIMIT ${MOST_ROWS}`,
    { ...window, clients: addresses('client'), servers: addresses('server') },
  );
  const before = new Set(
    rows.map((row) => {
      const client = cast.who(row.scope, row.client, row.at)?.workload ?? '';
      const server = cast.who(row.scope, row.server, row.at)?.workload ?? '';
      return `${row.family} ${client} ${server}`;
    }),
  );
  const fresh = paired.filter(
    ({ family: of, client, server }) => !before.has(`${of} ${client.workload} ${server.workload}`),
  );
  return { fresh, habits: paired.length - fresh.length };
}

/** Days for which both ends were watched without it. */
export function daysWithout({
  first,
  clientSince,
  serverSince,
}: Pick<NewUse, 'first' | 'clientSince' | 'serverSince'>): number {
  return Math.max(0, first - Math.max(clientSince, serverSince)) / DAY;
}

/**
 * That what was never seen on n days is no habit: 1 − 1/(n + 2), by Laplace's rule of succession. A day gives two
 * thirds, a month 0.97.
 */
export function noveltyOf(days: number): number {
  return Math.round((1 - 1 / (days + 2)) * 100) / 100;
}
