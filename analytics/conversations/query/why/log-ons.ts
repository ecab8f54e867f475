import { addressText } from '../../read';
import type { Finder } from './finding';
import { between, counted, listed } from './wording';

/** A user at an address. Times are epoch seconds. */
interface LoggedOn {
  readonly address: string;
  readonly user: string;
  readonly first: number;
  readonly last: number;
  /** Log-ons and tickets it is made of. */
  readonly sightings: number;
}

/** A user counts as logged on for so long after a ticket: it is renewed at the latest after ten hours. */
const STAYS_SECONDS = 8 * 3600;
const MOST_USERS = 100;

/** Who was logged on to the hosts behind the addresses while it was seen. */
export const logOns: Finder = async ({ conversation, store }) => {
  const { scope, client, server, firstSeen, lastSeen } = conversation;
  const found = await store.query<LoggedOn>(
    `SELECT ${addressText('u.address')} AS address, u.user AS user, toUnixTimestamp(toDateTime(min(u.first))) AS first,
       toUnixTimestamp(toDateTime(max(u.last))) AS last, count() AS sightings
     FROM (
       SELECT address, user, since AS first, until AS last FROM log_ons FINAL
       WHERE address IN {addresses:Array(IPv6)} AND (scope IN ('', {scope:String}) OR {scope:String} = '')
       UNION ALL
       SELECT address, value AS user, toDateTime64(seen, 3) AS first, toDateTime64(seen, 3) AS last FROM sightings
       WHERE kind = 'user' AND address IN {addresses:Array(IPv6)}
     ) AS u
     WHERE u.first <= toDateTime64({to:UInt32}, 3) AND addSeconds(u.last, ${STAYS_SECONDS}) >= toDateTime64({from:UInt32}, 3)
     GROUP BY u.address, u.user ORDER BY first, user LIMIT ${MOST_USERS}`,
    { addresses: [client, server], scope, from: firstSeen, to: lastSeen },
  );
  return [client, server].flatMap((address) => {
    const users = found.filter((one) => one.address === address);
    if (users.length === 0) return [];
    const said = users.map(
      ({ user, first, last, sightings }) => `${user} (${counted(sightings, 'sighting')} ${between(first, last)})`,
    );
    const end = `the ${address === client ? 'client' : 'server'} ${address}`;
    return [{ topic: 'users', text: `logged on to ${end}: ${listed(said)}`, evidence: users }];
  });
};
