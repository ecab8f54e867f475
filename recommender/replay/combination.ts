import type { Store } from '../../ingest/store';
import type { UseTables } from './uses';
import type { Volume } from './volume';

/** Legitimate uses that no policy of these places can tell apart. */
export interface Combination extends Volume {
  /** Places. */
  readonly client: number;
  readonly server: number;
  readonly protocol: number;
  readonly port: number;
  /** The most connections that any one of its tuples has. */
  readonly most: number;
}

type Row = [
  client: number,
  server: number,
  protocol: number,
  port: number,
  tuples: number,
  connections: number,
  packets: number,
  most: number,
];

/** A row is one tuple, which is a list in JSON: a third as long as an object. */
const combinationsSql = (uses: string) => `
SELECT tuple(client_place, server_place, protocol, port, tuples, connections, packets, most) AS row
FROM (
  SELECT u.client_place AS client_place, u.server_place AS server_place, u.protocol AS protocol, u.port AS port,
    count() AS tuples, sum(u.established) AS connections, sum(u.packets) AS packets, max(u.established) AS most
  FROM ${uses} AS u WHERE u.fate = 'legitimate'
  GROUP BY client_place, server_place, protocol, port
)
ORDER BY client_place, server_place, protocol, port
SETTINGS output_format_json_named_tuples_as_objects = 0`;

/** Those of one pair of places follow each other. */
export async function* readCombinations(store: Store, { uses }: UseTables): AsyncGenerator<Combination[]> {
  for await (const rows of store.stream<{ row: Row }>(combinationsSql(uses))) {
    yield rows.map(({ row: [client, server, protocol, port, tuples, connections, packets, most] }) => ({
      client,
      server,
      protocol,
      port,
      tuples,
      connections,
      packets,
      most,
    }));
  }
}
