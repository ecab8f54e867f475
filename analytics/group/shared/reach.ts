import type { Evidence, Use } from '../evidence';
import type { Side } from '../purpose';
import { median } from './median';

/** One end of a service: a host that serves it, or one that uses it, and who is at the other end. */
export interface End {
  readonly service: number;
  /** Managed workloads at the other end, ascending. */
  readonly partners: readonly number[];
  /** How many there are that nobody manages, outside networks not counted. */
  readonly strangers: number;
  /** Of all partners, the hours in which the median one was in touch. */
  readonly hours: number;
}

/** All that a host serves, or all that it uses, with so many partners that it may be for everybody. */
export interface Reach {
  readonly workload: number;
  readonly side: Side;
  /** Most partners first. */
  readonly ends: readonly End[];
}

/** With fewer partners than this on every service, a host is nobody's hub. */
export const LEAST_REACH = 3;

interface Gathering {
  readonly partners: number[];
  readonly hours: number[];
  strangers: number;
}

/**
 * Who is reached by whom, on which service. Outside networks are nobody's hub and nobody's client here.
 *
 * @param uses answered ones
 * @returns by workload, servers first; cost is linear in uses but for sorting the hours of one end
 */
export function findReaches({ workloads, isManaged }: Evidence, uses: readonly Use[]): Reach[] {
  const outside = workloads.map(({ kind }) => kind === 'external');
  const gather = (side: Side, own: readonly Use[]): Reach | undefined => {
    const [first] = own;
    const workload = (side === 'server' ? first?.server : first?.client) ?? -1;
    if (own.length < LEAST_REACH || outside[workload] === true) return undefined;
    const byService = new Map<number, Gathering>();
    for (const { client, server, service, hours } of own) {
      const partner = side === 'server' ? client : server;
      if (outside[partner] === true) continue;
      let of = byService.get(service);
      if (!of) byService.set(service, (of = { partners: [], hours: [], strangers: 0 }));
      of.hours.push(hours);
      if (isManaged(partner)) of.partners.push(partner);
      else of.strangers++;
    }
    const ends = [...byService]
      .filter(([, { hours }]) => hours.length >= LEAST_REACH)
      .map(([service, { partners, strangers, hours }]) => ({ service, partners, strangers, hours: median(hours) }))
      .sort((a, b) => sizeOf(b) - sizeOf(a) || a.service - b.service);
    return ends.length > 0 ? { workload, side, ends } : undefined;
  };
  return [
    ...runs(bucketed(uses, workloads.length), 'server').map((own) => gather('server', own)),
    ...runs(uses, 'client').map((own) => gather('client', own)),
  ].filter((reach) => reach !== undefined);
}

/** How many partners an end has, managed or not. */
export function sizeOf({ partners, strangers }: End): number {
  return partners.length + strangers;
}

/** Counting sort by server; uses come sorted by client, and stay so. */
function bucketed(uses: readonly Use[], workloads: number): Use[] {
  const starts = new Uint32Array(workloads + 1);
  for (const { server } of uses) starts[server + 1] = (starts[server + 1] ?? 0) + 1;
  for (let n = 1; n <= workloads; n++) starts[n] = (starts[n] ?? 0) + (starts[n - 1] ?? 0);
  const sorted = Array.from<Use>({ length: uses.length });
  for (const use of uses) {
    const at = starts[use.server] ?? 0;
    sorted[at] = use;
    starts[use.server] = at + 1;
  }
  return sorted;
}

/** Consecutive uses of one workload on a side. */
function runs(uses: readonly Use[], side: Side): Use[][] {
  const found: Use[][] = [];
  let from = 0;
  for (let at = 1; at <= uses.length; at++) {
    if (at < uses.length && uses[at]?.[side] === uses[from]?.[side]) continue;
    if (at - from >= LEAST_REACH) found.push(uses.slice(from, at));
    from = at;
  }
  return found;
}
