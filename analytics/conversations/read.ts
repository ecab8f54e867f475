import type { Store } from '../../ingest/store';
import type { Conversation } from '../model/conversation';
import type { Window } from '../model/topology';
import { rowReader, type ConversationRow } from './conversation-row';
import { COUNTERS, DOUBT_SQL, KEY, KEY_SQL, summedDays, TOTALS } from './days';

/** Canonical text of an IPv6 column: ClickHouse prints IPv4 as `::ffff:10.0.0.1`. */
export function addressText(column: string): string {
  return `if(startsWith(toString(${column}), '::ffff:'), substring(toString(${column}), 8), toString(${column}))`;
}

/** What conversations there are, hours as epoch seconds; null when there are none. */
export async function wholeWindow(store: Store): Promise<Window | null> {
  const [row] = await store.query<Window>(
    'SELECT toUnixTimestamp(min(hour)) AS "from", toUnixTimestamp(max(hour)) + 3600 AS "to" FROM current_conversations HAVING count() > 0',
  );
  return row ?? null;
}

/**
 * When addresses changed hands within a window. What lasts for ever ends in 2299, which only a DateTime64 can hold.
 *
 * Parameters: `from`, `to`.
 */
const CHANGES_SQL = `
SELECT address, toDateTime(at) AS changed
FROM (SELECT address, arrayJoin([since, until]) AS at FROM current_owners)
WHERE at > toDateTime64({from:UInt32}, 3) AND at < toDateTime64({to:UInt32}, 3)`;

/** Days of which the sums are of more than one owner: there an address is read hour by hour. */
const CUT_SQL = `SELECT toDate(changed), address FROM (${CHANGES_SQL}) WHERE changed != toStartOfDay(changed)`;

/**
 * The conversations of a window (end exclusive), hours summed; sorted, so that equal data reads equally. Where an address
 * changed hands in the window, what its owners did is told apart. Days are read as `sumDays` left them, as far as these
 * are right.
 */
export async function readConversations(store: Store, { from, to }: Window): Promise<Conversation[]> {
  const summed = await summedDays(store, { from, to });
  const params = { from, to, days: summed.map(({ day }) => day), summings: summed.map(({ summing }) => summing) };
  const [changed] = await store.query(`SELECT 1 FROM (${CHANGES_SQL}) LIMIT 1`, params);
  const sql = conversationsSql(params.days.length > 0, changed !== undefined);
  const read = rowReader();
  const conversations: Conversation[] = [];
  for await (const rows of store.stream<{ row: ConversationRow }>(sql, params))
    for (const { row } of rows) conversations.push(read(row));
  return conversations;
}

/** What makes a `ConversationRow` of the totals `c`. */
const COLUMNS = [
  'c.scope',
  addressText('c.client'),
  addressText('c.server'),
  'c.protocol',
  'c.port',
  ...COUNTERS.map((name) => `c.${name}`),
  'c.hours',
  'toUnixTimestamp(c.first_seen)',
  'toUnixTimestamp(c.last_seen)',
  'intDiv(c.doubt, 4294967296)',
  'round(reinterpretAsFloat32(toUInt32(4294967295 - c.doubt % 4294967296)), 3)',
  `arrayStringConcat(arrayMap(r -> ${addressText('r')}, arraySort(c.reporters)), ' ')`,
  'toUnixTimestamp(c.client_from)',
  'toUnixTimestamp(c.server_from)',
];

/** A row is one tuple, which is a list in JSON: a third as long as an object, and as much faster to read. */
function conversationsSql(summed: boolean, changed: boolean): string {
  const changes = `SELECT address, arraySort(groupUniqArray(changed)) AS changes FROM (${CHANGES_SQL}) GROUP BY address`;
  const sides = changed ? ['client', 'server'] : [];
  return `
SELECT tuple(${COLUMNS.join(', ')}) AS row
FROM (
  SELECT ${KEY.map((name) => `any(c.${name}) AS ${name}`).join(', ')},
    sum(c.hours) + uniqExactIf(c.hour, c.hours = 0) AS hours, ${TOTALS.map(([name, sql]) => `${sql} AS ${name}`).join(', ')}
  FROM (${summed ? `${hoursSql(summed, changed)} UNION ALL ${daysSql(changed)}` : hoursSql(summed, changed)}) AS c
  ${sides.map((side) => `LEFT ANY JOIN (${changes}) AS of_${side} ON of_${side}.address = c.${side}`).join(' ')}
  GROUP BY ${[KEY_SQL, ...sides.map((side) => `arrayLast(at -> at <= c.${side}_from, of_${side}.changes)`)].join(', ')}
) AS c
ORDER BY c.scope, c.server, c.protocol, c.port, c.client, c.client_from, c.server_from
SETTINGS output_format_json_named_tuples_as_objects = 0`;
}

const READ = [...KEY, ...TOTALS.map(([name]) => name)];

/** Rows of `hours` 0 are of one hour. */
function hoursSql(summed: boolean, changed: boolean): string {
  const isCut = ['client', 'server'].map((side) => `(toDate(hour), ${side}) IN (${CUT_SQL})`).join(' OR ');
  const left = `toDate(hour) NOT IN {days:Array(Date)}${changed ? ` OR ${isCut}` : ''}`;
  return `SELECT ${READ.map((name) => (name === 'doubt' ? DOUBT_SQL : name)).join(', ')}, toUInt8(0) AS hours, hour FROM current_conversations
    WHERE hour >= toDateTime({from:UInt32}) AND hour < toDateTime({to:UInt32})${summed ? ` AND (${left})` : ''}`;
}

function daysSql(changed: boolean): string {
  const whole = ['client', 'server'].map((side) => `(day, ${side}) NOT IN (${CUT_SQL})`).join(' AND ');
  return `SELECT ${READ.join(', ')}, hours, toDateTime(0) AS hour FROM conversation_days
    WHERE day IN {days:Array(Date)} AND summing IN {summings:Array(UUID)}
      ${changed ? `AND ${whole}` : ''}`;
}
