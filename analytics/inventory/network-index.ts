import { contains, parsePrefix, prefixOf, type Prefix } from '../../ingest/kernel/ip';
import type { NamedNetwork } from './source';

/** Finds the longest prefix that holds an address. */
export class NetworkIndex {
  /** By length, longest first, then by first address and scope. */
  private readonly lengths: readonly (readonly [number, ReadonlyMap<string, NamedNetwork>])[];

  /** @param networks of several of one prefix the first counts */
  constructor(
    networks: readonly NamedNetwork[],
    private readonly estate: readonly Prefix[],
  ) {
    const byLength = new Map<number, Map<string, NamedNetwork>>();
    for (const network of networks) {
      const { base, length } = parsePrefix(network.prefix);
      const same = byLength.get(length) ?? new Map<string, NamedNetwork>();
      byLength.set(length, same);
      const key = keyOf(base, network.scope);
      if (!same.has(key)) same.set(key, network);
    }
    this.lengths = [...byLength].sort(([a], [b]) => b - a);
  }

  /** Inside the estate only what is narrower than the estate's own prefix: "the Internet" does not take it over. */
  find(address: bigint, scope: string): NamedNetwork | undefined {
    const ours = Math.max(-1, ...this.estate.filter((prefix) => contains(prefix, address)).map(({ length }) => length));
    for (const [length, networks] of this.lengths) {
      if (length <= ours) return undefined;
      const { base } = prefixOf(address, length);
      const found = networks.get(keyOf(base, scope)) ?? networks.get(keyOf(base, ''));
      if (found) return found;
    }
    return undefined;
  }
}

function keyOf(base: bigint, scope: string): string {
  return `${base.toString(36)} ${scope}`;
}
