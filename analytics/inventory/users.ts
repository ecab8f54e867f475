import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import { isoText } from './span';

/** A user on a workload. Times ISO 8601. */
export interface UserSpan {
  readonly user: string;
  readonly address: string;
  readonly since: string;
  readonly until: string;
  /** Log-ons and tickets it is made of. */
  readonly sightings: number;
}

/** A user not heard of for so long was logged off meanwhile: a Kerberos ticket is renewed at the latest after ten hours. */
export const GAP_SECONDS = 8 * 3600;

const SEEN = `
SELECT '' AS scope, address, value AS user, toDateTime64(seen, 3) AS first, toDateTime64(seen, 3) AS last FROM sightings
WHERE kind = 'user' AND address IN (SELECT address FROM held)
UNION ALL
SELECT scope, address, user, since AS first, until AS last FROM log_ons FINAL WHERE address IN (SELECT address FROM held)`;

/**
 * Who was logged on to a workload while it had its addresses, latest first: what is seen of a user within eight hours is
 * one span.
 *
 * @param held a query of `address`, `since`, `until` (DateTime64)
 */
export function readUsers(
  store: Store,
  held: string,
  params: Readonly<Record<string, string>>,
  limit: number,
): Promise<UserSpan[]> {
  return store.query<UserSpan>(
    `WITH held AS (${held})
     SELECT user, ${addressText('u.address')} AS address, ${isoText('greatest(u.first, h.since)')} AS since,
       ${isoText('least(u.last, h.until)')} AS until, sightings
     FROM (
       SELECT address, user, min(first) AS first, max(last) AS last, count() AS sightings
       FROM (
         SELECT *, sum(apart) OVER (PARTITION BY address, scope, user ORDER BY first, last ROWS UNBOUNDED PRECEDING) AS span
         FROM (
           SELECT *, first > addSeconds(max(last) OVER (PARTITION BY address, scope, user ORDER BY first, last
             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), {gap:UInt32}) AS apart
           FROM (${SEEN})
         )
       )
       GROUP BY address, scope, user, span
     ) AS u
     INNER JOIN held AS h ON h.address = u.address
     WHERE u.first < h.until AND u.last >= h.since
     ORDER BY since DESC, user LIMIT {limit:UInt32}`,
    { ...params, gap: GAP_SECONDS, limit },
  );
}
