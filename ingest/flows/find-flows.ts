import { formatAddress, formatPrefix, type Prefix } from '../kernel/ip';
import {
  askOwners,
  compileFilter,
  conjunction,
  parseFilter,
  quote,
  type FieldTable,
  type Filter,
  type Owners,
} from '../query';
import type { Store } from '../store';
import { readFlows, type FlowRow } from './read-flows';

/** What is left out does not narrow. Times in epoch seconds, `to` exclusive. */
export interface FlowQuery {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Over the table of fields. */
  readonly filter?: string | undefined;
  /** The rest is short for filters: `host`, `port`, `protocol`, `exporter`, `format`. */
  readonly endpoint?: Prefix | undefined;
  readonly port?: number | undefined;
  readonly protocol?: number | undefined;
  readonly exporter?: bigint | undefined;
  readonly format?: string | undefined;
}

export interface FindDeps {
  readonly store: Store;
  readonly owners: Owners;
  /** Epoch milliseconds that relative times in filters count from. */
  readonly now: number;
  /** What filters are about: `FLOW_FIELDS`, and what others add to them. */
  readonly fields: FieldTable;
}

/** Raw flows by time. @throws FilterError */
export async function findFlows(query: FlowQuery, limit: number, deps: FindDeps): Promise<FlowRow[]> {
  const { store, owners, now, fields } = deps;
  const filter = filterOf(query, fields);
  const answers = await askOwners(filter, owners, query);
  return readFlows(store, { ...query, condition: compileFilter(filter, { now, answers }) }, limit);
}

function filterOf(
  { filter, endpoint, port, protocol, exporter, format }: FlowQuery,
  fields: FieldTable,
): Filter | undefined {
  const short = [
    endpoint && `host ${formatPrefix(endpoint)}`,
    port === undefined ? undefined : `port ${port}`,
    protocol === undefined ? undefined : `protocol ${protocol}`,
    exporter === undefined ? undefined : `exporter ${formatAddress(exporter)}`,
    format === undefined ? undefined : `format ${quote(format)}`,
    filter,
  ];
  return conjunction(short.map((text) => (text === undefined ? undefined : parseFilter(fields, text))));
}
