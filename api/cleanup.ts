import { codeOf } from '../ingest/kernel/errors';
import type { Window } from '../analytics/model/topology';
import type { Clock } from '../ingest/kernel/time';
import { cleanUp, type CleanupReport, type Uses } from '../recommender/cleanup';
import type { Policy } from '../recommender/model/policy';
import { readRuleUses } from '../recommender/replay';
import { replayInput, type ReplayInputDeps } from './replay-input';

/**
 * What could be tidied up in a policy, by the traffic of a window. Where there is none at all, what can be told without.
 *
 * @throws WayleaveError `no-conversations` where there are some, but not in the window asked for; `unknown-group`
 */
export async function cleanUpPolicy(
  deps: ReplayInputDeps & { readonly clock: Clock },
  policy: Policy,
  window: Partial<Window> = {},
): Promise<CleanupReport> {
  return cleanUp(policy, { now: deps.clock(), uses: await usesIn(deps, policy, window) });
}

async function usesIn(deps: ReplayInputDeps, policy: Policy, window: Partial<Window>): Promise<Uses | undefined> {
  try {
    return await readRuleUses(deps.store, policy, await replayInput(deps, window));
  } catch (error) {
    const asked = window.from !== undefined || window.to !== undefined;
    if (!asked && codeOf(error) === 'no-conversations') return undefined;
    throw error;
  }
}
