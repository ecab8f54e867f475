import { agree } from '../applications/environments';
import type { Evidence } from '../evidence';
import { signature, tagsOf, type Side } from '../purpose';
import type { Hub, Offers } from './offers';
import { sizeOf, type Reach } from './reach';

/** A standby is a hub where the hubs of a service are at least this share of all. */
const LEAST_OF_HUBS = 0.5;
/** As a jump host, one that is reached by this share of those who reach the others. */
const LEAST_OF_SIBLING = 0.25;
/** A standby is as good a guess as not. */
const CONFIDENCE = 0.5;

export interface Candidates {
  isFree(workload: number): boolean;
  /** Whether its partners are not all of one circle, as far as it has any. */
  isAcross(workload: number): boolean;
  readonly opensShells: ReadonlySet<number>;
  /** Null where it is in none. */
  environmentOf(workload: number): string | null;
}

/** A service in the making: confidences by workload, and the environment of the first of these that is in one. */
interface Served {
  readonly confidences: Map<number, number>;
  environment: string | null;
}

/**
 * Where few hosts serve many, and most of these are of one service, the others stand by for it. Everybody offers shells:
 * a standby of jump hosts opens them as well, and is reached by about as many, and then it need not go across the estate
 * yet.
 */
export function addStandbys(
  evidence: Evidence,
  services: readonly Served[],
  offers: ReadonlyMap<number, Offers>,
  { isFree, isAcross, opensShells, environmentOf }: Candidates,
): void {
  const hubs = new Map<string, number[]>();
  for (const [workload, own] of offers) {
    for (const [key, { end, side }] of own) {
      if (!isTelling(evidence, end.service, side)) continue;
      const of = hubs.get(key);
      if (of) of.push(workload);
      else hubs.set(key, [workload]);
    }
  }
  const taken = new Set(services.flatMap(({ confidences }) => [...confidences.keys()]));
  for (const service of services) {
    const { confidences } = service;
    const keys = new Set([...confidences.keys()].flatMap((member) => [...(offers.get(member)?.keys() ?? [])]));
    for (const key of [...keys].sort()) {
      const all = hubs.get(key) ?? [];
      const sizeAt = (workload: number) => {
        const hub = offers.get(workload)?.get(key);
        return hub ? sizeOf(hub.end) : 0;
      };
      const ours = all.filter((workload) => confidences.has(workload));
      const [sibling = -1] = ours;
      const shells = isShell(evidence, offers.get(sibling)?.get(key));
      const least = LEAST_OF_SIBLING * Math.max(0, ...ours.map(sizeAt));
      const others = all.filter(
        (workload) =>
          !taken.has(workload) &&
          isFree(workload) &&
          (shells ? opensShells.has(workload) && sizeAt(workload) >= least : isAcross(workload)),
      );
      if (ours.length < LEAST_OF_HUBS * (ours.length + others.length)) continue;
      for (const workload of others) {
        const environment = environmentOf(workload);
        if (!agree(service.environment, environment)) continue;
        taken.add(workload);
        confidences.set(workload, CONFIDENCE);
        service.environment ??= environment;
      }
    }
  }
}

/** Who logs in to several others. */
export function findShellUsers({ services }: Evidence, reaches: readonly Reach[]): Set<number> {
  const isAdmin = services.map((used) => tagsOf(used).includes('admin'));
  return new Set(
    reaches
      .filter(({ side, ends }) => side === 'client' && ends.some(({ service }) => isAdmin[service]))
      .map(({ workload }) => workload),
  );
}

/** Shells that are offered, not opened. */
function isShell({ services }: Evidence, hub: Hub | undefined): boolean {
  const used = hub?.side === 'server' ? services[hub.end.service] : undefined;
  return used !== undefined && tagsOf(used).includes('admin');
}

/** Ports of shared services, and the shells that people reach jump hosts by. */
function isTelling({ services }: Evidence, service: number, side: Side): boolean {
  const used = services[service];
  return used !== undefined && (signature(used, side) === 1 || tagsOf(used).includes('admin'));
}
