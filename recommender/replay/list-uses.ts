import type { Store } from '../../ingest/store';
import type { Verdict } from '../model/packet-filter';
import type { Policy } from '../model/policy';
import { readBusiest, shortlist } from './busiest';
import { readCombinations, type Combination } from './combination';
import { explainUse, type ExplainedUse } from './explain';
import { placesOf, type Places } from './places';
import type { ReplayInput } from './replay';
import { isUncovered, verdictOf } from './tally';
import { withUses } from './uses';
import { addVolumes, NOTHING, type Volume } from './volume';

export const OUTCOMES = ['permitted', 'denied', 'uncovered', 'passed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What of a replay is to be listed; everything where nothing is said. */
export interface UseFilter {
  readonly outcome?: Outcome | undefined;
  /** Id of the rule that decided. */
  readonly rule?: string | undefined;
  /** Ids of the policy's groups at the ends. */
  readonly client?: string | undefined;
  readonly server?: string | undefined;
}

export interface UseList {
  /** Of all that the filter lets through. */
  readonly total: Volume;
  /** Busiest first. */
  readonly uses: readonly ExplainedUse[];
}

/**
 * The legitimate uses of a window with what a policy makes of each.
 *
 * @throws WayleaveError `unknown-group`
 */
export async function listUses(
  store: Store,
  policy: Policy,
  { window, ground, nameOf }: ReplayInput,
  { limit, offset, ...filter }: UseFilter & { readonly limit: number; readonly offset: number },
): Promise<UseList> {
  const places = placesOf(policy, ground);
  return withUses(store, { window, places }, async (tables) => {
    const listed = shortlist(offset + limit);
    let total = NOTHING;
    for await (const combinations of readCombinations(store, tables)) {
      for (const combination of combinations) {
        const verdict = verdictOf(places, combination);
        if (!isWanted(filter, combination, verdict, places)) continue;
        total = addVolumes(total, combination);
        listed.add(combination, verdict);
      }
    }
    const uses = await readBusiest(store, tables, listed.result(), { limit, offset });
    return { total, uses: uses.map((use) => explainUse(use, places, nameOf)) };
  });
}

function isWanted(
  { outcome, rule, client, server }: UseFilter,
  combination: Combination,
  verdict: Verdict,
  places: Places,
): boolean {
  if (rule !== undefined && verdict.rule !== rule) return false;
  if (client !== undefined && places.groupOf(combination.client)?.id !== client) return false;
  if (server !== undefined && places.groupOf(combination.server)?.id !== server) return false;
  switch (outcome) {
    case undefined:
      return true;
    case 'permitted':
      return verdict.action === 'allow';
    case 'denied':
      return verdict.action === 'deny';
    case 'passed':
      return verdict.action === 'pass';
    case 'uncovered':
      return isUncovered(places, combination, verdict);
  }
}
