import type { Store } from '../../../ingest/store';
import type { Window } from '../../model/topology';
import { hoursOf } from './hours';
import { conversationName, type ConversationKey } from './name';

/** The least, the quartiles, the 95th percentile and the most. */
export interface Spread {
  readonly least: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly p95: number;
  readonly most: number;
}

/** When and how much a conversation was used: what a baseline is made of. Times are epoch seconds and UTC. */
export interface Profile {
  readonly conversation: string;
  readonly scope: string;
  readonly activeHours: number;
  readonly activeDays: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Of hours with traffic. */
  readonly connectionsPerHour: Spread;
  readonly bytesPerHour: Spread;
  /** By weekday (Monday first) and hour of day: in how many hours it was used, and how much. */
  readonly week: {
    readonly hours: readonly (readonly number[])[];
    readonly connections: readonly (readonly number[])[];
    readonly bytes: readonly (readonly number[])[];
  };
  /** The latest hours with traffic, in order of time; at most `LONGEST_SERIES`. */
  readonly series: readonly ProfileHour[];
}

export interface ProfileHour {
  readonly hour: number;
  readonly connections: number;
  readonly established: number;
  readonly clientBytes: number;
  readonly serverBytes: number;
}

/** A quarter of a year. */
const LONGEST_SERIES = 92 * 24;
const QUANTILES = 'quantilesExactInclusive(0, 0.25, 0.5, 0.75, 0.95, 1)';

interface Totals {
  readonly activeHours: number;
  readonly activeDays: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly connections: readonly number[];
  readonly bytes: readonly number[];
}

interface Cell {
  readonly weekday: number;
  readonly hour: number;
  readonly hours: number;
  readonly connections: number;
  readonly bytes: number;
}

/** Undefined where the window has none of it. */
export async function profileOf(store: Store, key: ConversationKey, window: Window): Promise<Profile | undefined> {
  const { sql, params } = hoursOf(key, window);
  // An hour in which an end changed hands is several rows.
  const hours = `SELECT c.hour AS hour, sum(c.connections) AS connections, sum(c.established) AS established,
      sum(c.client_bytes) AS client_bytes, sum(c.server_bytes) AS server_bytes, client_bytes + server_bytes AS bytes,
      min(c.first_seen) AS first_seen, max(c.last_seen) AS last_seen
    FROM (SELECT * FROM current_conversations WHERE ${sql}) AS c GROUP BY c.hour`;
  const [totals] = await store.query<Totals>(
    `SELECT count() AS activeHours, uniqExact(toDate(hour)) AS activeDays,
       toUnixTimestamp(min(first_seen)) AS firstSeen, toUnixTimestamp(max(last_seen)) AS lastSeen,
       ${QUANTILES}(h.connections) AS connections, ${QUANTILES}(h.bytes) AS bytes
     FROM (${hours}) AS h HAVING count() > 0`,
    params,
  );
  if (!totals) return undefined;
  const cells = await store.query<Cell>(
    `SELECT toDayOfWeek(h.hour) AS weekday, toHour(h.hour) AS hour, count() AS hours,
       sum(h.connections) AS connections, sum(h.bytes) AS bytes
     FROM (${hours}) AS h GROUP BY weekday, hour`,
    params,
  );
  const series = await store.query<ProfileHour>(
    `SELECT toUnixTimestamp(h.hour) AS hour, connections, established, client_bytes AS clientBytes,
       server_bytes AS serverBytes
     FROM (${hours}) AS h ORDER BY h.hour DESC LIMIT ${LONGEST_SERIES}`,
    params,
  );
  const { connections, bytes, ...rest } = totals;
  return {
    conversation: conversationName(key),
    scope: key.scope,
    ...rest,
    connectionsPerHour: spread(connections),
    bytesPerHour: spread(bytes),
    week: { hours: week(cells, 'hours'), connections: week(cells, 'connections'), bytes: week(cells, 'bytes') },
    series: series.reverse(),
  };
}

function spread([
  least = 0,
  lowerQuartile = 0,
  median = 0,
  upperQuartile = 0,
  p95 = 0,
  most = 0,
]: readonly number[]): Spread {
  return { least, lowerQuartile, median, upperQuartile, p95, most };
}

function week(cells: readonly Cell[], of: 'hours' | 'connections' | 'bytes'): number[][] {
  const days = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const cell of cells) {
    const day = days[cell.weekday - 1];
    if (day) day[cell.hour] = cell[of];
  }
  return days;
}
