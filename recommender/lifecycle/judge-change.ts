import { serviceOf } from '../../analytics/conversations/query';
import type { Window } from '../../analytics/model/topology';
import { parseAddress } from '../../ingest/kernel/ip';
import type { Store } from '../../ingest/store';
import type { Policy, Selector } from '../model/policy';
import { representatives } from '../export/compare';
import { serviceWords } from '../propose/words';
import { readBusiest, shortlist, type JudgedUse } from '../replay/busiest';
import { readCombinations, type Combination } from '../replay/combination';
import type { Ground } from '../replay/ground';
import { placesOf, type Places } from '../replay/places';
import { withUses, type UseTables } from '../replay/uses';
import { filterChange, type FilterChange } from './filter-change';

export interface JudgeInput {
  readonly window: Window;
  readonly ground: Ground;
  /** What people call the workload of an address. */
  nameOf(address: string): string;
}

/** What was used between two groups and is decided otherwise now. */
export interface ChangedUse {
  /** Names of groups; of workloads outside of all. */
  readonly client: string;
  readonly server: string;
  readonly service: string;
  /** Distinct client address, server address, protocol and port. */
  readonly conversations: number;
  readonly connections: number;
  /** Epoch seconds; of the busiest. */
  readonly lastSeen: number;
}

/** Two policies, judged by the traffic of a window. */
export interface JudgedChange {
  readonly window: Window;
  /** Combinations of two addresses of the estate and a port, or a range of them, that only the later lets through. */
  readonly opened: number;
  /** Not all pairs were counted: at least as many are opened. */
  readonly countedAll: boolean;
  /** Legitimate use that the earlier denied; most conversations first. */
  readonly admitted: readonly ChangedUse[];
  /** Legitimate use that only the earlier let through; most conversations first. */
  readonly broken: readonly ChangedUse[];
}

const LISTED = 1000;
/** Pairs of places: some 2 s. */
const MOST_COUNTED = 2_000_000;

/** @throws WayleaveError `unknown-group` */
export async function judgeChange(
  store: Store,
  { before, after }: { readonly before: Policy; readonly after: Policy },
  { window, ground, nameOf }: JudgeInput,
): Promise<JudgedChange> {
  const change = filterChange(before, after);
  const places = jointPlaces(before, after, ground, change);
  return withUses(store, { window, places }, async (tables) => {
    const changed = { allow: gathering(places), deny: gathering(places) };
    for await (const combinations of readCombinations(store, tables)) {
      for (const combination of combinations) {
        const verdict = places
          .between(combination.client, combination.server)
          .decide(combination.protocol, combination.port);
        if (verdict.action !== 'pass') changed[verdict.action].add(combination);
      }
    }
    const uses = async ({ busiest, total }: Gathering) =>
      total(await readBusiest(store, tables, busiest(), { limit: LISTED }), nameOf);
    const { opened, countedAll } = countOpened(places, await readHosts(store, tables));
    return { window, opened, countedAll, admitted: await uses(changed.allow), broken: await uses(changed.deny) };
  });
}

/** The address space cut at the edges of both policies, decided by what has changed. Names are those of the later. */
function jointPlaces(before: Policy, after: Policy, ground: Ground, change: FilterChange): Places {
  const earlier = (selector: Selector): Selector =>
    selector.kind === 'group' ? { kind: 'group', group: `before ${selector.group}` } : selector;
  const places = placesOf(
    {
      ...after,
      groups: [...after.groups, ...before.groups.map((group) => ({ ...group, id: `before ${group.id}` }))],
      sections: [
        ...after.sections,
        ...before.sections.map((section) => ({
          ...section,
          rules: section.rules.map((rule) => ({
            ...rule,
            sources: rule.sources.map(earlier),
            destinations: rule.destinations.map(earlier),
          })),
        })),
      ],
    },
    ground,
  );
  const addresses = new Map(places.starts.map(({ index, address }) => [index, address]));
  return {
    ...places,
    between: (client, server) => change.between(addresses.get(client) ?? 0n, addresses.get(server) ?? 0n),
  };
}

interface Gathering {
  add(combination: Combination): void;
  busiest(): ReturnType<ReturnType<typeof shortlist>['result']>;
  total(busiest: readonly JudgedUse[], nameOf: (address: string) => string): ChangedUse[];
}

/** By the groups at both ends and the service. */
function gathering(places: Places): Gathering {
  const sums = new Map<string, { conversations: number; connections: number }>();
  const listed = shortlist(LISTED);
  const keyOf = (client: number, server: number, protocol: number, port: number) =>
    JSON.stringify([...[client, server].map((place) => places.groupOf(place)?.id ?? place), protocol, port]);
  return {
    add(combination) {
      const { client, server, protocol, port, tuples, connections } = combination;
      const key = keyOf(client, server, protocol, port);
      const known = sums.get(key) ?? { conversations: 0, connections: 0 };
      sums.set(key, { conversations: known.conversations + tuples, connections: known.connections + connections });
      listed.add(combination, { action: 'deny', rule: null });
    },
    busiest: () => listed.result(),
    total(busiest, nameOf) {
      const found = new Map<string, ChangedUse>();
      for (const { client, server, protocol, port, lastSeen } of busiest) {
        const [from, to] = [client, server].map((address) => places.placeOf(parseAddress(address)));
        if (from === undefined || to === undefined) continue;
        const key = keyOf(from, to, protocol, port);
        const known = found.get(key);
        const sum = sums.get(key) ?? { conversations: 0, connections: 0 };
        found.set(key, {
          client: places.groupOf(from)?.name ?? nameOf(client),
          server: places.groupOf(to)?.name ?? nameOf(server),
          service: serviceWords(serviceOf(protocol, port)),
          ...sum,
          lastSeen: Math.max(known?.lastSeen ?? 0, lastSeen),
        });
      }
      return [...found.values()].sort((a, b) => b.conversations - a.conversations || b.connections - a.connections);
    },
  };
}

/**
 * Pairs of addresses of the estate that were seen, times what is opened between them: a port, or a range of ports that
 * are treated alike, counts once.
 */
function countOpened(places: Places, hosts: ReadonlyMap<number, number>): { opened: number; countedAll: boolean } {
  let [opened, counted] = [0, 0];
  for (const [server, servers] of hosts) {
    for (const [client, clients] of hosts) {
      if (places.isV4(client) !== places.isV4(server)) continue;
      if (++counted > MOST_COUNTED) return { opened, countedAll: false };
      const services = places.between(client, server);
      if (services.ranges.length === 0) continue;
      const channels = representatives([services], places.isV4(server)).filter(
        ({ protocol, port }) => services.decide(protocol, port).action === 'allow',
      );
      // Nobody reaches itself.
      opened += channels.length * (clients * servers - (client === server ? clients : 0));
    }
  }
  return { opened, countedAll: true };
}

async function readHosts(store: Store, { places }: UseTables): Promise<Map<number, number>> {
  const rows = await store.query<{ readonly place: number; readonly count: number }>(
    `SELECT place, count() AS count FROM ${places} WHERE ours AND NOT nobodys GROUP BY place ORDER BY place`,
  );
  return new Map(rows.map(({ place, count }) => [place, count]));
}
