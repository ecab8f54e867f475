import type { Window } from '../../analytics/model/topology';
import type { Store } from '../../ingest/store';
import { rulesInOrder } from '../model/decide';
import type { Policy } from '../model/policy';
import { inRanges, rangesOf } from '../model/service-range';
import { placesOf, verdictOf, withUses, type Ground, type Places } from '../replay';
import type { Incidence } from './incidence';

const DAY = 86_400;

type Row = [client: number, server: number, protocol: number, port: number, connections: number[]];

/**
 * A row for each thing that the policy can tell apart, with its connections on each day of the window. Days are summed as
 * maps, in one pass: grouping by day as well takes four times as long.
 */
const daysSql = (rows: string, uses: string) => `
SELECT tuple(client_place, server_place, protocol, port,
  arrayMap(day -> counts[toDate({from:UInt32}) + day], range({span:UInt32}))) AS row
FROM (
  SELECT u.client_place AS client_place, u.server_place AS server_place, u.protocol AS protocol, u.port AS port,
    sumMap(r.counts) AS counts
  FROM (
    SELECT any(c.client) AS client, any(c.server) AS server, any(c.protocol) AS protocol, any(c.port) AS port,
      sumMap(map(c.day, c.established)) AS counts
    FROM ${rows} AS c
    WHERE c.established > 0
    GROUP BY cityHash64(c.client, c.server), cityHash64(c.server, c.client, c.protocol, c.port)
  ) AS r
  INNER JOIN (
    SELECT p.client AS client, p.server AS server, p.protocol AS protocol, p.port AS port,
      p.client_place AS client_place, p.server_place AS server_place
    FROM ${uses} AS p WHERE p.fate = 'legitimate'
  ) AS u ON u.client = r.client AND u.server = r.server AND u.protocol = r.protocol AND u.port = r.port
  GROUP BY client_place, server_place, protocol, port
)
ORDER BY client_place, server_place, protocol, port
SETTINGS output_format_json_named_tuples_as_objects = 0`;

/** What was used longer ago says little about what comes. */
const MOST_DAYS = 60;

/**
 * What the rules of a policy were used for on which of a window's days, at most the last `MOST_DAYS`. Days that the window
 * cuts are left out: they are unlike the others.
 *
 * @throws WayleaveError `unknown-group`
 */
export async function readIncidence(
  store: Store,
  policy: Policy,
  { window, ground }: { readonly window: Window; readonly ground: Ground },
): Promise<Incidence> {
  const to = Math.floor(window.to / DAY) * DAY;
  const from = Math.max(Math.ceil(window.from / DAY) * DAY, to - MOST_DAYS * DAY);
  if (from >= to) return { days: [], connections: [], uncovered: [], kinds: [] };
  const places = placesOf(policy, ground);
  return withUses(store, { window: { from, to }, places }, async ({ rows, uses }) => {
    const found = sorting(policy, places, (to - from) / DAY);
    const params = { ...rows.params, from, span: (to - from) / DAY };
    for await (const batch of store.stream<{ row: Row }>(daysSql(rows.sql, uses), params))
      for (const { row } of batch) found.add(row);
    return found.result(from);
  });
}

/** Puts rows together by what the rules speak of. */
function sorting(policy: Policy, places: Places, days: number) {
  const services = new Map(
    rulesInOrder(policy).map((rule) => [rule.id, rule.services.map((service) => rangesOf(service))]),
  );
  const none = () => Array.from({ length: days }, () => 0);
  const [connections, uncovered] = [none(), none()];
  const kinds = new Map<string, number[]>();
  const kindOf = (rule: string, [client, server, protocol, port]: Row): number[] => {
    const service = (services.get(rule) ?? []).findIndex((ranges) => inRanges(ranges, protocol, port));
    const ends = [client, server].map((place) => places.groupOf(place)?.id ?? place);
    const key = [rule, ...ends, service].join(' ');
    const kind = kinds.get(key) ?? none();
    kinds.set(key, kind);
    return kind;
  };

  return {
    add(row: Row): void {
      const [client, server, protocol, port, counts] = row;
      const { action, rule } = verdictOf(places, { client, server, protocol, port });
      if (action === 'pass') return;
      addTo(connections, counts);
      addTo(action === 'deny' || rule === null ? uncovered : kindOf(rule, row), counts);
    },
    result(from: number): Incidence {
      const busy = connections.flatMap((count, day) => (count > 0 ? day : []));
      const at = (counts: readonly number[]) => busy.map((day) => counts[day] ?? 0);
      const byKey = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1));
      return {
        days: busy.map((day) => from + day * DAY),
        connections: at(connections),
        uncovered: at(uncovered),
        kinds: byKey.map(([, counts]) => {
          const on = at(counts).flatMap((count, position) => (count > 0 ? { position, count } : []));
          return { on: on.map(({ position }) => position), connections: on.map(({ count }) => count) };
        }),
      };
    },
  };
}

function addTo(sums: number[], counts: readonly number[]): void {
  counts.forEach((count, day) => (sums[day] = (sums[day] ?? 0) + count));
}
