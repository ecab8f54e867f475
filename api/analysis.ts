import { readConversations, rollUp, sumDays, wholeWindow, type RollUpReport } from '../analytics/conversations';
import { findDependencies } from '../analytics/dependencies';
import { findDynamicServices } from '../analytics/dynamic';
import { diffTopologies, withTopologyId, type TopologyDiff } from '../analytics/group';
import type { GroupDecisions } from '../analytics/group/decisions';
import { groupAside } from '../analytics/group/thread';
import { findUnseen } from '../analytics/group/unseen';
import { findWorkload, whyGroup, type GroupAnswer } from '../analytics/group/why';
import type { Directory, Inventory } from '../analytics/inventory';
import type { Dependency } from '../analytics/model/dependency';
import type { Topology, Window } from '../analytics/model/topology';
import type { Workload } from '../analytics/model/workload';
import { SERVICE_PORTS } from '../analytics/services';
import type { KnownThreats } from '../analytics/threats';
import { exporterQuality } from '../ingest/exporters';
import { messageOf, WayleaveError } from '../ingest/kernel/errors';
import { parsePrefix } from '../ingest/kernel/ip';
import type { Logger } from '../ingest/kernel/log';
import type { Clock } from '../ingest/kernel/time';
import type { Store } from '../ingest/store';
import { propose, type ContextKind, type KnownGroup, type Strategy } from '../recommender/propose';
import { replay, type Replay } from '../recommender/replay';
import { readActivity, readRecognitions, readSuspicion, suspectedBy } from '../recommender/sightings';
import type { Granularity, Policy, PolicyScope } from '../recommender/model/policy';
import type { Config } from './config/config';
import type { Documents } from './documents';
import { findRecommendation } from './recommendation';
import type { Report } from './jobs';
import { noConversations, replayInput } from './replay-input';

export interface AnalysisDeps {
  readonly store: Store;
  readonly documents: Documents;
  readonly decisions: Pick<GroupDecisions, 'list'>;
  readonly threats: Pick<KnownThreats, 'list'>;
  readonly clock: Clock;
  readonly inventory: Pick<Inventory, 'directory'>;
  readonly config: Pick<Config, 'analysis' | 'estate' | 'retention'>;
  readonly log: Pick<Logger, 'warn'>;
}

export interface AnalysisReport {
  readonly rollUp: RollUpReport;
  readonly topology: Topology;
  readonly dependencies: number;
  /** Kept beside the current run, which stays the one that is shown and that the next continues. */
  readonly aside: boolean;
}

export interface PastRun {
  readonly id: string;
  /** ISO 8601. */
  readonly created: string;
  /** Epoch seconds; the hours analysed, end exclusive. */
  readonly window: Window;
  readonly aside?: true;
}

export interface RecommendOptions {
  /** Everything where it is left out. */
  readonly scope?: PolicyScope | undefined;
  /** Tiers where it is left out. */
  readonly granularity?: Granularity | undefined;
  /** Both directions where it is left out. */
  readonly strategy?: Strategy | undefined;
  /** What rules carry beyond ports, where the flows do. */
  readonly carry?: readonly ContextKind[] | undefined;
  /** Of which run the groups are; the current one where it is left out. */
  readonly run?: string | undefined;
  /** Epoch seconds; what the run saw where it is left out. */
  readonly window?: Partial<Window> | undefined;
  /** Groups of the target, which are called as there where they have the same members. */
  readonly known?: readonly KnownGroup[] | undefined;
}

/** From flows to groups, from groups to rules, from rules to what they would have done. Each step's result is kept. */
export interface Analysis {
  /** Flows to conversations, for every hour that changed. */
  rollUp(report?: Report): Promise<RollUpReport>;
  /**
   * Conversations to applications, tiers and shared services; rolls up first. A window that ends before the newest
   * conversations is a look back: unless it is the first run, it is kept aside.
   *
   * @throws WayleaveError `bad-window`, `no-conversations`, `stopped`, `out-of-memory`
   */
  analyze(window?: Partial<Window>, report?: Report): Promise<AnalysisReport>;
  /** The newest run that is not aside, or any of an id or how that begins. @throws WayleaveError `no-topology`, `ambiguous-run` */
  topology(id?: string): Promise<Topology>;
  /** The latest runs, newest first. */
  topologies(): Promise<PastRun[]>;
  /**
   * What changed from one run to another: to the newest where the later is not said, from the one before that, or the
   * current one if the later is aside, where the earlier is not. Either by its id or how that begins.
   *
   * @throws WayleaveError `no-topology`, `ambiguous-run`
   */
  diff(before?: string, after?: string): Promise<TopologyDiff>;
  /**
   * Why a workload is in its groups, as of the newest run.
   *
   * @param workload id, name or address
   * @throws WayleaveError `no-topology`, `no-conversations`, `unknown-workload`, `ambiguous-workload`
   */
  explain(workload: string): Promise<GroupAnswer>;
  /**
   * Groups to an allow-list.
   *
   * @throws WayleaveError `no-topology`, `no-conversations`, `no-recommendation`, `bad-window`, or as `propose`
   */
  recommend(name: string, options?: RecommendOptions): Promise<Policy>;
  /** What would have been proposed from a window with the groups and the scope of a draft; not kept. */
  proposeAgain(draft: Policy, window: Window): Promise<Policy>;
  /** @throws WayleaveError `no-recommendation` */
  policy(id?: string): Promise<Policy>;
  /** What a policy would have done to the conversations of a window. @throws WayleaveError `no-conversations` */
  replay(policy: Policy, window?: Partial<Window>): Promise<Replay>;
  /** Gives up a grouping under way; none begins afterwards. */
  stop(): void;
}

interface Observation {
  readonly window: Window;
  readonly directory: Directory;
  readonly workloads: Workload[];
  readonly dependencies: Dependency[];
}

/** Findings that a proposal looks at, the worst first. */
const FINDINGS = 10_000;

export function createAnalysis(deps: AnalysisDeps): Analysis {
  const { store, documents, decisions, threats, clock, inventory, config, log } = deps;
  const observe = async (wanted: Partial<Window> = {}): Promise<Observation> => {
    const whole = await wholeWindow(store);
    const window = { from: wanted.from ?? whole?.from ?? 0, to: wanted.to ?? whole?.to ?? 0 };
    const conversations = await readConversations(store, window);
    if (conversations.length === 0) throw noConversations(whole);
    const directory = await inventory.directory(window);
    const dependencies = findDependencies(conversations, directory, await findDynamicServices(store, window));
    return { window, directory, workloads: directory.workloads(), dependencies };
  };

  const reading = new Map<string, Promise<Observation>>();
  /** Whoever asks about a run while it is being read gets what is read: many at once cost as much as one. */
  const observeRun = ({ id, window }: Topology): Promise<Observation> => {
    const observed = reading.get(id) ?? observe(window).finally(() => reading.delete(id));
    reading.set(id, observed);
    return observed;
  };

  const listRuns = async (): Promise<PastRun[]> => {
    const runs = await documents.runs('topology');
    const asides = (await documents.runs('aside')).map((run) => ({ ...run, aside: true as const }));
    return [...runs, ...asides].sort((a, b) => (a.created < b.created ? 1 : -1));
  };

  const ofId = async (id: string): Promise<Topology | undefined> =>
    (await documents.find('topology', id)) ?? documents.find('aside', id);

  const topology = async (id?: string): Promise<Topology> => {
    const found = id === undefined ? await documents.find('topology') : await ofId(id);
    if (found) return found;
    const begun = id === undefined ? undefined : runBeginning(id, await listRuns());
    const named = begun === undefined ? undefined : await ofId(begun);
    if (named) return named;
    throw new WayleaveError(
      id === undefined
        ? 'nothing has been analysed yet: run `wayleave analyze`'
        : `there is no run ${id}; expected the id of one`,
      { code: 'no-topology' },
    );
  };

  const runBefore = async (id: string): Promise<Topology | undefined> =>
    (await documents.find('topology', id)) ? documents.before('topology', id) : documents.find('topology');

  /** What is not summed is read from its hours, which only takes longer. */
  const sumWhatCan = async (window: Window): Promise<void> => {
    try {
      await sumDays(store, window);
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'days are not summed, so that reading conversations takes longer');
    }
  };

  const policyOf = (id?: string): Promise<Policy> => findRecommendation(documents, id);

  const draft = async (
    found: Topology,
    { window, directory, dependencies }: Observation,
    {
      carry,
      ...options
    }: Pick<RecommendOptions, 'scope' | 'granularity' | 'strategy' | 'carry'> & {
      readonly name: string;
      readonly known?: readonly KnownGroup[];
    },
  ): Promise<Policy> => {
    const seen = await readSuspicion(store, window, directory, config.estate.networks.map(parsePrefix));
    const isSuspected = suspectedBy(await threats.list({ states: ['open', 'acknowledged'], limit: FINDINGS }));
    const isAlerted = (dependency: Dependency) => seen.isAlerted(dependency) || isSuspected(dependency);
    return propose({
      topology: { ...found, window },
      dependencies,
      now: clock().toISOString(),
      decisions: await documents.all('rule-decision'),
      exporters: await exporterQuality(store, window),
      suspicion: { ...seen, isAlerted },
      name: options.name,
      ...defined({ activity: await readActivity(store, window, directory), ...options }),
      ...(carry ? { carry, recognised: await readRecognitions(store, window, directory) } : {}),
    });
  };

  const stopping = new AbortController();
  let rolling: Promise<unknown> = Promise.resolve();
  /** One after another: hours must not change while days are summed. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const next = rolling.catch(() => undefined).then(work);
    rolling = next;
    return next;
  };
  const rollUpNext = (progress: Report = () => undefined): Promise<RollUpReport> => {
    const { flowsAtOnce } = config.analysis;
    const { flowsDays } = config.retention;
    return inTurn(() => rollUp(store, SERVICE_PORTS, { flowsAtOnce, flowsDays, progress }));
  };

  return {
    rollUp: rollUpNext,
    async analyze(wanted, report = () => undefined) {
      requireForward(wanted);
      const rolled = await rollUpNext(report);
      const whole = await wholeWindow(store);
      if (whole) await inTurn(() => sumWhatCan({ from: wanted?.from ?? whole.from, to: wanted?.to ?? whole.to }));
      report(0, 1, 'grouping');
      const { window, workloads, dependencies } = await observe(wanted);
      const previous = await documents.find('topology');
      const { labelWeight } = config.analysis;
      const found = await groupAside(
        { workloads, dependencies, window, decisions: await decisions.list(), ...(previous ? { previous } : {}) },
        { labelWeight, signal: stopping.signal },
      );
      const exporters = await exporterQuality(store, window);
      const unseen = findUnseen({ workloads, dependencies, window, exporters });
      const seen = withTopologyId({ ...found, unseen });
      const aside = previous !== undefined && window.to < (whole?.to ?? 0);
      await documents.save(aside ? 'aside' : 'topology', seen.id, seen);
      return { rollUp: rolled, topology: seen, dependencies: dependencies.length, aside };
    },
    topology,
    topologies: listRuns,
    async diff(before, after) {
      const later = await topology(after);
      const earlier = before === undefined ? await runBefore(later.id) : await topology(before);
      if (earlier) return diffTopologies(earlier, later);
      throw new WayleaveError(`there is no run before ${later.id} to compare it with: name one, or analyse again`, {
        code: 'no-topology',
      });
    },
    async explain(workload) {
      const found = await topology();
      const subject = findWorkload(found, workload);
      const { dependencies } = await observeRun(found);
      return whyGroup({ topology: found, dependencies, decisions: await decisions.list() }, subject);
    },
    async recommend(name, { run, window: wanted, ...options } = {}) {
      requireForward(wanted);
      const found = await topology(run);
      const observation = wanted ? await observe(wanted) : await observeRun(found);
      const policy = await draft(found, observation, { ...options, name });
      await documents.save('policy', policy.id, policy);
      return policy;
    },
    async proposeAgain({ name, topology: run, scope, granularity, closures = [] }, window) {
      const found = (await ofId(run)) ?? (await topology());
      const strategy: Strategy = closures.some(({ outbound }) => outbound === 'open') ? 'inbound' : 'both';
      return draft(found, await observe(window), { name, scope, granularity, strategy });
    },
    policy: policyOf,
    async replay(policy, wanted) {
      const found = await replay(store, policy, await replayInput({ store, inventory, config }, wanted));
      await documents.save('replay', policy.id, found);
      return found;
    },
    stop: () =>
      stopping.abort(
        new WayleaveError('the analysis was stopped before it was done', { code: 'stopped', retriable: true }),
      ),
  };
}

/** Without what is left out: an option that is undefined is one that is not given. */
function defined<Options extends object>(
  options: Options,
): { [Key in keyof Options]?: Exclude<Options[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Options]?: Exclude<Options[Key], undefined>;
  };
}

/** What is less may begin any id. */
const SHORTEST_BEGINNING = 3;
const NAMED = 5;

/** The only one of the latest runs whose id begins so, with or without what kind of id it is. */
function runBeginning(written: string, runs: readonly PastRun[]): string | undefined {
  if (written.length < SHORTEST_BEGINNING) return undefined;
  const begun = runs.filter(({ id }) => id.startsWith(written) || id.startsWith(`topology-${written}`));
  if (begun.length < 2) return begun[0]?.id;
  const named = begun.slice(0, NAMED).map(({ id }) => id);
  const more = begun.length > NAMED ? ` and ${begun.length - NAMED} more` : '';
  throw new WayleaveError(`${begun.length} runs begin with "${written}": ${named.join(', ')}${more}; expected one`, {
    code: 'ambiguous-run',
    where: { run: written },
  });
}

function requireForward({ from, to }: Partial<Window> = {}): void {
  if (from === undefined || to === undefined || from < to) return;
  throw new WayleaveError(`the window begins at ${iso(from)} and ends at ${iso(to)}; expected it to end later`, {
    code: 'bad-window',
    where: { from: iso(from), to: iso(to) },
  });
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
