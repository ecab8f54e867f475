import type { Window } from '../analytics/model/topology';
import { WayleaveError } from '../ingest/kernel/errors';
import type { Clock } from '../ingest/kernel/time';
import type { Policy } from '../recommender/model/policy';
import { proveDraft, type GateReport } from '../recommender/prove';
import { listUses, type UseFilter, type UseList } from '../recommender/replay';
import type { Analysis } from './analysis';
import type { Config } from './config/config';
import type { Documents } from './documents';
import { replayInput, type ReplayInputDeps } from './replay-input';

export interface ProvingDeps extends ReplayInputDeps {
  readonly documents: Pick<Documents, 'find' | 'save'>;
  readonly analysis: Pick<Analysis, 'proposeAgain'>;
  readonly clock: Clock;
  readonly config: Pick<Config, 'estate' | 'policy'>;
}

/** Whether a policy may be enforced, and what it makes of single uses. */
export interface Proving {
  /** Within the budgets of the configuration; the report is kept. @throws WayleaveError `no-conversations` */
  prove(policy: Policy, window?: Partial<Window>): Promise<GateReport>;
  /** The latest report. @throws WayleaveError `not-found` */
  report(policy: string): Promise<GateReport>;
  /** What a policy decides about the uses of a window, busiest first. @throws WayleaveError `no-conversations` */
  uses(
    policy: Policy,
    window: Partial<Window>,
    filter: UseFilter & { readonly limit: number; readonly offset: number },
  ): Promise<UseList>;
}

const DAY = 86_400;

export function createProving({ documents, analysis, clock, ...deps }: ProvingDeps): Proving {
  const { store, config } = deps;
  /** A day that is over is whole even if its last hours had no traffic, but not by connections that outlasted midnight. */
  const endOf = (to: number, wanted: number): number => {
    const end = Math.ceil(to / DAY) * DAY;
    return end - to < DAY / 2 && end <= wanted && end * 1000 <= clock().getTime() ? end : to;
  };
  return {
    async prove(policy, wanted) {
      const { window: known, ground } = await replayInput(deps, wanted);
      const window = { ...known, to: endOf(known.to, wanted?.to ?? Infinity) };
      const report = await proveDraft({ store, propose: (train) => analysis.proposeAgain(policy, train) }, policy, {
        window,
        ground,
        budgets: config.policy.budgets,
        now: clock().toISOString(),
      });
      await documents.save('gate', policy.id, report);
      return report;
    },
    async report(policy) {
      const found = await documents.find('gate', policy);
      if (found) return found;
      throw new WayleaveError(`policy ${policy} has not been proved yet: run \`wayleave prove\``, {
        code: 'not-found',
      });
    },
    uses: async (policy, wanted, filter) => listUses(store, policy, await replayInput(deps, wanted), filter),
  };
}
