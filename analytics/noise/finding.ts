import type { Window } from '../model/topology';

/**
 * - `multicast`, `broadcast`: to a group or to everybody on a link, where nobody is asked for an answer.
 * - `horizontal-scan`: one client tries a service on many addresses; `sweep` the same by ICMP echo.
 * - `vertical-scan`: one client tries many services of one address.
 * - `slow-scan`: the same a few at a time, over days.
 * - `backscatter`: answers to what somebody else sent in our name.
 * - `background`: strangers trying what nobody offers.
 * - `misdirected`: an address that never answers is asked again and again.
 */
export const NOISE_KINDS = [
  'multicast',
  'broadcast',
  'horizontal-scan',
  'sweep',
  'vertical-scan',
  'slow-scan',
  'backscatter',
  'background',
  'misdirected',
] as const;

export type NoiseKind = (typeof NOISE_KINDS)[number];

/** Traffic that no rule should come of, and why it is held to be that. */
export interface NoiseFinding {
  readonly kind: NoiseKind;
  readonly scope: string;
  /** Whose doing it is: the scanner; for the other kinds the address that is asked. */
  readonly address: string;
  /** At the other end: how many, and the first few. */
  readonly peers: number;
  readonly examples: readonly string[];
  /** Epoch seconds, of the first and the last packet. */
  readonly seen: Window;
  readonly connections: number;
  /** Share of what was tried that was answered. */
  readonly answered: number;
  /** 0 to 1. */
  readonly confidence: number;
  readonly reason: string;
}

/** Which conversations a finding is about; null is any. */
export interface NoiseMark {
  /** Index of the finding. */
  readonly finding: number;
  readonly scope: string;
  readonly client: string | null;
  readonly server: string | null;
  /** `protocol * 65536 + port` */
  readonly service: number | null;
  /** Only clients outside the estate. */
  readonly outsideOnly: boolean;
  /** Services that answer others, sorted: what failed there is only meant where a firewall denied it. */
  readonly alive: readonly number[];
  /** What was answered is meant too. */
  readonly answered: boolean;
}

/** A target of a scanner that it really uses: it is answered there also when it does not scan. */
export interface OwnUse {
  readonly scope: string;
  readonly client: string;
  readonly server: string;
  readonly service: number;
}

/** What was found in a window of conversations. */
export interface Noise {
  readonly window: Window;
  /** In the order of the tests, then most connections first. */
  readonly findings: readonly NoiseFinding[];
  readonly marks: readonly NoiseMark[];
  readonly ownUses: readonly OwnUse[];
}

/** One test's result: marks refer to the findings beside them. */
export type Detected = Pick<Noise, 'findings' | 'marks'>;

export function serviceNumber(protocol: number, port: number): number {
  return protocol * 65536 + port;
}
