import { readConversations, wholeWindow } from '../analytics/conversations';
import { findDependencies } from '../analytics/dependencies';
import { findDynamicServices } from '../analytics/dynamic';
import { DIRECTION_LEVELS } from '../analytics/model/conversation';
import type { Dependency } from '../analytics/model/dependency';
import type { Topology, Window } from '../analytics/model/topology';
import { WayleaveError } from '../ingest/kernel/errors';
import {
  consolidate,
  heldOutJudge,
  mergePath,
  tradeOff,
  type Consolidation,
  type Curve,
  type Seen,
} from '../recommender/consolidate';
import type { Policy } from '../recommender/model/policy';
import { administers, measureReach, suggestJewels, type Jewel, type ReachReport } from '../recommender/reach';
import type { Analysis } from './analysis';
import type { Config } from './config/config';
import type { Documents } from './documents';
import { replayInput, type ReplayInputDeps } from './replay-input';

export interface WeighingDeps extends ReplayInputDeps {
  readonly documents: Pick<Documents, 'find' | 'save'>;
  readonly analysis: Pick<Analysis, 'topology'>;
  readonly config: Pick<Config, 'estate' | 'policy'>;
}

export interface ReachQuestion {
  /** Groups by id or name, workloads by id, name or address; those that are suggested where none is said. */
  readonly jewels?: readonly string[];
  /** Workloads and groups that an intruder may be on; all managed ones where none is said. */
  readonly from?: readonly string[];
}

/** What fewer rules cost, and what an intruder can still do. */
export interface Weighing {
  /**
   * Rules against surface against denied connections, which are those of a window, or of what came after the policy's.
   * It is kept.
   */
  curve(policy: Policy, window?: Partial<Window>): Promise<Curve>;
  /** The same with fewer rules, kept as a recommendation of its own. */
  consolidate(policy: Policy, limits: Consolidation): Promise<Policy>;
  /** It is kept. @throws WayleaveError `unknown-workload` */
  reach(policy: Policy, question?: ReachQuestion): Promise<ReachReport>;
  /** What was kept. @throws WayleaveError `not-found` */
  lastCurve(policy: string): Promise<Curve>;
  lastReach(policy: string): Promise<ReachReport>;
}

export function createWeighing({ documents, analysis, ...deps }: WeighingDeps): Weighing {
  const { store, inventory, config } = deps;
  const observe = async (window: Window) => {
    const directory = await inventory.directory(window);
    const conversations = await readConversations(store, window);
    const dependencies = findDependencies(conversations, directory, await findDynamicServices(store, window));
    // As a replay counts: who was seen, and what was answered by a server that is known to be one.
    const present = new Set(dependencies.flatMap(({ client, server }) => [client, server]));
    return {
      workloads: directory.workloads().filter(({ id }) => present.has(id)),
      served: dependencies.filter(isAnswered),
    };
  };
  const topologyOf = async ({ topology }: Policy): Promise<Topology> =>
    (await documents.find('topology', topology)) ??
    (await documents.find('aside', topology)) ??
    (await analysis.topology());
  const seenBy = async (policy: Policy): Promise<Seen> => ({
    ...(await observe(policy.window)),
    environments: environmentsOf(await topologyOf(policy)),
    administers,
  });
  const later = async ({ window }: Policy): Promise<Partial<Window> | undefined> => {
    const whole = await wholeWindow(store);
    return whole && whole.to > window.to ? { from: Math.max(window.to, whole.from), to: whole.to } : undefined;
  };
  const kept = <Found>(found: Found | undefined, what: string, policy: string): Found => {
    if (found !== undefined) return found;
    throw new WayleaveError(`the ${what} of recommendation ${policy} has not been worked out yet`, {
      code: 'not-found',
    });
  };

  return {
    async curve(policy, wanted) {
      const path = mergePath(policy, await seenBy(policy));
      const asked = wanted && (wanted.from !== undefined || wanted.to !== undefined) ? wanted : await later(policy);
      const input = asked && (await replayInput(deps, asked));
      const judge = input && (await heldOutJudge(store, policy, input));
      const { surface, deniedConnections } = config.policy.budgets;
      const found = await tradeOff(path, judge, { surface, denied: deniedConnections });
      const curve = { ...found, policy: policy.id, heldOut: judge && input ? input.window : null };
      await documents.save('curve', policy.id, curve);
      return curve;
    },
    async consolidate(policy, limits) {
      const { policy: fewer } = consolidate(policy, limits, await seenBy(policy));
      await documents.save('policy', fewer.id, fewer);
      return fewer;
    },
    async reach(policy, { jewels, from } = {}) {
      const { workloads, served } = await observe(policy.window);
      const topology = await topologyOf(policy);
      const named = (written: string): Jewel => findJewel(written, topology);
      const chosen = jewels && jewels.length > 0 ? jewels.map(named) : suggestJewels(topology, served);
      const starts = from && from.length > 0 ? new Set(from.flatMap((each) => named(each).workloads)) : undefined;
      const grounds = { workloads, served, groupOf: groupNames(topology) };
      const reach = measureReach(policy, grounds, chosen, starts);
      await documents.save('reach', policy.id, reach);
      return reach;
    },
    lastCurve: async (policy) => kept(await documents.find('curve', policy), 'trade-off curve', policy),
    lastReach: async (policy) => kept(await documents.find('reach', policy), 'reach', policy),
  };
}

function isAnswered({ established, direction }: Dependency): boolean {
  return established > 0 && direction !== DIRECTION_LEVELS.lowerPort;
}

/** Tiers are in the environment of their application. */
function environmentsOf({ groups }: Topology): Map<string, string> {
  const own = new Map(groups.flatMap(({ id, environment }) => (environment === undefined ? [] : [[id, environment]])));
  return new Map(
    groups.flatMap(({ id, application }) => {
      const environment = own.get(application ?? id);
      return environment === undefined
        ? []
        : [
            [id, environment],
            [`${id}:managed`, environment],
          ];
    }),
  );
}

/** What a workload is at home in: what it serves to all before its place in one application. */
function groupNames({ groups }: Topology): (workload: string) => string | undefined {
  const names = new Map<string, string>();
  for (const wanted of ['unknown', 'tier', 'shared-service'])
    for (const { kind, name, members } of groups)
      if (kind === wanted) for (const { workload } of members) names.set(workload, name);
  return (workload) => names.get(workload);
}

function findJewel(written: string, { id: run, groups, workloads }: Topology): Jewel {
  const group = groups.find(({ id }) => id === written) ?? groups.find(({ name }) => name === written);
  const reason = 'you named it';
  if (group)
    return { id: group.id, name: group.name, workloads: group.members.map(({ workload }) => workload).sort(), reason };
  const workload = workloads.find(
    ({ id, name, addresses }) => id === written || name === written || addresses.includes(written),
  );
  if (workload) return { id: workload.id, name: workload.name, workloads: [workload.id], reason };
  throw new WayleaveError(
    `"${written}" is neither a group nor a workload of run ${run}: expected an id, a name or an address`,
    {
      code: 'unknown-workload',
      where: { run, workload: written },
    },
  );
}
