import ipaddr from 'ipaddr.js';
import { formatAddress, parseAddress } from '../../../ingest/kernel/ip';
import { messageOf } from '../../../ingest/kernel/errors';
import type { WorkloadType } from '../../model/workload';
import type { Claim, ClaimedAddress, InventoryReject, Snapshot } from '../source';
import { nothingUnderstood } from './nothing-understood';

const LONGEST_NAME = 256;

type Listens = NonNullable<Claim['listens']>;

/** What one record says of a workload, its addresses as they were written. */
export interface ClaimDraft {
  readonly where: string;
  readonly key: string;
  readonly name: string;
  readonly type: WorkloadType;
  readonly addresses: readonly ClaimedAddress[];
  readonly labels: Readonly<Record<string, string>>;
  readonly pool?: readonly string[];
  readonly listens?: Listens;
}

interface Merged {
  readonly first: ClaimDraft;
  readonly addresses: Map<string, ClaimedAddress>;
  readonly labels: Map<string, string>;
  readonly pool: Set<string>;
  readonly listens: Map<string, Listens[number]>;
}

interface Read {
  readonly drafts: readonly ClaimDraft[];
  readonly rejects: InventoryReject[];
  /** Whether no listing stops before its last page. */
  readonly complete: boolean;
}

/**
 * What an import of workloads says. Where it names none at all, it is rather the wrong file than the end of everything,
 * and so is not complete.
 *
 * @throws WayleaveError `bad-inventory` when there are rejects and nothing else
 */
export function snapshotOf(kind: string, { drafts, rejects, complete }: Read): Snapshot {
  const claims = claimsFrom(drafts, rejects);
  nothingUnderstood(kind, claims.length, rejects);
  return {
    claims,
    networks: [],
    logOns: [],
    rejects,
    ...(claims.length === 0 && { notes: ['no workload is named, so nothing that was known is ended'] }),
    complete: complete && claims.length > 0,
  };
}

/**
 * One claim per key. Of several drafts of a key the first says name and type, and what is known of an address; the
 * rest is put together. Addresses that are nobody's in particular (link-local, loopback) are left out, and those that
 * are no addresses are rejects.
 */
function claimsFrom(drafts: readonly ClaimDraft[], rejects: InventoryReject[]): Claim[] {
  const merged = new Map<string, Merged>();
  for (const draft of drafts) {
    const claim = merged.get(draft.key) ?? {
      first: draft,
      addresses: new Map<string, ClaimedAddress>(),
      labels: new Map<string, string>(),
      pool: new Set<string>(),
      listens: new Map<string, Listens[number]>(),
    };
    merged.set(draft.key, claim);
    const taken = (written: string): string | undefined => {
      try {
        return ownAddress(written);
      } catch (error) {
        rejects.push({ where: draft.where, message: messageOf(error) });
        return undefined;
      }
    };
    for (const claimed of draft.addresses) {
      const address = taken(claimed.address);
      const at = `${address} ${claimed.scope}`;
      if (address !== undefined && !claim.addresses.has(at)) claim.addresses.set(at, { ...claimed, address });
    }
    for (const behind of draft.pool ?? []) {
      const address = taken(behind);
      if (address !== undefined) claim.pool.add(address);
    }
    for (const [key, value] of Object.entries(draft.labels)) if (!claim.labels.has(key)) claim.labels.set(key, value);
    for (const listens of draft.listens ?? []) claim.listens.set(`${listens.protocol} ${listens.port}`, listens);
  }
  return [...merged.values()].map(({ first, addresses, labels, pool, listens }) => ({
    key: first.key,
    name: first.name.slice(0, LONGEST_NAME),
    type: first.type,
    addresses: [...addresses.values()],
    labels: Object.fromEntries(labels),
    ...(pool.size > 0 && { pool: [...pool].toSorted() }),
    ...(listens.size > 0 && { listens: [...listens.values()] }),
  }));
}

const NOBODYS = new Set(['linkLocal', 'loopback', 'unspecified', 'multicast', 'broadcast']);

/** Canonical; undefined where it tells no host from another. @throws WayleaveError `bad-address` */
function ownAddress(written: string): string | undefined {
  // Tools write zones (`fe80::1%eth0`) and prefix lengths (`10.0.0.4/24`) with an interface's addresses.
  const address = formatAddress(parseAddress(written.trim().replace(/[%/].*$/, '')));
  return NOBODYS.has(ipaddr.parse(address).range()) ? undefined : address;
}
