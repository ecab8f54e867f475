import type { Prefix } from '../../ingest/kernel/ip';
import type { Store } from '../../ingest/store';
import type { Window } from '../model/topology';
import { findBroadcasts } from './broadcasts';
import { withContacts } from './contacts';
import { findDeadAddresses } from './dead-addresses';
import { estateNetworks, mapped } from './estate';
import type { Detected, Noise, NoiseFinding, NoiseMark, OwnUse } from './finding';
import { findBackground, findBackscatter } from './internet';
import { keyOf } from './labels';
import { findOwnUses } from './own-use';
import { findHorizontalScans, findVerticalScans } from './scans';
import { findSlowScans } from './slow-scans';

/** Bound as parameters; beyond, the busiest are enough. */
const MOST_SCANNERS = 5_000;

/**
 * What in the conversations of a window (end exclusive) is noise, and why. In the order of the tests, each of which
 * takes what is left: what an address is by its number needs no statistics; a scanner's probes of dead addresses are
 * its doing and not the addresses'; strangers are many, so that what one does is only looked at once it scans.
 *
 * @param networks prefixes that are ours: strangers are everybody else
 */
export async function findNoise(store: Store, window: Window, networks: readonly Prefix[]): Promise<Noise> {
  const estate = estateNetworks(networks);
  const broadcasts = await findBroadcasts(store, window, estate);
  const { scans, scanners, ownUses } = await withContacts(store, window, (contacts) => findScans(store, contacts));
  const backscatter = await findBackscatter(store, window, estate);
  const background = await findBackground(store, window, estate);
  const isSilent = among(broadcasts.findings);
  const dead = only(await findDeadAddresses(store, window, estate, scanners), (finding) => !isSilent(finding));
  return { window, ...joined([broadcasts, ...scans, backscatter, background, dead]), ownUses };
}

/** Slow scans only: a few targets a day show in weeks, and not in the day that other tests are content with. */
export async function findSlowScansIn(store: Store, window: Window): Promise<Detected> {
  return withContacts(store, window, (contacts) => findSlowScans(store, contacts));
}

async function findScans(store: Store, contacts: string) {
  const fast = [await findHorizontalScans(store, contacts), await findVerticalScans(store, contacts)];
  const isFast = among(fast.flatMap(({ findings }) => findings));
  const slow = only(await findSlowScans(store, contacts), (finding) => !isFast(finding));
  const scans = [...fast, slow];
  const scanners = [...new Set(scans.flatMap(({ findings }) => findings.map(({ address }) => mapped(address))))];
  const bound = scanners.slice(0, MOST_SCANNERS);
  const ownUses = (await findOwnUses(store, contacts, bound)).filter(concerned(scans.flatMap(({ marks }) => marks)));
  return { scans, scanners: bound, ownUses };
}

/** Those that a mark would take for part of a scan. */
function concerned(marks: readonly NoiseMark[]): (use: OwnUse) => boolean {
  const keys = new Set(marks.map(({ scope, client, server, service }) => keyOf(scope, client, server, service)));
  return ({ scope, client, server, service }) =>
    keys.has(keyOf(scope, client, server, null)) || keys.has(keyOf(scope, client, null, service));
}

function among(findings: readonly NoiseFinding[]): (finding: NoiseFinding) => boolean {
  const known = new Set(findings.map(({ scope, address }) => `${scope} ${address}`));
  return ({ scope, address }) => known.has(`${scope} ${address}`);
}

function only({ findings, marks }: Detected, keep: (finding: NoiseFinding) => boolean): Detected {
  const kept = findings.filter(keep);
  const places = new Map(kept.map((finding, at) => [finding, at]));
  return {
    findings: kept,
    marks: marks.flatMap((mark) => {
      const of = findings[mark.finding];
      const finding = of && places.get(of);
      return finding === undefined ? [] : [{ ...mark, finding }];
    }),
  };
}

function joined(detected: readonly Detected[]): Detected {
  const findings: NoiseFinding[] = [];
  const marks: NoiseMark[] = [];
  for (const each of detected) {
    const before = findings.length;
    for (const finding of each.findings) findings.push(finding);
    for (const mark of each.marks) marks.push({ ...mark, finding: mark.finding + before });
  }
  return { findings, marks };
}
