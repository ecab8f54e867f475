import type { Store } from '../../ingest/store';
import type { Window } from '../model/topology';
import type { EstateNetworks } from '../noise/estate';
import type { Detected, Noise } from '../noise/finding';
import type { CrownJewels } from './crown-jewels';
import type { Outcome, ThreatKind } from './finding';
import type { Cast } from './cast';

/** What detectors look at. They read conversations and flows, and write nothing but tables that are gone afterwards. */
export interface Scene {
  readonly store: Store;
  /** Hours in which something new is looked for, epoch seconds, end exclusive. */
  readonly window: Window;
  /** The first hour there are conversations of: what lies between it and the window is what is held to be usual. */
  readonly since: number;
  readonly estate: EstateNetworks;
  readonly cast: Cast;
  readonly jewels: CrownJewels;
  /** What the window's noise is: scans are not looked for twice. */
  readonly noise: Noise;
  /** Slow scans of the weeks up to the window's end that went on in it. */
  readonly slowScans: Detected;
}

/** One way of recognising threats of one kind: SQL that aggregates, and a decision on what it answers. */
export interface Detector {
  readonly name: ThreatKind;
  detect(scene: Scene): Promise<Outcome>;
}

/** Findings of one detector that are kept: beyond, a person needs another remedy than a list. */
export const MOST_FINDINGS = 200;
