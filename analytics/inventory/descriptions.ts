import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import type { Window } from '../model/topology';
import type { WorkloadType } from '../model/workload';
import type { Description } from './directory';
import { RANKS_SQL } from './trust';

/** Overlaps with a window. Parameters: `from`, `to`, epoch seconds. */
export const IN_WINDOW = 'since < toDateTime64({to:Int64}, 3) AND until > toDateTime64({from:Int64}, 3)';

/**
 * The word of every source on some workloads in a window: `workload`, `source`, `order` (least is trusted most; of one
 * source what it said last), and what it says.
 *
 * @param workloads a condition on `workload`
 */
export function saidSql(workloads: string): string {
  return `
SELECT i.workload AS workload, c.source AS source, (r.rank, -toUnixTimestamp64Milli(c.since), c.source, c.key) AS order,
  c.name AS name, c.type AS type, c.labels AS labels, c.pool AS pool
FROM (SELECT * FROM claims FINAL WHERE NOT withdrawn AND ${IN_WINDOW}) AS c
INNER JOIN (SELECT source, key, workload FROM identities FINAL WHERE ${workloads}) AS i
  ON i.source = c.source AND i.key = c.key
LEFT JOIN (${RANKS_SQL}) AS r ON r.source = c.source`;
}

/**
 * Workloads as all sources together describe them: `workload`, `name`, `type`, `pool`, `labels`. Every label has the
 * value that the most trusted of those who know it gives. Parameters: `from`, `to`, `trust`.
 */
export function descriptionsSql(workloads: string): string {
  const said = saidSql(workloads);
  return `
SELECT s.workload AS workload, s.name AS name, if(s.type = '', 'host', s.type) AS type, s.pool AS pool, l.labels AS labels
FROM (
  SELECT workload, argMin(name, order) AS name, argMinIf(toString(type), order, type != 'host') AS type,
    argMinIf(arrayMap(member -> ${addressText('member')}, pool), order, notEmpty(pool)) AS pool
  FROM (${said}) GROUP BY workload
) AS s
LEFT JOIN (
  SELECT workload, mapFromArrays(groupArray(label), groupArray(value)) AS labels
  FROM (
    SELECT workload, label, argMin(value, order) AS value FROM (${said})
    ARRAY JOIN mapKeys(labels) AS label, mapValues(labels) AS value GROUP BY workload, label ORDER BY label
  )
  GROUP BY workload
) AS l ON l.workload = s.workload`;
}

/** Descriptions by workload. */
export async function readDescriptions(
  store: Store,
  { from, to }: Window,
  {
    workloads,
    trust,
    ...params
  }: { workloads: string; trust: readonly string[]; [name: string]: string | number | readonly string[] },
): Promise<Map<string, Description>> {
  const rows = await store.query<Description & { workload: string; type: WorkloadType }>(descriptionsSql(workloads), {
    ...params,
    from,
    to,
    trust,
  });
  return new Map(rows.map(({ workload, ...description }) => [workload, description]));
}
