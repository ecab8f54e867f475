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
import { createDrift } from '../../drift';
import type { Policy } from '../../model/policy';
import { propose } from '../../propose';
import { groundOf, replay } from '../../replay';

/** What a child process is asked to do. Each has one of its own, so that its memory is its own. */
export type Order =
  /** Fills a store with an estate of so many days, rolled up and summed, and a further day that is not. */
  | { readonly kind: 'store'; readonly folder: string; readonly profile: EstateProfile; readonly days: number }
  /** Everything from a store's conversations to a policy. */
  | { readonly kind: 'recommend'; readonly folder: string; readonly estate: StoredEstate; readonly days: number }
  /** The same, then what the policy would have done to all of it, and how an hour that comes later differs. */
  | { readonly kind: 'judge'; readonly folder: string; readonly estate: StoredEstate; readonly days: number }
  /** The same from a folder of edge files. */
  | { readonly kind: 'files'; readonly folder: string };

/** A store that was filled, and how much it holds. */
export interface Filled {
  readonly estate: StoredEstate;
  /** Rows of hours, and of days. */
  readonly conversations: number;
  readonly days: number;
}

export interface Judged extends Recommended {
  readonly replaySeconds: number;
  readonly driftSeconds: number;
  /** Conversations of the hour, and what was found among them. */
  readonly hourly: number;
  readonly findings: number;
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

/** Seconds from midnight to the hour that is compared. */
const LATER = 10 * 3600;

interface Observed {
  readonly workloads: readonly Workload[];
  readonly dependencies: readonly Dependency[];
  readonly window: Window;
}

async function obey(order: Order): Promise<Filled | Recommended | Judged> {
  switch (order.kind) {
    case 'store':
      return inStore(order.folder, (store) => fill(store, order));
    case 'recommend':
      return inStore(order.folder, async (store) => (await recommend(() => observe(store, order))).found);
    case 'judge':
      return inStore(order.folder, (store) => recommendAndJudge(store, order));
    case 'files': {
      const { workloads, dependencies, hours } = await readHostGraph(order.folder);
      const observed = { workloads, dependencies, window: { from: 0, to: hours * 3600 } };
      return (await recommend(() => Promise.resolve(observed))).found;
    }
  }
}

async function fill(store: Store, { profile, days }: Extract<Order, { kind: 'store' }>): Promise<Filled> {
  await migrate(store);
  const estate = await storeEstate(store, profile, days + 1);
  await rolledUp(store, days);
  await sumDays(store, windowOf(days));
  return {
    estate,
    conversations: await count(store, 'current_conversations'),
    days: await count(store, 'conversation_days'),
  };
}

async function count(store: Store, table: string, where = 'true'): Promise<number> {
  const [row] = await store.query<{ count: string }>(`SELECT toString(count()) AS count FROM ${table} WHERE ${where}`);
  return Number(row?.count);
}

type OfStore = Extract<Order, { kind: 'recommend' | 'judge' }>;

async function recommendAndJudge(store: Store, order: OfStore): Promise<Judged> {
  const { found, policy, topology, observed } = await recommend(() => observe(store, order));
  const { window, workloads } = observed;
  const ground = groundOf(workloads, PRIVATE_NETWORKS);
  const [replaySeconds] = await secondsOf(replay(store, policy, { window, ground, nameOf: (address) => address }));
  const hour = window.to + LATER;
  await store.command(
    `INSERT INTO buckets (hour, version, marked, flows, oldest)
     VALUES (toDateTime({hour:UInt32}), 1, now64(6), 1, toDate(toDateTime({hour:UInt32})))`,
    { hour },
  );
  const inventory = { directory: () => Promise.resolve(directoryOf(order.estate)) };
  const drift = createDrift({ store, inventory, clock: () => new Date(), networks: PRIVATE_NETWORKS });
  const [driftSeconds, { findings, leftOff }] = await secondsOf(drift.evaluate({ policy, enforced: true }, topology));
  return {
    ...found,
    rss: process.resourceUsage().maxRSS / 1024,
    replaySeconds,
    driftSeconds,
    hourly: await count(store, 'current_conversations', `hour = toDateTime(${hour})`),
    findings: findings.length + leftOff,
  };
}

async function secondsOf<T>(working: Promise<T>): Promise<[seconds: number, result: T]> {
  const begun = performance.now();
  const result = await working;
  return [(performance.now() - begun) / 1000, result];
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
  readonly topology: Topology;
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
  const now = new Date().toISOString();
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
  return { found, policy, topology, observed };
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
