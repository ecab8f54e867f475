import type { Directory } from '../../analytics/inventory';
import type { Window } from '../../analytics/model/topology';
import type { Store } from '../../ingest/store';
import { DAYS_IN_MASK, MOST_HOURS, type Activity } from '../propose';
import { IN_WINDOW, keyOfUse, resolveUse, USE_COLUMNS, USE_KEY, type UseRow } from './use';

const DAY = 86_400;

interface Row extends UseRow {
  readonly early: number;
  readonly late: number;
  readonly hours: readonly number[];
}

const HALF = DAYS_IN_MASK / 2;
const DAY_NUMBER = `intDiv(toUnixTimestamp(c.hour), ${DAY}) - intDiv({from:UInt32}, ${DAY})`;
const bits = (from: number) =>
  `groupBitOr(if(${DAY_NUMBER} >= ${from} AND ${DAY_NUMBER} < ${from + HALF}, bitShiftLeft(toUInt32(1), toUInt8(${DAY_NUMBER} - ${from})), toUInt32(0)))`;

const SQL = `
SELECT ${USE_COLUMNS}, ${bits(0)} AS early, ${bits(HALF)} AS late,
  if(uniqUpTo(${MOST_HOURS})(c.hour) > ${MOST_HOURS}, [], arraySort(groupUniqArray(${MOST_HOURS})(toUnixTimestamp(c.hour)))) AS hours
FROM current_conversations AS c
WHERE ${IN_WINDOW} AND c.established > 0
GROUP BY ${USE_KEY}
SETTINGS max_bytes_before_external_group_by = 536870912`;

/**
 * On which days each use of a window (end exclusive) was active, and of rare ones in which hours; undefined for a window
 * of more days than there are bits for.
 */
export async function readActivity(
  store: Store,
  window: Window,
  directory: Directory,
): Promise<Activity[] | undefined> {
  if (Math.floor((window.to - 1) / DAY) - Math.floor(window.from / DAY) >= DAYS_IN_MASK) return undefined;
  const found = new Map<string, Activity>();
  for await (const rows of store.stream<Row>(SQL, { from: window.from, to: window.to })) {
    for (const row of rows) {
      const use = resolveUse(row, directory);
      if (!use) continue;
      const key = keyOfUse(use);
      const known = found.get(key);
      found.set(key, {
        ...use,
        days: [row.early | (known?.days[0] ?? 0), row.late | (known?.days[1] ?? 0)],
        hours: known ? togetherHours(known.hours, row.hours) : row.hours,
      });
    }
  }
  return [...found.values()];
}

/** What is no rare use of one address is none of the workload. */
function togetherHours(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length === 0 || b.length === 0) return [];
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}
