import { rollUp, readConversations, wholeWindow, type RollUpReport } from '../analytics/conversations';
import { findDependencies } from '../analytics/dependencies';
import { findDynamicServices } from '../analytics/dynamic';
import { groupWorkloads } from '../analytics/group';
import type { Inventory } from '../analytics/inventory';
import type { Dependency } from '../analytics/model/dependency';
import type { Topology, Window } from '../analytics/model/topology';
import type { Workload } from '../analytics/model/workload';
import { SERVICE_PORTS } from '../analytics/services';
import { WayleaveError } from '../ingest/kernel/errors';
import type { Clock } from '../ingest/kernel/time';
import type { Store } from '../ingest/store';
import { propose } from '../recommender/propose';
import { replay, type Replay } from '../recommender/replay';
import type { Policy } from '../recommender/model/policy';
import type { Config } from './config/config';
import type { Documents } from './documents';
import type { Report } from './jobs';

export interface AnalysisDeps {
  readonly store: Store;
  readonly documents: Documents;
  readonly clock: Clock;
  readonly inventory: Pick<Inventory, 'directory'>;
  readonly config: Pick<Config, 'analysis' | 'retention'>;
}

export interface AnalysisReport {
  readonly rollUp: RollUpReport;
  readonly topology: Topology;
  readonly dependencies: number;
}

/** From flows to groups, from groups to rules, from rules to what they would have done. Each step's result is kept. */
export interface Analysis {
  /** Flows to conversations, for every hour that changed. */
  rollUp(report?: Report): Promise<RollUpReport>;
  /** Conversations to applications, tiers and shared services; rolls up first. @throws WayleaveError `no-conversations` */
  analyze(window?: Partial<Window>, report?: Report): Promise<AnalysisReport>;
  /** @throws WayleaveError `no-topology` */
  topology(): Promise<Topology>;
  /** Groups to an allow-list, from the window that the groups were found in. @throws WayleaveError `no-topology` */
  recommend(name: string, applications?: readonly string[]): Promise<Policy>;
  /** @throws WayleaveError `no-recommendation` */
  policy(id?: string): Promise<Policy>;
  /** What a policy would have done to the conversations of a window. @throws WayleaveError `no-conversations` */
  replay(policy: Policy, window?: Partial<Window>): Promise<Replay>;
}

export function createAnalysis({ store, documents, clock, inventory, config }: AnalysisDeps): Analysis {
  const observe = async (
    wanted: Partial<Window> = {},
  ): Promise<{ window: Window; workloads: Workload[]; dependencies: Dependency[] }> => {
    const whole = await wholeWindow(store);
    const window = { from: wanted.from ?? whole?.from ?? 0, to: wanted.to ?? whole?.to ?? 0 };
    const conversations = await readConversations(store, window);
    if (conversations.length === 0) {
      const known = whole
        ? `conversations are known from ${iso(whole.from)} to ${iso(whole.to)}`
        : 'no flows have been ingested yet, or none has been rolled up';
      throw new WayleaveError(`there are no conversations in the window asked for: ${known}`, {
        code: 'no-conversations',
      });
    }
    const directory = await inventory.directory(window);
    const dependencies = findDependencies(conversations, directory, await findDynamicServices(store, window));
    return { window, workloads: directory.workloads(), dependencies };
  };

  const topology = async (): Promise<Topology> => {
    const found = await documents.find('topology');
    if (!found)
      throw new WayleaveError('nothing has been analysed yet: run `wayleave analyze`', { code: 'no-topology' });
    return found;
  };

  let rolling: Promise<unknown> = Promise.resolve();
  const rollUpNext = (progress: Report = () => undefined): Promise<RollUpReport> => {
    const { flowsAtOnce } = config.analysis;
    const { flowsDays } = config.retention;
    const next = rolling
      .catch(() => undefined)
      .then(() => rollUp(store, SERVICE_PORTS, { flowsAtOnce, flowsDays, progress }));
    rolling = next;
    return next;
  };

  return {
    rollUp: rollUpNext,
    async analyze(wanted, report = () => undefined) {
      const rolled = await rollUpNext(report);
      report(0, 1, 'grouping');
      const { window, workloads, dependencies } = await observe(wanted);
      const previous = await documents.find('topology');
      const found = groupWorkloads({ workloads, dependencies, window, ...(previous ? { previous } : {}) });
      await documents.save('topology', found.id, found);
      return { rollUp: rolled, topology: found, dependencies: dependencies.length };
    },
    topology,
    async recommend(name, applications) {
      const found = await topology();
      const { dependencies } = await observe(found.window);
      const policy = propose({
        topology: found,
        dependencies,
        name,
        now: clock().toISOString(),
        ...(applications ? { scope: applications } : {}),
      });
      await documents.save('policy', policy.id, policy);
      return policy;
    },
    async policy(id) {
      const found = await documents.find('policy', id);
      if (found) return found;
      throw new WayleaveError(
        id === undefined
          ? 'nothing has been recommended yet: run `wayleave recommend`'
          : `there is no recommendation ${id}`,
        {
          code: 'no-recommendation',
        },
      );
    },
    async replay(policy, wanted) {
      const { window, workloads, dependencies } = await observe(wanted);
      const found = replay(policy, { window, workloads, dependencies });
      await documents.save('replay', policy.id, found);
      return found;
    },
  };
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
