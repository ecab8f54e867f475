import type { ServiceTag } from '../../services';
import type { Evidence } from '../evidence';
import { signature, tagsOf, type Side } from '../purpose';
import { sizeOf, type End } from './reach';

/** An end of a hub, and on which side. */
export interface Hub {
  readonly side: Side;
  readonly end: End;
}

/** What a host is a hub of, by side and service. */
export type Offers = Map<string, Hub>;

/** Services of less than this share of the widest one's partners do not speak for what a host is for. */
const TELLING_SHARE = 0.1;
/** What a host is for when it is for several: a domain controller also resolves names and tells the time. */
const FIRST: readonly ServiceTag[] = ['directory'];

export function offersOf(offers: Map<number, Offers>, workload: number, side: Side, ends: readonly End[]): void {
  if (ends.length === 0) return;
  const own: Offers = offers.get(workload) ?? new Map<string, Hub>();
  for (const end of ends) own.set(`${side} ${end.service}`, { side, end });
  offers.set(workload, own);
}

/** Cosine over services, weighted by the logarithm of the partners: how many matters less than whether. */
export function likeness(a: Offers, b: Offers): number {
  const weigh = (hub: Hub | undefined) => (hub ? Math.log(1 + sizeOf(hub.end)) : 0);
  let common = 0;
  for (const [key, hub] of a) common += weigh(hub) * weigh(b.get(key));
  const length = (offers: Offers) => Math.sqrt([...offers.values()].reduce((sum, hub) => sum + weigh(hub) ** 2, 0));
  return common === 0 ? 0 : common / (length(a) * length(b));
}

/** What its telling ports are for, by partners; null where no port tells. */
export function purposeOfHubs({ services }: Evidence, hubs: readonly Hub[]): string | null {
  const telling = hubs.flatMap(({ side, end }) => {
    const used = services[end.service];
    return used && signature(used, side) === 1 ? [{ tags: tagsOf(used), size: sizeOf(end) }] : [];
  });
  const widest = Math.max(0, ...telling.map(({ size }) => size));
  const votes = new Map<ServiceTag, number>();
  for (const { tags, size } of telling) {
    if (size < TELLING_SHARE * widest) continue;
    for (const tag of tags) votes.set(tag, (votes.get(tag) ?? 0) + size);
  }
  const best =
    FIRST.find((tag) => votes.has(tag)) ?? [...votes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0];
  return best === undefined ? null : best === 'admin' ? 'jump hosts' : best;
}
