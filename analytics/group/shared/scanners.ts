import { PROTOCOL } from '../../../ingest/kernel/port';
import type { Reason } from '../../model/topology';
import { UNCONSTRAINED, type Constraints } from '../constraints';
import type { Evidence, Use } from '../evidence';
import { median } from './median';

export interface Scanner {
  readonly workload: number;
  /** 0 to 1; 1 where a person said so. */
  readonly confidence: number;
  readonly reasons: readonly Reason[];
}

/** Fewer servers, or fewer services on them, is a misconfigured client. */
const LEAST_SERVERS = 10;
const LEAST_TARGETS = 20;
/** Share of what it tried that answers nobody. */
const LEAST_DEAD = 0.5;
/** When more clients than this look like scanners, it is the sensors that see one direction only. */
const MOST_SCANNERS = 0.2;
/** Who asks in vain in more of the window's hours than this is a poller whose answers go unseen: a scan moves on. */
const MOST_HOURS = 0.25;
/** In a shorter window nothing can be told from how long it goes on. */
const LEAST_WINDOW_HOURS = 8;
/** What so many hosts of the estate keep sending datagrams to is somebody's collector, whether it answers or not. */
const WANTED_BY = 3;
/** Share of the managed workloads that an authorised scanner of the estate gets to in a window, or more. */
const ESTATE_WIDE = 0.3;

interface Trial {
  readonly servers: Set<number>;
  readonly services: Set<number>;
  readonly hours: number[];
  targets: number;
}

/**
 * Who mostly asks for what is not there, and moves on: many servers, and services on them that answered no one. What
 * another client got an answer from counts as alive, so one lossy path makes no scanner.
 *
 * @returns ascending by workload
 */
export function findScanners(evidence: Evidence, { notScanner, scanners }: Constraints = UNCONSTRAINED): Scanner[] {
  const { managed, isManaged, uses } = evidence;
  const isDead = deadTargets(evidence);
  const window = uses.reduce((most, { hours }) => Math.max(most, hours), 0);
  const trials = new Map<number, Trial>();
  for (const use of uses) {
    let of = trials.get(use.client);
    if (!of) trials.set(use.client, (of = { servers: new Set(), services: new Set(), hours: [], targets: 0 }));
    of.servers.add(use.server);
    of.services.add(use.service);
    of.targets++;
    if (isDead(use)) of.hours.push(use.hours);
  }
  const found = [...trials].filter(([workload, { servers, targets, hours }]) => {
    if (notScanner.has(workload) || scanners.has(workload)) return false;
    if (servers.size < LEAST_SERVERS || targets < LEAST_TARGETS || hours.length < LEAST_DEAD * targets) return false;
    return window < LEAST_WINDOW_HOURS || median(hours) <= MOST_HOURS * window;
  });
  const many = found.length > Math.max(1, MOST_SCANNERS * trials.size);
  const told: Scanner[] = [...scanners].map((workload) => ({
    workload,
    confidence: 1,
    reasons: [{ text: 'confirmed as a scanner', weight: 1 }, ...describe(trials.get(workload))],
  }));
  const seen: Scanner[] = (many ? [] : found).map(([workload, trial]) => {
    const reasons = describe(trial);
    if (isManaged(workload) && trial.servers.size >= ESTATE_WIDE * managed.length) {
      reasons.push({ text: 'gets around as an authorised vulnerability scanner does', weight: 0.2 });
      reasons.push({
        text: 'a host that was broken into and sweeps looks the same: only its owner can say',
        weight: -0.2,
      });
    }
    return { workload, confidence: trial.hours.length / trial.targets, reasons };
  });
  return [...told, ...seen].sort((a, b) => a.workload - b.workload);
}

function describe(trial: Trial | undefined): Reason[] {
  if (!trial) return [];
  const { servers, services, hours, targets } = trial;
  const text = `asked ${servers.size} workloads for ${services.size} services, ${targets} pairs in all, of which ${hours.length} answered nobody`;
  return [{ text, weight: hours.length / targets }];
}

/** What nobody got an answer from, and not many datagrams are sent to. */
function deadTargets({ uses, services, workloads }: Evidence): (use: Use) => boolean {
  const target = ({ server, service }: Use) => server * services.length + service;
  const alive = new Set<number>();
  const wanted = new Map<number, number>();
  for (const use of uses) {
    if (use.answered) alive.add(target(use));
    else if (services[use.service]?.service.protocol !== PROTOCOL.tcp && workloads[use.client]?.kind !== 'external')
      wanted.set(target(use), (wanted.get(target(use)) ?? 0) + 1);
  }
  return (use) => !alive.has(target(use)) && (wanted.get(target(use)) ?? 0) < WANTED_BY;
}
