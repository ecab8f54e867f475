import { getsThrough, type Verdict } from '../model/packet-filter';
import type { Combination } from './combination';
import type { Places } from './places';
import { addVolumes, NOTHING, type Volume } from './volume';

/** What becomes of the traffic from one of the policy's groups to another. */
export interface PairTally {
  /** Group ids; null for addresses in none. */
  readonly client: string | null;
  readonly server: string | null;
  readonly permitted: Volume;
  readonly denied: Volume;
}

/** What a policy does to combinations, added up. */
export interface Tally {
  readonly permitted: Volume;
  readonly denied: Volume;
  /** The policy closes neither end, and no rule says anything. */
  readonly passed: Volume;
  /** Of all: between managed ends, and no rule says anything, whether the default denies it or not. */
  readonly uncovered: Volume;
  /** What rules decided, allowing or denying, by their ids. */
  readonly rules: ReadonlyMap<string, Volume>;
  readonly pairs: readonly PairTally[];
}

export interface Tallying {
  add(combination: Combination): Verdict;
  result(): Tally;
}

/** What is decided of a combination. */
export function verdictOf(
  places: Places,
  { client, server, protocol, port }: Pick<Combination, 'client' | 'server' | 'protocol' | 'port'>,
): Verdict {
  return places.between(client, server).decide(protocol, port);
}

/** Between managed ends, and no rule says anything about it. */
export function isUncovered(places: Places, { client, server }: Combination, { rule }: Verdict): boolean {
  return rule === null && places.isManaged(client) && places.isManaged(server);
}

/** Pure: combinations in, numbers out. */
export function tallying(places: Places): Tallying {
  let [permitted, denied, passed, uncovered] = [NOTHING, NOTHING, NOTHING, NOTHING];
  const rules = new Map<string, Volume>();
  const pairs = new Map<string, PairTally>();

  const addPair = (combination: Combination, verdict: Verdict): void => {
    const [client = null, server = null] = [combination.client, combination.server].map(
      (place) => places.groupOf(place)?.id,
    );
    const key = JSON.stringify([client, server]);
    const known = pairs.get(key) ?? { client, server, permitted: NOTHING, denied: NOTHING };
    const part = getsThrough(verdict) ? 'permitted' : 'denied';
    pairs.set(key, { ...known, [part]: addVolumes(known[part], combination) });
  };

  return {
    add(combination) {
      const verdict = verdictOf(places, combination);
      if (isUncovered(places, combination, verdict)) uncovered = addVolumes(uncovered, combination);
      if (verdict.action === 'pass') {
        passed = addVolumes(passed, combination);
        return verdict;
      }
      if (verdict.action === 'allow') permitted = addVolumes(permitted, combination);
      else denied = addVolumes(denied, combination);
      if (verdict.rule !== null) rules.set(verdict.rule, addVolumes(rules.get(verdict.rule) ?? NOTHING, combination));
      addPair(combination, verdict);
      return verdict;
    },
    result: () => ({
      permitted,
      denied,
      passed,
      uncovered,
      rules,
      pairs: [...pairs.values()].sort(byDenied),
    }),
  };
}

/** What is denied most first, then what is permitted most. */
function byDenied(a: PairTally, b: PairTally): number {
  return (
    b.denied.connections - a.denied.connections ||
    b.permitted.connections - a.permitted.connections ||
    (`${a.client} ${a.server}` < `${b.client} ${b.server}` ? -1 : 1)
  );
}
