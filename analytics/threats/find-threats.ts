import type { Prefix } from '../../ingest/kernel/ip';
import type { Store } from '../../ingest/store';
import { wholeWindow } from '../conversations';
import { digest } from '../group/history/identity';
import type { Inventory } from '../inventory';
import type { Topology, Window } from '../model/topology';
import { estateNetworks, findNoise, findSlowScansIn } from '../noise';
import { castOf } from './cast';
import { crownJewels, type JewelMark } from './crown-jewels';
import type { Detector, Scene } from './detector';
import type { Detection, Outcome, ThreatFinding, ThreatKind } from './finding';
import { DETECTORS } from './registry';
import { servingDuties } from './serving';

export interface ThreatDeps {
  readonly store: Store;
  readonly inventory: Pick<Inventory, 'directory'>;
  /** Prefixes that are ours. */
  readonly networks: readonly Prefix[];
  /** What the last analysis found; without it roles are known from the inventory and from what was seen served. */
  readonly topology?: Topology | undefined;
  readonly marks?: readonly JewelMark[] | undefined;
}

/** What one detector has to say of a window. */
export interface DetectorReport extends Omit<Outcome, 'detections'> {
  readonly detector: ThreatKind;
  readonly findings: number;
}

export interface Threats {
  readonly window: Window;
  /** By detector, the worst of each first. */
  readonly findings: readonly ThreatFinding[];
  readonly detectors: readonly DetectorReport[];
}

/** How far back scans of a few targets a day are looked for: a month of one a day is thirty. */
const SLOW_DAYS = 30;

/**
 * What in a window of conversations (end exclusive) somebody should look at, each detector in turn. All that is kept of
 * the time before it is what is held to be usual.
 */
export async function findThreats(
  window: Window,
  deps: ThreatDeps,
  detectors: readonly Detector[] = DETECTORS,
): Promise<Threats> {
  const scene = await setScene(window, deps);
  const reports: DetectorReport[] = [];
  const findings = new Map<string, ThreatFinding>();
  for (const { name, detect } of detectors) {
    const { detections, ...said } = await detect(scene);
    for (const detection of detections) {
      const finding = named(detection);
      findings.set(finding.id, finding);
    }
    reports.push({ detector: name, findings: detections.length, ...said });
  }
  return { window, findings: [...findings.values()], detectors: reports };
}

async function setScene(window: Window, { store, inventory, networks, topology, marks }: ThreatDeps): Promise<Scene> {
  const since = Math.min((await wholeWindow(store))?.from ?? window.from, window.from);
  const estate = estateNetworks(networks);
  const directory = await inventory.directory({ from: since, to: window.to });
  const serving = await servingDuties(store, window);
  const cast = castOf(directory, { topology, estate, serving });
  const jewels = crownJewels(topology ?? { workloads: directory.workloads(), groups: [] }, marks, serving);
  const noise = await findNoise(store, window, networks);
  const long = { from: Math.max(since, window.to - SLOW_DAYS * 86_400), to: window.to };
  const slowScans = await findSlowScansIn(store, long);
  return { store, window, since, estate, cast, jewels, noise, slowScans };
}

function named({ key, ...detection }: Detection): ThreatFinding {
  return { id: `threat-${digest([detection.kind, ...key])}`, ...detection };
}
