import { contains, formatAddress, lastOf, parseAddress, type Prefix } from '../../ingest/kernel/ip';
import type { SqlParams } from '../../ingest/store';

/** The networks that are ours, for SQL and for JavaScript. */
export interface EstateNetworks {
  /** Bindings that `inside` in SQL needs. */
  readonly params: SqlParams;
  /** A condition on a column of addresses. */
  insideSql(column: string): string;
  inside(address: string): boolean;
}

export function estateNetworks(networks: readonly Prefix[]): EstateNetworks {
  return {
    params: {
      insideFirst: networks.map(({ base }) => mapped(formatAddress(base))),
      insideLast: networks.map((prefix) => mapped(formatAddress(lastOf(prefix)))),
    },
    insideSql: (column) =>
      `arrayExists((f, l) -> ${column} >= f AND ${column} <= l, {insideFirst:Array(IPv6)}, {insideLast:Array(IPv6)})`,
    inside(address) {
      const number = parseAddress(address);
      return networks.some((prefix) => contains(prefix, number));
    },
  };
}

/** As ClickHouse's IPv6 reads it. */
export function mapped(address: string): string {
  return address.includes(':') ? address : `::ffff:${address}`;
}
