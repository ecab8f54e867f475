import type { Window } from '../../analytics/model/topology';
import type { Store } from '../../ingest/store';
import type { UseTables } from '../replay/uses';
import type { Volume } from '../replay/volume';
import type { Outcome } from './model';

/** Uses of one service between two places that ended alike: no policy of these places can tell them apart. */
export interface Cell extends Volume {
  readonly client: number;
  readonly server: number;
  readonly protocol: number;
  readonly port: number;
  readonly outcome: Outcome;
  /** Of the connections, those that were answered. */
  readonly established: number;
}

type Row = [number, number, number, number, Outcome, number, number, number, number];

const KEY = ['client', 'server', 'protocol', 'port'];

/** What became of a use `u`. Parameters: from, to. */
export const OUTCOME_SQL = `multiIf(
  u.established > 0, if((${KEY.map((name) => `u.${name}`).join(', ')}) IN (
    SELECT ${KEY.map((name) => `r.${name}`).join(', ')} FROM current_conversations AS r
    WHERE r.hour >= toDateTime({from:UInt32}) AND r.hour < toDateTime({to:UInt32}) AND notEmpty(r.rules)
  ), 'passed', 'seen'),
  u.denied > 0, 'blocked', 'unanswered')`;

/** What is sent to no host has no ends that could be protected. */
const cellsSql = (uses: string) => `
SELECT tuple(client_place, server_place, protocol, port, outcome, toUInt32(tuples), toFloat64(connections), toFloat64(packets), toFloat64(established)) AS row
FROM (
  SELECT client_place, server_place, protocol, port, outcome, count() AS tuples, sum(v.connections) AS connections,
    sum(v.packets) AS packets, sum(v.established) AS established
  FROM (SELECT u.*, ${OUTCOME_SQL} AS outcome FROM ${uses} AS u WHERE u.fate != 'multicast') AS v
  GROUP BY client_place, server_place, protocol, port, outcome
)
ORDER BY client_place, server_place, protocol, port, outcome
SETTINGS output_format_json_named_tuples_as_objects = 0`;

/** Those of one pair of places follow each other. */
export async function* readCells(store: Store, { uses }: UseTables, { from, to }: Window): AsyncGenerator<Cell[]> {
  for await (const rows of store.stream<{ row: Row }>(cellsSql(uses), { from, to })) {
    yield rows.map(({ row: [client, server, protocol, port, outcome, tuples, connections, packets, established] }) => ({
      client,
      server,
      protocol,
      port,
      outcome,
      tuples,
      connections,
      packets,
      established,
    }));
  }
}
