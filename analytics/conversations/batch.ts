import type { SqlParams, Store } from '../../ingest/store';

/** What flows say beside who talked to whom, each kept as a list with the conversation. */
export const MENTIONS = [
  { column: 'l7', as: 'l7' },
  { column: 'fqdn', as: 'fqdns' },
  { column: 'tls_version', as: 'tls_versions' },
  { column: 'user', as: 'users' },
  { column: 'process', as: 'processes' },
  { column: 'alert', as: 'alerts' },
  { column: 'rule_id', as: 'rules' },
] as const;

export type Mention = (typeof MENTIONS)[number];

/** A place where flows are counted: an interface of an exporter, a sensor. Each sees the same packet once. */
interface Point {
  /** As `POINT_SQL` has it. */
  readonly hash: number;
  readonly exporter: string;
  readonly reporter: string;
}

/**
 * Some hours to be rolled up together, and what their flows hold: columns that none of them fills are left out of the
 * statements, which is most of what most sources have.
 */
export interface Batch {
  /** Epoch seconds. */
  readonly hours: readonly number[];
  readonly flows: number;
  /** Table or view that the flows are read from: with rates and names joined only where there are any. */
  readonly source: 'flows' | 'rated_flows' | 'flow_details';
  /** Some counters are to be scaled. */
  readonly sampled: boolean;
  /** Some flows tell of address translation. */
  readonly translated: boolean;
  /** Some flows were looked at beyond a relay that put its own address into packets. */
  readonly relayed: boolean;
  readonly mentions: readonly Mention[];
  /** Undefined when there are more than fit into the bits of a UInt64. */
  readonly points: readonly Point[] | undefined;
}

/** Of a flow `f`: where it was counted, as a number that JavaScript can hold. */
export const POINT_SQL = 'bitAnd(cityHash64(f.exporter, f.domain, f.reporter, f.observed), 9007199254740991)';

const MOST_POINTS = 64;

/** Looks at what the flows of some hours fill. */
export async function inspectBatch(store: Store, hours: readonly number[], flows: number): Promise<Batch> {
  const params: SqlParams = { hours };
  const within = 'toStartOfHour(start) IN {hours:Array(DateTime)}';
  const [filled] = await store.query<Record<string, number>>(
    `SELECT max(post_src != toIPv6('::') OR post_dst != toIPv6('::')) AS translated,
       max(via_src != toIPv6('::') OR via_dst != toIPv6('::')) AS relayed, max(sampling_rate > 1) AS sampled,
       ${MENTIONS.map(({ column }) => `max(${column} != '') AS has_${column}`).join(', ')}
     FROM flows WHERE ${within}`,
    params,
  );
  const [names] = await store.query<{ rated: number; named: number }>(
    `SELECT (SELECT count() FROM exporter_settings) + (SELECT count() FROM exporter_names WHERE kind = 'vrf') AS rated,
       (SELECT count() FROM exporter_names WHERE kind = 'application') AS named`,
  );
  const points = await store.query<Point>(
    `SELECT ${POINT_SQL} AS hash, toString(any(f.exporter)) AS exporter, toString(any(f.reporter)) AS reporter
     FROM flows AS f WHERE ${within} GROUP BY hash ORDER BY exporter, reporter, hash LIMIT ${MOST_POINTS + 1}`,
    params,
  );
  const mentions = MENTIONS.filter(({ column }) => filled?.[`has_${column}`] === 1);
  const named = (names?.named ?? 0) > 0 && mentions.some(({ column }) => column === 'l7');
  return {
    hours,
    flows,
    source: named ? 'flow_details' : (names?.rated ?? 0) > 0 ? 'rated_flows' : 'flows',
    sampled: filled?.['sampled'] === 1,
    translated: filled?.['translated'] === 1,
    relayed: filled?.['relayed'] === 1,
    mentions,
    points: points.length > MOST_POINTS ? undefined : points,
  };
}
