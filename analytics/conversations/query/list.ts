import { askOwners, comparisonsOf, compileFilter, conjunction, type Filter } from '../../../ingest/query';
import type { Store } from '../../../ingest/store';
import type { DirectionLevel } from '../../model/conversation';
import { serviceName } from '../../services';
import { addressText } from '../read';
import { CONVERSATION_COLUMNS, KEY, type ConversationColumn } from './columns';
import { isOfHour } from './fields';
import { conversationName, type ConversationKey } from './name';
import { namesBetween, type Identity } from './owners';
import { serviceOf } from './service';

/** What a list can be sorted by; counts and times from the greatest. */
export const SORTS = {
  bytes: 'DESC',
  packets: 'DESC',
  connections: 'DESC',
  established: 'DESC',
  refused: 'DESC',
  unanswered: 'DESC',
  half_open: 'DESC',
  denied: 'DESC',
  hours: 'DESC',
  days: 'DESC',
  first_seen: 'DESC',
  last_seen: 'DESC',
  direction: 'DESC',
  confidence: 'ASC',
  client: 'ASC',
  server: 'ASC',
  port: 'ASC',
} as const;
export type Sort = keyof typeof SORTS;

export interface ListQuery {
  /** Epoch seconds, `to` exclusive: hours that begin within. What is left out does not narrow. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Over `CONVERSATION_FIELDS`. */
  readonly filter?: Filter | undefined;
  /** `total`: the hours of the window summed; `hour`: each for itself. */
  readonly by: 'total' | 'hour';
  readonly sort: Sort;
  readonly limit: number;
}

export interface ListDeps {
  readonly store: Store;
  readonly identity: Identity;
  /** Epoch milliseconds that relative times in filters count from. */
  readonly now: number;
}

/** Who used what of whom. Times are epoch seconds. */
export interface ListedConversation extends ConversationKey {
  /** `10.0.0.9 -> 10.1.1.5:443/tcp`, as `why` takes it. */
  readonly conversation: string;
  /** `https`, `8443/tcp`, `icmp echo`. */
  readonly service: string;
  /** Names of the workloads behind the ends while it was seen, in order of time; none where nobody is known. */
  readonly clientNames: readonly string[];
  readonly serverNames: readonly string[];
  /** When listed by hour. */
  readonly hour?: number;
  readonly connections: number;
  readonly established: number;
  readonly refused: number;
  readonly unanswered: number;
  readonly halfOpen: number;
  readonly denied: number;
  readonly stated: number;
  readonly clientPackets: number;
  readonly serverPackets: number;
  readonly clientBytes: number;
  readonly serverBytes: number;
  readonly packets: number;
  readonly bytes: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly hours: number;
  readonly days: number;
  /** Hours with traffic on Mondays, Tuesdays, … (UTC). */
  readonly weekdays: readonly number[];
  readonly direction: DirectionLevel;
  readonly confidence: number;
  /** Canonical address text. */
  readonly reporters: readonly string[];
  readonly points: readonly string[];
  readonly via: readonly string[];
  readonly sampling: number;
  readonly clientPortLow: number;
  readonly clientPortHigh: number;
  readonly l7: readonly string[];
  readonly fqdns: readonly string[];
  readonly tlsVersions: readonly string[];
  readonly users: readonly string[];
  readonly processes: readonly string[];
  readonly alerts: readonly string[];
  readonly rules: readonly string[];
}

/** Rows of the answer before names are put to them; equal data and query give equal rows in equal order. */
type Row = Omit<ListedConversation, 'conversation' | 'service' | 'clientNames' | 'serverNames'>;

export async function listConversations(
  query: ListQuery,
  { store, identity, now }: ListDeps,
): Promise<ListedConversation[]> {
  const { filter, from, to } = query;
  const answers = await askOwners(filter, identity, query);
  const [ofHours, ofTotals] = split(filter);
  const within = compileFilter(ofHours, { now, answers, prefix: 'w' });
  const having = compileFilter(ofTotals, { now, answers, prefix: 't' });
  const order = [
    ...(query.by === 'hour' ? ['c.hour_1'] : []),
    `c.${query.sort} ${SORTS[query.sort]}`,
    ...KEY.map((name) => `c.${name}`),
  ].join(', ');
  // Listing everything of every conversation would take gigabytes: first which, by what decides it, then all of those.
  const keys = [...KEY, ...(query.by === 'hour' ? ['hour'] : [])];
  const needed = new Set([query.sort, ...columnsOf(ofTotals)]);
  const deciding = aggregatesOf(COLUMNS.filter(({ name }) => needed.has(name)));
  const page = `SELECT ${keys.map((name) => `c.${name === 'hour' ? 'hour_1' : name}`).join(', ')}
    FROM (${totalsSql(query.by, within.sql, deciding)}) AS c
    WHERE ${having.sql} ORDER BY ${order} LIMIT {limit:UInt32}`;
  const ofPage = `${within.sql} AND (${keys.join(', ')}) IN (${page})`;
  const rows = await store.query<Row>(
    `SELECT ${COLUMNS.map(({ name, type }) => `${textOf(name, type)} AS ${camel(name)}`).join(', ')},
       weekdays_1 AS weekdays${query.by === 'hour' ? ', toUnixTimestamp(hour_1) AS hour' : ''}
     FROM (${totalsSql(query.by, ofPage, [...aggregatesOf(COLUMNS), WEEKDAYS_SQL])}) AS c
     ORDER BY ${order}`,
    { ...within.params, ...having.params, from: from ?? 0, to: to ?? 0xffff_ffff, limit: query.limit },
  );
  return withNames(rows, identity);
}

const COLUMNS: readonly ConversationColumn[] = CONVERSATION_COLUMNS;
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
const WEEKDAYS_SQL = `[${WEEKDAYS.map((day) => `uniqExactIf(c.hour, toDayOfWeek(c.hour) = ${day})`).join(', ')}] AS weekdays_1`;

function aggregatesOf(columns: readonly ConversationColumn[]): string[] {
  return columns.flatMap(({ name, aggregate }) => (aggregate === undefined ? [] : [`${aggregate} AS ${name}`]));
}

/** Columns of the table that a filter asks for. */
function columnsOf(filter: Filter | undefined): readonly string[] {
  return filter ? comparisonsOf(filter).flatMap(({ field }) => ('columns' in field ? field.columns : [])) : [];
}

/** Hours are filtered in a query of their own, and so are totals: where an alias has the name of a column, it hides it. */
function totalsSql(by: ListQuery['by'], condition: string, totals: readonly string[]): string {
  return `SELECT ${KEY.map((name) => `c.${name} AS ${name}`).join(', ')}${by === 'hour' ? ', c.hour AS hour_1' : ''},
      ${totals.map((total) => `${total},`).join('\n      ')}
      max(c.client_from) AS client_from, max(c.server_from) AS server_from
    FROM (
      SELECT * FROM current_conversations
      WHERE hour >= toDateTime({from:UInt32}) AND hour < toDateTime({to:UInt32}) AND ${condition}
    ) AS c
    GROUP BY ${KEY.map((name) => `c.${name}`).join(', ')}${by === 'hour' ? ', c.hour' : ''}`;
}

function textOf(name: string, type: ConversationColumn['type']): string {
  if (type === 'IPv6') return addressText(`c.${name}`);
  if (type === 'Array(IPv6)') return `arrayMap(a -> ${addressText('a')}, c.${name})`;
  return type === 'DateTime' ? `toUnixTimestamp(c.${name})` : `c.${name}`;
}

function camel(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** What can be decided hour by hour is, before anything is summed. */
function split(filter: Filter | undefined): [ofHours: Filter | undefined, ofTotals: Filter | undefined] {
  if (!filter) return [undefined, undefined];
  const terms = filter.kind === 'and' ? filter.terms : [filter];
  const early = (term: Filter): boolean =>
    comparisonsOf(term).every(({ field }) => !('columns' in field) || isOfHour(field));
  return [conjunction(terms.filter(early)), conjunction(terms.filter((term) => !early(term)))];
}

async function withNames(rows: readonly Row[], identity: Identity): Promise<ListedConversation[]> {
  const addresses = [...new Set(rows.flatMap(({ client, server }) => [client, server]))];
  const first = rows.reduce((least, { firstSeen }) => Math.min(least, firstSeen), Number.MAX_SAFE_INTEGER);
  const last = rows.reduce((most, { lastSeen }) => Math.max(most, lastSeen), 0);
  const ownerships = rows.length === 0 ? [] : await identity.ownershipsOf(addresses, first, last);
  const names = ({ scope, firstSeen, lastSeen }: Row, address: string): string[] =>
    namesBetween(ownerships, { scope, address }, firstSeen, lastSeen);
  return rows.map((row) => ({
    conversation: conversationName(row),
    service: serviceName(serviceOf(row.protocol, row.port)),
    clientNames: names(row, row.client),
    serverNames: names(row, row.server),
    ...row,
  }));
}
