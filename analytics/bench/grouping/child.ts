import { createHash } from 'node:crypto';
import { migrate, openEmbedded, type Store } from '../../../ingest/store';
import { readConversations, sumDays } from '../../conversations';
import { findDependencies } from '../../dependencies';
import { DEFAULT_CONFIG } from '../../group';
import { groupInThread } from '../../group/thread/group-in-thread';
import type { Dependency } from '../../model/dependency';
import type { Topology } from '../../model/topology';
import type { Workload } from '../../model/workload';
import type { EstateProfile } from '../../quality/estate';
import { readHostGraph } from '../../quality/groups/host-graph';
import { DAY, directoryOf, FIRST_DAY, rolledUp, storeEstate, type StoredEstate } from './stored-estate';

/** What a child process is asked to do. Each has one of its own, so that its memory is its own. */
export type Order =
  /** Fills a store with an estate of so many days. */
  | { readonly kind: 'store'; readonly folder: string; readonly profile: EstateProfile; readonly days: number }
  /** Groups the first days of a store, which is all that was rolled up; afresh: as if none of them had been before. */
  | {
      readonly kind: 'group';
      readonly folder: string;
      readonly estate: StoredEstate;
      readonly days: number;
      readonly afresh?: boolean;
    }
  /** Groups a folder of edge files. */
  | { readonly kind: 'files'; readonly folder: string };

export interface Grouped {
  /** Of summing days, reading conversations, and making dependencies of them. */
  readonly readSeconds: number;
  /** Of grouping alone, and of all cores together meanwhile. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** MiB: the most the process ever held. */
  readonly rss: number;
  readonly hosts: number;
  readonly dependencies: number;
  readonly groups: number;
  /** Of the whole topology as JSON. */
  readonly digest: string;
}

async function obey(order: Order): Promise<StoredEstate | Grouped> {
  switch (order.kind) {
    case 'store':
      return inStore(order.folder, async (store) => {
        await migrate(store);
        return storeEstate(store, order.profile, order.days);
      });
    case 'group':
      return inStore(order.folder, (store) => groupStored(store, order));
    case 'files': {
      const begun = performance.now();
      const { workloads, dependencies, hours } = await readHostGraph(order.folder);
      return timed(begun, { workloads, dependencies, window: { from: 0, to: hours * 3600 } });
    }
  }
}

async function groupStored(
  store: Store,
  { estate, days, afresh = false }: Extract<Order, { kind: 'group' }>,
): Promise<Grouped> {
  await rolledUp(store, days);
  if (afresh) for (const table of ['summed_days', 'conversation_days']) await store.command(`TRUNCATE TABLE ${table}`);
  const window = { from: FIRST_DAY, to: FIRST_DAY + days * DAY };
  const begun = performance.now();
  await sumDays(store, window);
  const directory = directoryOf(estate);
  const dependencies = findDependencies(await readConversations(store, window), directory, []);
  return timed(begun, { workloads: directory.workloads(), dependencies, window });
}

interface Input {
  readonly workloads: readonly Workload[];
  readonly dependencies: readonly Dependency[];
  readonly window: Topology['window'];
}

async function timed(begun: number, input: Input): Promise<Grouped> {
  const read = performance.now();
  const before = process.cpuUsage();
  const topology = await groupInThread(input, { labelWeight: DEFAULT_CONFIG.applications.labelWeight });
  const used = process.cpuUsage(before);
  return {
    readSeconds: (read - begun) / 1000,
    seconds: (performance.now() - read) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
    rss: process.resourceUsage().maxRSS / 1024,
    hosts: input.workloads.length,
    dependencies: input.dependencies.length,
    groups: topology.groups.length,
    digest: createHash('sha256').update(JSON.stringify(topology)).digest('hex'),
  };
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
