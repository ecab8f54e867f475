import { PROTOCOL } from '../../ingest/kernel/port';
import type { Store } from '../../ingest/store';
import { decidingRules, NEIGHBOUR_DISCOVERY } from '../model/decide';
import { getsThrough } from '../model/packet-filter';
import type { Policy } from '../model/policy';
import { inRanges, rangesOf } from '../model/service-range';
import type { Places } from './places';
import type { UseTables } from './uses';

/**
 * What an intruder on a managed workload could reach: combinations of such an address, a server of the estate and a
 * service that it was seen serving. Ports that systems hand out (32768 and above) count as one service of a server, open
 * when any of those that were seen is.
 */
export interface Surface {
  readonly possible: number;
  /** That the policy lets through. */
  readonly open: number;
  readonly share: number;
  /** What rules for exactly the pairs that were seen would leave open: the least possible. */
  readonly exact: number;
  readonly exactShare: number;
}

/** Services on servers that the policy treats alike: what is true of one is true of all. */
export interface Targets {
  readonly place: number;
  readonly protocol: number;
  /** Sorted. */
  readonly ports: readonly number[];
  readonly count: number;
}

export interface Reach {
  /** How many managed addresses were seen, by place. */
  readonly attackers: ReadonlyMap<number, number>;
  readonly targets: readonly Targets[];
  /** As in `Surface`. */
  readonly exact: number;
}

/** Pure. Takes time by rules and the places they name, not by pairs of places. */
export function measureSurface(policy: Policy, places: Places, { attackers, targets, exact }: Reach): Surface {
  const openTo = openings(policy, places, attackers);
  const totals = [true, false].map((v4) =>
    sum([...attackers].flatMap(([place, count]) => (places.isV4(place) === v4 ? count : []))),
  );
  let [possible, open] = [0, 0];
  for (const { place, protocol, ports, count } of targets) {
    const total = (places.isV4(place) ? totals[0] : totals[1]) ?? 0;
    // A managed server does not attack itself.
    const itself = places.isManaged(place) ? count : 0;
    const reachesItself = ports.some((port) => getsThrough(places.between(place, place).decide(protocol, port)));
    possible += total * count - itself;
    open += openTo(place, protocol, ports) * count - (reachesItself ? itself : 0);
  }
  const share = (part: number) => (possible === 0 ? 0 : part / possible);
  return { possible, open, share: share(open), exact, exactShare: share(exact) };
}

/** How many attackers get through to any of some ports of an address of a place. */
function openings(policy: Policy, places: Places, attackers: ReadonlyMap<number, number>) {
  const rules = decidingRules(policy).map(({ action, services }) => ({
    allows: action === 'allow',
    ranges: services.flatMap(rangesOf),
    sources: [] as number[],
  }));
  const sides = new Map([...attackers.keys()].map((place) => [place, places.sidesOf(place)]));
  for (const [place, { asSource }] of sides) for (const rule of asSource) rules[rule]?.sources.push(place);

  const count = (v4: boolean, closedIn: boolean, matching: readonly (readonly number[])[]): number => {
    const open = new Set<number>();
    for (const numbers of matching) {
      const decided = new Set<number>();
      for (const { allows, sources } of numbers.flatMap((number) => rules[number] ?? [])) {
        for (const place of sources) {
          if (decided.has(place)) continue;
          decided.add(place);
          if (allows) open.add(place);
        }
      }
      if (closedIn) continue;
      for (const [place, { closedOut }] of sides) if (!closedOut && !decided.has(place)) open.add(place);
    }
    return sum([...open].map((place) => (places.isV4(place) === v4 ? (attackers.get(place) ?? 0) : 0)));
  };

  // Servers in other places that the same rules name are as open.
  const known = new Map<string, number>();
  const all = (v4: boolean) => sum([...attackers].map(([place, seen]) => (places.isV4(place) === v4 ? seen : 0)));
  return (place: number, protocol: number, ports: readonly number[]): number => {
    const { closedIn, asDestination } = places.sidesOf(place);
    const v4 = places.isV4(place);
    if (ports.some((port) => inRanges([NEIGHBOUR_DISCOVERY], protocol, port))) return all(v4);
    const matching = new Map(
      ports.map((port) => {
        const numbers = asDestination.filter((number) => inRanges(rules[number]?.ranges ?? [], protocol, port));
        return [numbers.join(), numbers];
      }),
    );
    const key = `${v4} ${closedIn} ${[...matching.keys()].join(' ')}`;
    const found = known.get(key) ?? count(v4, closedIn, [...matching.values()]);
    known.set(key, found);
    return found;
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** RFC 6335 has dynamic ports begin at 49152; Linux begins at 32768. */
const FIRST_HANDED_OUT = 32_768;

/** Whether a port is one that systems hand out, all of which count as one service of a server. */
export function isHandedOut(protocol: number, port: number): boolean {
  return (protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp) && port >= FIRST_HANDED_OUT;
}

const SERVICE_SQL = `if(u.protocol IN (${PROTOCOL.tcp}, ${PROTOCOL.udp}) AND u.port >= ${FIRST_HANDED_OUT}, ${FIRST_HANDED_OUT}, u.port)`;
const SERVED_SQL = `u.established > 0 AND u.server_ours AND u.fate IN ('legitimate', 'scanner')`;

const targetsSql = (uses: string) => `
SELECT place, protocol, ports, count() AS count
FROM (
  SELECT u.server AS server, any(u.server_place) AS place, u.protocol AS protocol, ${SERVICE_SQL} AS service,
    arraySort(groupUniqArray(u.port)) AS ports
  FROM ${uses} AS u WHERE ${SERVED_SQL} GROUP BY server, protocol, service
)
GROUP BY place, protocol, ports
ORDER BY place, protocol, ports`;

const exactSql = (uses: string) => `
SELECT count() AS exact
FROM (SELECT DISTINCT u.client, u.server, u.protocol, ${SERVICE_SQL} FROM ${uses} AS u WHERE ${SERVED_SQL} AND u.client_managed)`;

export async function readReach(store: Store, { places, uses }: UseTables): Promise<Reach> {
  const attackers = await store.query<{ place: number; count: number }>(
    `SELECT place, count() AS count FROM ${places} WHERE managed GROUP BY place ORDER BY place`,
  );
  const targets = await store.query<Targets>(targetsSql(uses));
  const [counted] = await store.query<{ exact: number }>(exactSql(uses));
  return {
    attackers: new Map(attackers.map(({ place, count }) => [place, count])),
    targets,
    exact: counted?.exact ?? 0,
  };
}
