import { formatPrefix, parseAddress, parsePrefix, prefixOf, type Prefix } from '../../ingest/kernel/ip';
import type { Workload, WorkloadKind, WorkloadType } from '../model/workload';
import { MOST_USERS, NOBODY, type LoggedOn } from './logged-on';
import { NetworkIndex } from './network-index';
import { broadcastOf, isHost, neighbourhood, within } from './networks';
import type { NamedNetwork } from './source';
import { Timeline } from './timeline';

/** As of when, and as whom, an address is asked for. */
export interface AsOf {
  /** VRF, VPC or tenant, as the flow source names it. */
  readonly scope?: string;
  /** Epoch seconds; the last of the directory's window where it is left out. */
  readonly at?: number;
}

export interface Directory {
  /** The id of the workload an address belongs to; undefined where it is no host's (multicast, broadcast, link-local). */
  resolve(address: string, asOf?: AsOf): string | undefined;
  /** Everything that had an address in the window, and every workload resolved so far, sorted by id. */
  workloads(): Workload[];
}

/** What is known of a workload beside its addresses. */
export interface Description {
  readonly name: string;
  readonly type: WorkloadType;
  readonly labels: Readonly<Record<string, string>>;
  /** Canonical text. */
  readonly pool: readonly string[];
}

/** What a directory is made from. */
export interface DirectoryContent {
  readonly owners: Timeline;
  /** By workload. */
  readonly descriptions: ReadonlyMap<string, Description>;
  readonly networks: readonly NamedNetwork[];
  /** Names under which addresses were seen, most frequent first. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly users: LoggedOn;
  readonly estate: readonly Prefix[];
  /** Whether any workload is named by anybody, now or ever. */
  readonly inventoried: boolean;
  /** Epoch seconds; as of when addresses are looked up by default. */
  readonly at: number;
}

interface Found {
  readonly id: string;
  readonly kind: WorkloadKind;
  readonly type?: WorkloadType;
  readonly labels: Record<string, string>;
  readonly addresses: Set<string>;
}

const NAMES_SHOWN = 5;

/**
 * Addresses to workloads. What has an owner at the time is managed; of the rest, named networks are external workloads,
 * the estate is unknown (or, while nothing is in the inventory at all, managed), and what is elsewhere is external, one
 * workload per /24 or /64 holding those that were seen, so that the Internet does not become a million nodes.
 */
export function directoryOf(content: DirectoryContent): Directory {
  const { owners, descriptions, names, users, estate, inventoried } = content;
  const networks = new NetworkIndex(content.networks, estate);
  const broadcasts = new Set([
    ...estate.map((prefix) => `${broadcastOf(prefix)} `),
    ...content.networks.map(({ prefix, scope }) => `${broadcastOf(parsePrefix(prefix))} ${scope}`),
  ]);
  const found = new Map<string, Found>();
  const elsewhere = new Map<string, string | undefined>();

  const add = (made: Omit<Found, 'addresses'>, address?: string): string => {
    const known = found.get(made.id) ?? { ...made, addresses: new Set<string>() };
    found.set(made.id, known);
    if (address !== undefined) known.addresses.add(address);
    return made.id;
  };

  const find = (text: string, scope: string): string | undefined => {
    const address = parseAddress(text);
    if (!isHost(address)) return undefined;
    const ours = within(estate, address);
    // Elsewhere a range that is announced as one is made of networks that nobody here knows.
    if (ours && ['', scope].some((each) => broadcasts.has(`${address} ${each}`))) return undefined;
    const network = networks.find(address, scope);
    if (network) {
      // A network may be called as a workload is.
      const id = descriptions.has(network.name) ? `${network.name} (network)` : network.name;
      return add({ id, kind: 'external', type: 'network', labels: { ...network.labels } }, text);
    }
    if (ours) return add({ id: text, kind: inventoried ? 'unknown' : 'managed', labels: {} }, text);
    return add({ id: formatPrefix(prefixOf(address, neighbourhood(address))), kind: 'external', labels: {} }, text);
  };

  const resolve = (address: string, { scope = '', at = content.at }: AsOf = {}): string | undefined => {
    const owner = owners.at(address, scope, at);
    if (owner !== undefined) return owner;
    const key = `${address} ${scope}`;
    if (!elsewhere.has(key)) elsewhere.set(key, find(address, scope));
    return elsewhere.get(key);
  };

  const seenAs = (addresses: Iterable<string>): string[] =>
    [...new Set([...addresses].flatMap((address) => names.get(address) ?? []))].slice(0, NAMES_SHOWN);

  const peopleAt = (addresses: Iterable<string>): string[] =>
    [...new Set([...addresses].sort().flatMap((address) => users.byAddress.get(address) ?? []))].slice(0, MOST_USERS);

  const managed = (): Workload[] => {
    const addresses = new Map<string, string[]>();
    for (const [workload, address] of owners.addresses()) {
      const some = addresses.get(workload);
      if (some) some.push(address);
      else addresses.set(workload, [address]);
    }
    return [...addresses].map(([id, owned]) => {
      const { name = id, type = 'host', labels = {}, pool = [] } = descriptions.get(id) ?? {};
      const people = users.byWorkload.get(id) ?? [];
      const behind = pool.map((address) => resolve(address)).filter((member) => member !== undefined);
      return {
        id,
        name,
        kind: 'managed' as const,
        labels,
        addresses: owned.sort(),
        ...(type === 'host' ? {} : { type }),
        ...(behind.length === 0 ? {} : { pool: [...new Set(behind)].sort() }),
        ...(people.length === 0 ? {} : { users: people }),
      };
    });
  };

  const others = (): Workload[] =>
    [...found.values()].map(({ id, kind, type, labels, addresses }) => {
      const seen = seenAs(addresses);
      const people = peopleAt(addresses);
      const name = kind === 'unknown' ? (seen[0] ?? id) : id;
      return {
        id,
        name,
        kind,
        labels,
        addresses: [...addresses].sort(),
        ...(type === undefined ? {} : { type }),
        ...(seen.length === 0 ? {} : { names: seen }),
        ...(people.length === 0 ? {} : { users: people }),
      };
    });

  return {
    resolve,
    workloads() {
      // First, for what stands behind virtual addresses may not be known by name.
      const known = managed();
      return [...known, ...others()].sort((a, b) => (a.id < b.id ? -1 : 1));
    },
  };
}

/** A directory in which nothing ever changes. Addresses of the same name are one workload. */
export function createDirectory(
  inventory: readonly { address: string; name: string; labels: Readonly<Record<string, string>> }[],
  estate: readonly Prefix[],
): Directory {
  const owners = new Timeline();
  const descriptions = new Map<string, Description>();
  for (const { address, name, labels } of inventory) {
    owners.add({ address, scope: '', since: -Infinity, until: Infinity, workload: name });
    const before = descriptions.get(name)?.labels;
    descriptions.set(name, { name, type: 'host', labels: { ...before, ...labels }, pool: [] });
  }
  const inventoried = inventory.length > 0;
  return directoryOf({
    owners,
    descriptions,
    networks: [],
    names: new Map(),
    users: NOBODY,
    estate,
    inventoried,
    at: 0,
  });
}
