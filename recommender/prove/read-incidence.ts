import type { Window } from '../../analytics/model/topology';
import type { Store } from '../../ingest/store';
import { rulesInOrder } from '../model/decide';
import type { Policy } from '../model/policy';
import { inRanges, rangesOf } from '../model/service-range';
import { placesOf, verdictOf, withUses, type Ground, type Places, type UseTables } from '../replay';
import type { Incidence } from './incidence';

const DAY = 86_400;

type Row = [client: number, server: number, protocol: number, port: number, days: [day: number, connections: number][]];

/** A row for each thing that the policy can tell apart, with its days. */
const daysSql = (rows: string, uses: string) => `
SELECT tuple(client_place, server_place, protocol, port, arraySort(groupArray((day, connections)))) AS row
FROM (
  SELECT u.client_place AS client_place, u.server_place AS server_place, u.protocol AS protocol, u.port AS port,
    toUInt32(toUInt16(r.day)) AS day, sum(r.established) AS connections
  FROM ${rows} AS r
  INNER JOIN (
    SELECT p.client AS client, p.server AS server, p.protocol AS protocol, p.port AS port,
      p.client_place AS client_place, p.server_place AS server_place
    FROM ${uses} AS p WHERE p.fate = 'legitimate'
  ) AS u ON u.client = r.client AND u.server = r.server AND u.protocol = r.protocol AND u.port = r.port
  WHERE r.established > 0
  GROUP BY client_place, server_place, protocol, port, day
)
GROUP BY client_place, server_place, protocol, port
ORDER BY client_place, server_place, protocol, port
SETTINGS output_format_json_named_tuples_as_objects = 0`;

/**
 * What the rules of a policy were used for on which days of a window. Days that the window cuts are left out: they are
 * unlike the others.
 *
 * @throws WayleaveError `unknown-group`
 */
export async function readIncidence(
  store: Store,
  policy: Policy,
  { window, ground }: { readonly window: Window; readonly ground: Ground },
): Promise<Incidence> {
  const whole = { from: Math.ceil(window.from / DAY) * DAY, to: Math.floor(window.to / DAY) * DAY };
  if (whole.from >= whole.to) return { days: [], connections: [], uncovered: [], kinds: [] };
  const places = placesOf(policy, ground);
  return withUses(store, { window: whole, places }, (tables) => readKinds(store, tables, { policy, places }));
}

async function readKinds(
  store: Store,
  { rows, uses }: UseTables,
  { policy, places }: { readonly policy: Policy; readonly places: Places },
): Promise<Incidence> {
  const services = new Map(
    rulesInOrder(policy).map((rule) => [rule.id, rule.services.map((service) => rangesOf(service))]),
  );
  const connections = new Map<number, number>();
  const uncovered = new Map<number, number>();
  const kinds = new Map<string, Map<number, number>>();
  for await (const batch of store.stream<{ row: Row }>(daysSql(rows.sql, uses), rows.params)) {
    for (const {
      row: [client, server, protocol, port, days],
    } of batch) {
      const { action, rule } = verdictOf(places, { client, server, protocol, port });
      if (action === 'pass') continue;
      for (const [day, count] of days) add(connections, day, count);
      if (action === 'deny' || rule === null) {
        for (const [day, count] of days) add(uncovered, day, count);
        continue;
      }
      const service = (services.get(rule) ?? []).findIndex((ranges) => inRanges(ranges, protocol, port));
      const ends = [client, server].map((place) => places.groupOf(place)?.id ?? place);
      const key = [rule, ...ends, service].join(' ');
      const kind = kinds.get(key) ?? new Map<number, number>();
      kinds.set(key, kind);
      for (const [day, count] of days) add(kind, day, count);
    }
  }
  const numbers = [...connections.keys()].sort((a, b) => a - b);
  const positions = new Map(numbers.map((day, position) => [day, position]));
  const byKey = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    days: numbers.map((day) => day * DAY),
    connections: numbers.map((day) => connections.get(day) ?? 0),
    uncovered: numbers.map((day) => uncovered.get(day) ?? 0),
    kinds: byKey.map(([, days]) => {
      const sorted = [...days].sort(([a], [b]) => a - b);
      return { on: sorted.map(([day]) => positions.get(day) ?? 0), connections: sorted.map(([, count]) => count) };
    }),
  };
}

function add(counts: Map<number, number>, day: number, count: number): void {
  counts.set(day, (counts.get(day) ?? 0) + count);
}
