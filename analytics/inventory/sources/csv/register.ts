import type { WorkloadType } from '../../../model/workload';
import type { Claim, ClaimedAddress, InventoryReject, NamedNetwork, Snapshot } from '../../source';

/** What one row says of one workload. */
export interface RegisterEntry {
  readonly where: string;
  readonly key: string;
  readonly name: string;
  readonly type?: WorkloadType;
  readonly addresses: readonly ClaimedAddress[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Gathers rows into workloads: rows of the same key are one. */
export interface Register {
  add(entry: RegisterEntry): void;
  addNetwork(network: NamedNetwork): void;
  reject(where: string, message: string): void;
  note(note: string): void;
  snapshot(): Snapshot;
}

interface Holding {
  readonly where: string;
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

interface Gathering {
  readonly key: string;
  readonly name: string;
  type: WorkloadType;
  readonly addresses: Map<string, ClaimedAddress>;
  readonly labels: Record<string, string>;
}

/** An address changes hands this often in one register at most; comparing spans pair by pair is quadratic. */
const MOST_HOLDINGS = 1000;

/** An address that two workloads claim for the same time stays with the first and is a reject for the second. */
export function createRegister(): Register {
  const workloads = new Map<string, Gathering>();
  const holdings = new Map<string, Holding[]>();
  const networks: NamedNetwork[] = [];
  const rejects: InventoryReject[] = [];
  const notes = new Set<string>();

  const hold = (entry: RegisterEntry, claimed: ClaimedAddress): string | undefined => {
    const place = `${claimed.scope} ${claimed.address}`;
    const held = holdings.get(place) ?? [];
    holdings.set(place, held);
    const from = claimed.since ?? Number.NEGATIVE_INFINITY;
    const to = claimed.until ?? Number.POSITIVE_INFINITY;
    const other = held.find((holding) => holding.key !== entry.key && holding.from < to && from < holding.to);
    if (other) return `${claimed.address} is already on ${other.where}`;
    if (held.length >= MOST_HOLDINGS) return `${claimed.address} has more than ${MOST_HOLDINGS} owners`;
    held.push({ where: entry.where, key: entry.key, from, to });
    return undefined;
  };

  return {
    add(entry) {
      const held = entry.addresses.filter((claimed) => {
        const problem = hold(entry, claimed);
        if (problem !== undefined) rejects.push({ where: entry.where, message: problem });
        return problem === undefined;
      });
      if (held.length === 0) return;
      const { key, name, type } = entry;
      const workload = workloads.get(key) ?? { key, name, type: 'host', addresses: new Map(), labels: {} };
      workloads.set(key, workload);
      if (type !== undefined) workload.type = type;
      Object.assign(workload.labels, entry.labels);
      for (const claimed of held) {
        workload.addresses.set(`${claimed.scope} ${claimed.address} ${claimed.since} ${claimed.until}`, claimed);
      }
    },
    addNetwork: (network) => void networks.push(network),
    reject: (where, message) => void rejects.push({ where, message }),
    note: (note) => void notes.add(note),
    snapshot: () => ({
      claims: [...workloads.values()].map(({ addresses, ...workload }): Claim => ({
        ...workload,
        addresses: [...addresses.values()],
      })),
      networks,
      logOns: [],
      rejects,
      notes: [...notes],
      complete: true,
    }),
  };
}
