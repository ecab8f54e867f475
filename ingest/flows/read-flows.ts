import { formatAddress, parseAddress } from '../kernel/ip';
import { EVERYTHING, type Condition } from '../query';
import type { Store } from '../store';
import { DETAIL_COLUMNS } from './columns';

/** What is left out does not narrow. Times in epoch seconds, `to` exclusive. */
export interface ReadQuery {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Over a table of fields of flows. It may use `{from:UInt32}` and `{to:UInt32}`. */
  readonly condition?: Condition;
}

/** A flow as stored, by column; columns the source did not fill are left out. Times are ISO 8601, to the microsecond. */
export type FlowRow = Readonly<Record<string, string | number>>;

/** Raw flows by time, with their names and scaled counters. */
export async function readFlows(store: Store, query: ReadQuery, limit: number): Promise<FlowRow[]> {
  const { sql, params } = narrow(query);
  const columns = DETAIL_COLUMNS.map(({ name, type }) =>
    type === 'DateTime64(6)' ? `toUnixTimestamp64Micro(${name}) AS ${name}_micros` : name,
  );
  const rows = await store.query<Record<string, string | number>>(
    `SELECT ${columns.join(', ')} FROM flow_details WHERE ${sql}
     ORDER BY start, src, dst, src_port, dst_port, exporter LIMIT {limit:UInt32}`,
    { ...params, limit },
  );
  return rows.map(said);
}

/** How many flows there are. */
export async function countFlows(store: Store, query: ReadQuery): Promise<number> {
  const { sql, params } = narrow(query);
  const [row] = await store.query<{ flows: number }>(`SELECT count() AS flows FROM flow_details WHERE ${sql}`, params);
  return row?.flows ?? 0;
}

function narrow({ from = 0, to = 0xffff_ffff, condition = EVERYTHING }: ReadQuery): Condition {
  // The table is sorted by the hour.
  const hour = 'toStartOfHour(start)';
  return {
    sql: `${hour} >= toStartOfHour(toDateTime({from:UInt32})) AND start >= toDateTime({from:UInt32})
      AND ${hour} <= toDateTime({to:UInt32}) AND start < toDateTime({to:UInt32}) AND ${condition.sql}`,
    params: { ...condition.params, from, to },
  };
}

function said(row: Readonly<Record<string, string | number>>): FlowRow {
  const flow: Record<string, string | number> = {};
  for (const { name, type } of DETAIL_COLUMNS) {
    const value = row[type === 'DateTime64(6)' ? `${name}_micros` : name];
    if (value === undefined || value === 0 || value === '' || value === '::') continue;
    if (type === 'DateTime64(6)') flow[name] = isoMicros(Number(value));
    else flow[name] = type === 'IPv6' ? formatAddress(parseAddress(String(value))) : value;
  }
  return flow;
}

function isoMicros(micros: number): string {
  const millis = Math.floor(micros / 1000);
  return new Date(millis).toISOString().replace('Z', `${String(micros - millis * 1000).padStart(3, '0')}Z`);
}
