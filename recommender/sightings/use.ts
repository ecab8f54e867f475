import { addressText } from '../../analytics/conversations';
import type { Directory } from '../../analytics/inventory';

/** One client's use of one port of a server, as the engine knows it. */
export interface UseRow {
  readonly scope: string;
  readonly client: string;
  readonly server: string;
  readonly protocol: number;
  readonly port: number;
  /** Epoch seconds; as of when the ends' addresses are to be resolved. */
  readonly clientAsOf: number;
  readonly serverAsOf: number;
}

export interface Use {
  /** Workload ids. */
  readonly client: string;
  readonly server: string;
  readonly protocol: number;
  readonly port: number;
}

/** Makes a `UseRow` of `current_conversations AS c`, grouped by `USE_KEY`. */
export const USE_COLUMNS = `c.scope AS scope, ${addressText('c.client')} AS client, ${addressText('c.server')} AS server,
  c.protocol AS protocol, c.port AS port,
  toUnixTimestamp(max(c.client_from)) AS "clientAsOf", toUnixTimestamp(max(c.server_from)) AS "serverAsOf"`;
export const USE_KEY = 'c.scope, c.client, c.server, c.protocol, c.port';
export const IN_WINDOW = 'c.hour >= toDateTime({from:UInt32}) AND c.hour < toDateTime({to:UInt32})';

/** Beyond so many rows of one kind, the rest is left unsaid. */
export const MOST_ROWS = 500_000;

/** Between whom it was; undefined where it was with no host, or a workload's with itself. */
export function resolveUse(row: UseRow, directory: Directory): Use | undefined {
  const { scope, protocol, port } = row;
  const client = directory.resolve(row.client, { scope, at: row.clientAsOf });
  const server = directory.resolve(row.server, { scope, at: row.serverAsOf });
  return client === undefined || server === undefined || client === server
    ? undefined
    : { client, server, protocol, port };
}

export function keyOfUse({ client, server, protocol, port }: Use): string {
  return `${client}\t${server}\t${protocol}\t${port}`;
}
