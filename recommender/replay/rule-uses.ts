import { addressText } from '../../analytics/conversations';
import type { Store } from '../../ingest/store';
import type { RuleUse, SeenUse, Uses } from '../cleanup';
import type { Verdict } from '../model/packet-filter';
import type { Policy } from '../model/policy';
import { readBusiest } from './busiest';
import { readCombinations, type Combination } from './combination';
import { placesOf } from './places';
import type { ReplayInput } from './replay';
import { verdictOf } from './tally';
import { withUses, type UseTables } from './uses';

/** A rule with more is not listed use by use. */
const MOST_SEEN = 100;
/** Of all rules together, and asked for at a time. */
const MOST_COMBINATIONS = 20_000;
const AT_ONCE = 2_000;
const MOST_HOSTS = 100_000;

interface Decided {
  tuples: number;
  connections: number;
  readonly combinations: { readonly combination: Combination; readonly verdict: Verdict }[];
}

/**
 * What each rule decided in a window, for judging what it opens and nobody uses.
 *
 * @throws WayleaveError `unknown-group`
 */
export async function readRuleUses(store: Store, policy: Policy, { window, ground }: ReplayInput): Promise<Uses> {
  const places = placesOf(policy, ground);
  return withUses(store, { window, places }, async (tables) => {
    const rules = new Map<string, Decided>();
    for await (const combinations of readCombinations(store, tables)) {
      for (const combination of combinations) {
        const verdict = verdictOf(places, combination);
        if (verdict.rule === null) continue;
        const decided = rules.get(verdict.rule) ?? { tuples: 0, connections: 0, combinations: [] };
        rules.set(verdict.rule, decided);
        decided.tuples += combination.tuples;
        decided.connections += combination.connections;
        if (decided.tuples <= MOST_SEEN) decided.combinations.push({ combination, verdict });
      }
    }
    const seen = await readSeen(store, tables, rules);
    const hosts = await store.query<{ address: string }>(
      `SELECT ${addressText('p.address')} AS address FROM ${tables.places} AS p WHERE p.ours ORDER BY p.address LIMIT ${MOST_HOSTS}`,
    );
    return {
      window,
      hosts: hosts.map(({ address }) => address),
      rules: new Map(
        [...rules].map(([id, { tuples, connections }]): [string, RuleUse] => {
          const listed = seen.get(id);
          return [id, { tuples, connections, ...(listed ? { seen: listed } : {}) }];
        }),
      ),
    };
  });
}

/** Of rules that are used so little that all of it can be listed, as far as the room for all of them goes. */
async function readSeen(
  store: Store,
  tables: UseTables,
  rules: ReadonlyMap<string, Decided>,
): Promise<ReadonlyMap<string, SeenUse[]>> {
  const few = [...rules.values()].filter(({ tuples }) => tuples <= MOST_SEEN);
  let room = MOST_COMBINATIONS;
  const asked = few
    .filter(({ combinations }) => (room -= combinations.length) >= 0)
    .flatMap((each) => each.combinations);
  const seen = new Map<string, SeenUse[]>();
  for (let at = 0; at < asked.length; at += AT_ONCE) {
    const some = asked.slice(at, at + AT_ONCE);
    const limit = some.reduce((sum, { combination }) => sum + combination.tuples, 0);
    for (const { client, server, protocol, port, verdict } of await readBusiest(store, tables, some, { limit })) {
      if (verdict.rule === null) continue;
      const uses = seen.get(verdict.rule) ?? [];
      seen.set(verdict.rule, uses);
      uses.push({ client, server, protocol, port });
    }
  }
  return seen;
}
