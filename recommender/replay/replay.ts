import type { Window } from '../../analytics/model/topology';
import type { Store } from '../../ingest/store';
import { superfluousRules, type Superfluous } from '../cleanup';
import { rulesInOrder } from '../model/decide';
import type { Policy } from '../model/policy';
import { readBusiest, shortlist } from './busiest';
import { readCombinations } from './combination';
import { explainUse, type ExplainedUse } from './explain';
import type { Ground } from './ground';
import { placesOf } from './places';
import { measureSurface, readReach, type Surface } from './surface';
import { tallying, type PairTally } from './tally';
import { FATES, withUses, type Fate, type UseTables } from './uses';
import { addVolumes, NOTHING, shareOf, type Share, type Volume } from './volume';

export interface ReplayInput {
  readonly window: Window;
  readonly ground: Ground;
  /** What people call the workload of an address. */
  nameOf(address: string): string;
}

/** What a policy would have done to the traffic of a window, whether it was made from it or not. */
export interface Replay {
  readonly policy: string;
  readonly window: Window;
  /** Answered, and to or from an address the policy closes or has rules for; `permitted` and `denied` are parts of it. */
  readonly legitimate: Volume;
  readonly permitted: Share;
  readonly denied: Share;
  /** Answered, but the policy closes neither end. */
  readonly notOurBusiness: Volume;
  /** Legitimate or nobody's business: between managed ends, and no rule says anything about it. */
  readonly uncovered: Volume;
  /** What did not count as legitimate, by the first reason against it. */
  readonly setAside: Readonly<Record<Exclude<Fate, 'legitimate'>, Volume>>;
  /** Legitimate use that each rule decided, of those that had any, in the policy's order. */
  readonly hits: readonly ({ readonly rule: string } & Volume)[];
  /** Ids of the rules without, in the policy's order. */
  readonly unused: readonly string[];
  /** Rules that could go without any packet noticing: shadowed, redundant, or matching nothing. */
  readonly superfluous: readonly Superfluous[];
  /** By the policy's groups at both ends, what is denied most first, at most `PAIRS_LISTED`. */
  readonly pairs: readonly PairTally[];
  /** The legitimate use that would be denied, most connections first, at most `DENIED_LISTED`. */
  readonly deniedExamples: readonly ExplainedUse[];
  readonly surface: Surface;
}

const DENIED_LISTED = 1000;
const PAIRS_LISTED = 1000;

/**
 * The engine sums the window's conversations by what the policy can tell apart, and the policy decides each sum: the
 * verdicts are exact, however many conversations there are. Connections count as far as they were answered.
 *
 * @throws WayleaveError `unknown-group`
 */
export async function replay(store: Store, policy: Policy, input: ReplayInput): Promise<Replay> {
  const { replayed, pairs } = await replayWhole(store, policy, input);
  return { ...replayed, pairs: pairs.slice(0, PAIRS_LISTED) };
}

/** The same, and all pairs of groups. @throws WayleaveError `unknown-group` */
export async function replayWhole(
  store: Store,
  policy: Policy,
  { window, ground, nameOf }: ReplayInput,
): Promise<{ readonly replayed: Omit<Replay, 'pairs'>; readonly pairs: readonly PairTally[] }> {
  const places = placesOf(policy, ground);
  return withUses(store, { window, places }, async (tables) => {
    const tally = tallying(places);
    const denials = shortlist(DENIED_LISTED);
    for await (const combinations of readCombinations(store, tables)) {
      for (const combination of combinations) {
        const verdict = tally.add(combination);
        if (verdict.action === 'deny') denials.add(combination, verdict);
      }
    }
    const { permitted, denied, passed, uncovered, rules: used, pairs } = tally.result();
    const legitimate = addVolumes(permitted, denied);
    const busiest = await readBusiest(store, tables, denials.result(), { limit: DENIED_LISTED });
    const rules = rulesInOrder(policy).map(({ id }) => id);
    const replayed = {
      policy: policy.id,
      window,
      legitimate,
      permitted: shareOf(permitted, legitimate),
      denied: shareOf(denied, legitimate),
      notOurBusiness: passed,
      uncovered,
      setAside: await readSetAside(store, tables),
      hits: rules.flatMap((rule) => (used.has(rule) ? [{ rule, ...(used.get(rule) ?? NOTHING) }] : [])),
      unused: rules.filter((rule) => !used.has(rule)),
      superfluous: superfluousRules(policy),
      deniedExamples: busiest.map((use) => explainUse(use, places, nameOf)),
      surface: measureSurface(policy, places, await readReach(store, tables)),
    };
    return { replayed, pairs };
  });
}

const SET_ASIDE_SQL = (uses: string) => `
SELECT u.fate AS fate, count() AS tuples, sum(u.connections) AS connections, sum(u.packets) AS packets
FROM ${uses} AS u WHERE u.fate != 'legitimate' GROUP BY fate`;

async function readSetAside(store: Store, { uses }: UseTables): Promise<Replay['setAside']> {
  const rows = await store.query<Volume & { fate: Fate }>(SET_ASIDE_SQL(uses));
  const found = new Map(rows.map(({ fate, ...volume }) => [fate, volume]));
  const entries = FATES.filter((fate) => fate !== 'legitimate').map((fate) => [fate, found.get(fate) ?? NOTHING]);
  return Object.fromEntries(entries) as Replay['setAside'];
}
