import type { Store } from '../../ingest/store';
import { createFilter } from '../model/decide';
import type { Policy } from '../model/policy';
import { placesOf, readCombinations, withUses, type ReplayInput } from '../replay';
import type { Judge } from './trade-off';

/**
 * Judges a policy, and what merging makes of it, by recorded traffic that is read once: merging cuts the address space
 * nowhere that the policy did not.
 *
 * @param policy that all the others were merged from
 * @returns undefined where nothing in the window is the policy's business
 * @throws WayleaveError `unknown-group`
 */
export async function heldOutJudge(
  store: Store,
  policy: Policy,
  { window, ground }: Pick<ReplayInput, 'window' | 'ground'>,
): Promise<Judge | undefined> {
  const places = placesOf(policy, ground);
  const addresses = new Map<number, bigint>();
  for (const { address, index } of places.starts) if (!addresses.has(index)) addresses.set(index, address);
  const ours = await withUses(store, { window, places }, async (tables) => {
    const found = [];
    for await (const combinations of readCombinations(store, tables))
      found.push(
        ...combinations.filter(
          ({ client, server, protocol, port }) =>
            places.between(client, server).decide(protocol, port).action !== 'pass',
        ),
      );
    return found;
  });
  const all = { connections: sum(ours, 'connections'), packets: sum(ours, 'packets') };
  if (ours.length === 0) return undefined;
  return (merged) => {
    const filter = createFilter(merged);
    const denied = ours.filter(({ client, server, protocol, port }) => {
      const [src, dst] = [addresses.get(client) ?? 0n, addresses.get(server) ?? 0n];
      return filter.decide({ src, dst, protocol, port }).action === 'deny';
    });
    return {
      denied: sum(denied, 'connections') / Math.max(1, all.connections),
      deniedPackets: sum(denied, 'packets') / Math.max(1, all.packets),
    };
  };
}

function sum<Key extends string>(rows: readonly Readonly<Record<Key, number>>[], key: Key): number {
  return rows.reduce((total, row) => total + row[key], 0);
}
