import { migrate, openEmbedded, type Store } from '../../../ingest/store';
import {
  DAY,
  directoryOf,
  FIRST_DAY,
  rolledUp,
  storeEstate,
  type StoredEstate,
} from '../../../analytics/bench/grouping/stored-estate';
import { readConversations, sumDays } from '../../../analytics/conversations';
import { findDependencies } from '../../../analytics/dependencies';
import { findDynamicServices } from '../../../analytics/dynamic';
import { DEFAULT_CONFIG } from '../../../analytics/group';
import { groupInThread } from '../../../analytics/group/thread/group-in-thread';
import type { Dependency } from '../../../analytics/model/dependency';
import type { Topology, Window } from '../../../analytics/model/topology';
import type { Workload } from '../../../analytics/model/workload';
import type { EstateProfile } from '../../../analytics/quality/estate';
import { readHostGraph } from '../../../analytics/quality/groups/host-graph';
import { PRIVATE_NETWORKS } from '../../../analytics/inventory';
import type { Policy } from '../../model/policy';
import { propose } from '../../propose';
import { groundOf, replay } from '../../replay';

/** What a child process is asked to do. Each has one of its own, so that its memory is its own. */
export type Order =
  /** Fills a store with an estate of so many days, rolled up and summed. */
  | { readonly kind: 'store'; readonly folder: string; readonly profile: EstateProfile; readonly days: number }
  /** Everything from a store's conversations to a policy. */
  | { readonly kind: 'recommend'; readonly folder: string; readonly estate: StoredEstate; readonly days: number }
  /** The same, and what the policy would have done to all of it. */
  | { readonly kind: 'replay'; readonly folder: string; readonly estate: StoredEstate; readonly days: number }
  /** The same from a folder of edge files. */
  | { readonly kind: 'files'; readonly folder: string };

/** A store that was filled, and how much it holds. */
export interface Filled {
  readonly estate: StoredEstate;
  /** Rows of hours, and of days. */
  readonly conversations: number;
  readonly days: number;
}

export interface Replayed extends Recommended {
  readonly replaySeconds: number;
  /** Of what counts, 0 to 1: rules are tried on what they were made from. */
  readonly deniedShare: number;
}

export interface Recommended {
  /** Of reading conversations, finding dynamic services, and making dependencies of both. */
  readonly readSeconds: number;
  readonly groupSeconds: number;
  readonly proposeSeconds: number;
  /** MiB: the most the process ever held. */
  readonly rss: number;
  readonly workloads: number;
  readonly dependencies: number;
  readonly rules: number;
}

interface Observed {
  readonly workloads: readonly Workload[];
  readonly dependencies: readonly Dependency[];
  readonly window: Window;
}

async function obey(order: Order): Promise<Filled | Recommended | Replayed> {
  switch (order.kind) {
    case 'store':
      return inStore(order.folder, (store) => fill(store, order));
    case 'recommend':
      return inStore(order.folder, async (store) => (await recommend(() => observe(store, order))).found);
    case 'replay':
      return inStore(order.folder, (store) => recommendAndReplay(store, order));
    case 'files': {
      const { workloads, dependencies, hours } = await readHostGraph(order.folder);
      const observed = { workloads, dependencies, window: { from: 0, to: hours * 3600 } };
      return (await recommend(() => Promise.resolve(observed))).found;
    }
  }
}

async function fill(store: Store, { profile, days }: Extract<Order, { kind: 'store' }>): Promise<Filled> {
  await migrate(store);
  const estate = await storeEstate(store, profile, days);
  await rolledUp(store, days);
  await sumDays(store, windowOf(days));
  const count = async (table: string) =>
    Number((await store.query<{ count: string }>(`SELECT toString(count()) AS count FROM ${table}`))[0]?.count);
  return { estate, conversations: await count('conversations'), days: await count('conversation_days') };
}

type OfStore = Extract<Order, { kind: 'recommend' | 'replay' }>;

async function recommendAndReplay(store: Store, order: OfStore): Promise<Replayed> {
  const { found, policy, observed } = await recommend(() => observe(store, order));
  const ground = groundOf(observed.workloads, PRIVATE_NETWORKS);
  const begun = performance.now();
  const { denied } = await replay(store, policy, { window: observed.window, ground, nameOf: (address) => address });
  const replaySeconds = (performance.now() - begun) / 1000;
  const rss = process.resourceUsage().maxRSS / 1024;
  return { ...found, rss, replaySeconds, deniedShare: denied.shareOfConnections };
}

async function observe(store: Store, { estate, days }: OfStore): Promise<Observed> {
  const window = windowOf(days);
  const directory = directoryOf(estate);
  const conversations = await readConversations(store, window);
  const dependencies = findDependencies(conversations, directory, await findDynamicServices(store, window));
  return { workloads: directory.workloads(), dependencies, window };
}

interface Run {
  readonly found: Recommended;
  readonly policy: Policy;
  readonly observed: Observed;
}

async function recommend(observing: () => Promise<Observed>): Promise<Run> {
  const marks = [performance.now()];
  const timed = <T>(result: T): T => {
    marks.push(performance.now());
    return result;
  };
  const observed = timed(await observing());
  const { workloads, dependencies, window } = observed;
  const labelWeight = DEFAULT_CONFIG.applications.labelWeight;
  const topology: Topology = timed(await groupInThread({ workloads, dependencies, window }, { labelWeight }));
  const now = new Date(window.to * 1000).toISOString();
  const policy: Policy = timed(propose({ topology, dependencies, name: 'bench', now }));
  const [readSeconds = 0, groupSeconds = 0, proposeSeconds = 0] = marks
    .slice(1)
    .map((mark, at) => (mark - (marks[at] ?? 0)) / 1000);
  const found = {
    readSeconds,
    groupSeconds,
    proposeSeconds,
    rss: process.resourceUsage().maxRSS / 1024,
    workloads: workloads.length,
    dependencies: dependencies.length,
    rules: policy.sections.reduce((sum, { rules }) => sum + rules.length, 0),
  };
  return { found, policy, observed };
}

function windowOf(days: number): Window {
  return { from: FIRST_DAY, to: FIRST_DAY + days * DAY };
}

async function inStore<T>(folder: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = openEmbedded(folder);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

void obey(JSON.parse(process.argv[2] ?? '') as Order).then((answer) => process.send?.(answer));
