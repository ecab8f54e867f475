import { parsePrefix } from '../../ingest/kernel/ip';
import type { Clock } from '../../ingest/kernel/time';
import type { Store } from '../../ingest/store';
import type { Window } from '../model/topology';
import { readConflicts, type Conflicts } from './conflicts';
import type { Directory } from './directory';
import { importSnapshot, type Import, type ImportReport } from './import';
import { isInventoried, readDirectory } from './read-directory';
import { settle } from './settle';
import { readWorkload, type WorkloadDetails } from './workload-details';
import { listManaged, listSeen, SEEN_WITHIN_SECONDS, type WorkloadFilter, type WorkloadList } from './workload-list';

export interface InventoryDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Names and kinds of sources, most trusted first. */
  readonly trust: readonly string[];
  /** Prefixes that are ours. */
  readonly networks: readonly string[];
}

/** An import that was taken. Times ISO 8601. */
export interface PastImport {
  readonly source: string;
  readonly kind: string;
  readonly imported: string;
  readonly asOf: string;
  readonly claims: number;
  readonly added: number;
  readonly changed: number;
  readonly ended: number;
  readonly rejected: number;
}

/** Who was behind which address, from when to when, as several sources have it. */
export interface Inventory {
  /** What an import would change. @throws WayleaveError `older-snapshot` */
  diff(given: Import): Promise<ImportReport>;
  /** Takes what a source says. @throws WayleaveError `older-snapshot`, `ends-most` */
  import(given: Import): Promise<ImportReport>;
  /** The latest imports, newest first. */
  imports(limit: number): Promise<PastImport[]>;
  conflicts(limit: number): Promise<Conflicts>;
  /** Who was who in a window, epoch seconds, end exclusive. */
  directory(window: Window): Promise<Directory>;
  /** While nothing is in the inventory, the estate's own addresses are what there is, as unknown. */
  workloads(filter: WorkloadFilter): Promise<WorkloadList>;
  /** @param at epoch seconds @throws WayleaveError `not-found` */
  workload(id: string, at: number): Promise<WorkloadDetails>;
}

export function createInventory({ store, clock, trust, networks }: InventoryDeps): Inventory {
  const options = { estate: networks.map(parsePrefix), trust };
  let last: Promise<unknown> = Promise.resolve();
  /** One at a time: each builds on what the one before it left. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.catch(() => undefined).then(work);
    last = next;
    return next;
  };
  const settled = (): Promise<void> => inTurn(() => settle(store, { now: clock().getTime(), trust }));
  const directory = async (window: Window): Promise<Directory> => {
    await settled();
    return readDirectory(store, window, options);
  };
  const taking = (given: Import, take: boolean) =>
    inTurn(() => importSnapshot(store, given, { now: clock().getTime(), take }));

  return {
    diff: (given) => taking(given, false),
    async import(given) {
      const report = await taking(given, true);
      await settled();
      return report;
    },
    imports: (limit) =>
      store.query<PastImport>(
        `SELECT source, kind, formatDateTime(i.imported, '%Y-%m-%dT%H:%i:%SZ') AS imported,
           formatDateTime(i.as_of, '%Y-%m-%dT%H:%i:%SZ') AS asOf, claims, added, changed, ended, rejected
         FROM inventory_imports AS i ORDER BY i.imported DESC LIMIT {limit:UInt32}`,
        { limit },
      ),
    async conflicts(limit) {
      await settled();
      return readConflicts(store, { limit });
    },
    directory,
    async workloads(filter) {
      await settled();
      const inventoried = await isInventoried(store);
      if (inventoried && filter.kind === 'managed') return listManaged(store, filter, trust);
      const kind = filter.kind === 'external' ? 'external' : 'unknown';
      const from = Math.max(0, filter.at - SEEN_WITHIN_SECONDS);
      const seeing = { directory: await directory({ from, to: filter.at + 1 }), estate: options.estate, inventoried };
      return listSeen(store, { ...filter, kind }, seeing);
    },
    async workload(id, at) {
      return readWorkload(store, id, { at, trust, directory: await directory({ from: at, to: at + 1 }) });
    },
  };
}
