import { formatAddress, lastOf, parseAddress, type Prefix } from '../kernel/ip';
import { FLOW_COLUMNS, type FlowColumn } from '../model/flow';
import type { SqlParams, Store } from '../store';

/** What is left out does not narrow. Times in epoch seconds, `to` exclusive. */
export interface FlowFilter {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Either endpoint is in here. */
  readonly endpoint?: Prefix | undefined;
  /** Either port. */
  readonly port?: number | undefined;
  readonly protocol?: number | undefined;
  readonly exporter?: bigint | undefined;
  /** As `wayleave formats` lists them. */
  readonly format?: string | undefined;
}

/** A flow as stored, by column; columns the source did not fill are left out. Times are ISO 8601, to the microsecond. */
export type FlowRow = Readonly<Record<string, string | number>>;

const SCALED = ['scaled_packets', 'scaled_bytes', 'scaled_reverse_packets', 'scaled_reverse_bytes'];
const NAMES = ['input_interface_name', 'output_interface_name'];
const COLUMNS: readonly { readonly name: string; readonly type: FlowColumn['type'] }[] = [
  ...FLOW_COLUMNS,
  ...SCALED.map((name) => ({ name, type: 'UInt64' as const })),
  ...NAMES.map((name) => ({ name, type: 'LowCardinality(String)' as const })),
];

/** Raw flows by time, with their names and scaled counters. */
export async function readFlows(store: Store, filter: FlowFilter, limit: number): Promise<FlowRow[]> {
  const { conditions, params } = narrow(filter);
  const columns = COLUMNS.map(({ name, type }) =>
    type === 'DateTime64(6)' ? `toUnixTimestamp64Micro(${name}) AS ${name}_micros` : name,
  );
  const rows = await store.query<Record<string, string | number>>(
    `SELECT ${columns.join(', ')} FROM flow_details
     ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
     ORDER BY start, src, dst, src_port, dst_port, exporter LIMIT {limit:UInt32}`,
    { ...params, limit },
  );
  return rows.map(said);
}

function narrow({ from, to, endpoint, port, protocol, exporter, format }: FlowFilter) {
  const conditions: string[] = [];
  const params: Record<string, string | number> = {};
  const where = <T>(value: T | undefined, condition: string, bind: (value: T) => SqlParams): void => {
    if (value === undefined) return;
    conditions.push(condition);
    Object.assign(params, bind(value));
  };
  const hour = 'toStartOfHour(start)';
  // The table is sorted by the hour.
  where(from, `${hour} >= toStartOfHour(toDateTime({from:UInt32})) AND start >= toDateTime({from:UInt32})`, (time) => ({
    from: time,
  }));
  where(to, `${hour} <= toDateTime({to:UInt32}) AND start < toDateTime({to:UInt32})`, (time) => ({ to: time }));
  where(
    endpoint,
    '(src BETWEEN {first:IPv6} AND {last:IPv6} OR dst BETWEEN {first:IPv6} AND {last:IPv6})',
    (prefix) => ({ first: formatAddress(prefix.base), last: formatAddress(lastOf(prefix)) }),
  );
  where(port, '(src_port = {port:UInt16} OR dst_port = {port:UInt16})', (number) => ({ port: number }));
  where(protocol, 'protocol = {protocol:UInt8}', (number) => ({ protocol: number }));
  where(exporter, 'exporter = {exporter:IPv6}', (address) => ({ exporter: formatAddress(address) }));
  where(format, 'format = {format:String}', (name) => ({ format: name }));
  return { conditions, params };
}

function said(row: Readonly<Record<string, string | number>>): FlowRow {
  const flow: Record<string, string | number> = {};
  for (const { name, type } of COLUMNS) {
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
