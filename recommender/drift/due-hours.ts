import type { Store } from '../../ingest/store';
import type { Policy } from '../model/policy';

const DAY = 86_400;
/** What is older than so many days before the newest hour is not looked at: longer than a month, so that what comes monthly is seen. */
const REMEMBERED_DAYS = 35;

export interface DueHour {
  /** Epoch seconds. */
  readonly hour: number;
  /** Of its bucket, decimal. */
  readonly version: string;
}

/** What the policy was made from has nothing new to say, unless it came, or was seen in another light, afterwards. */
const DUE_SQL = `
SELECT toUnixTimestamp(b.hour) AS hour, toString(b.newest) AS version
FROM (
  SELECT d.hour AS hour, max(d.version) AS newest, argMax(d.marked, d.version) AS marked FROM buckets AS d
  WHERE d.hour >= (SELECT max(e.hour) FROM buckets AS e) - {remembered:UInt32} GROUP BY hour
) AS b
LEFT JOIN (
  SELECT h.hour AS hour, argMax(h.version, h.recorded) AS evaluated FROM drift_hours AS h
  WHERE h.policy = {policy:String} GROUP BY hour
) AS e ON e.hour = b.hour
WHERE b.newest != e.evaluated AND (b.hour >= toDateTime({from:UInt32}) OR b.marked > fromUnixTimestamp64Milli({created:Int64}))
ORDER BY b.hour DESC
LIMIT {limit:UInt32}`;

/** Hours that were rolled up since they were last compared with a policy, the newest first. */
export function dueHours(store: Store, policy: Policy, limit: number): Promise<DueHour[]> {
  return store.query<DueHour>(DUE_SQL, {
    policy: policy.id,
    from: Math.ceil(policy.window.to / 3600) * 3600,
    created: Date.parse(policy.created),
    remembered: REMEMBERED_DAYS * DAY,
    limit,
  });
}
