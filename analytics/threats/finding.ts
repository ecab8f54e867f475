import type { Window } from '../model/topology';

/**
 * - `alert`: an intrusion detection raised one.
 * - `port-scan`: a workload of the estate tries what it has no use for; `scanned`: many services of one are tried.
 * - `first-administration`: an administration protocol between two workloads that never used it.
 * - `administration-spread`: a client administers many more in an hour than it ever did, most of them for the first time.
 * - `remote-execution`: share, endpoint mapper and a port it handed out, or a remote shell, as service control does it.
 * - `directory-replication`: no directory itself, it moves as much by RPC with a directory as replicas do.
 * - `crown-jewel`: a workload uses a service of a crown jewel that neither it nor its peers used before.
 * - `beacon`: a client calls one server at regular intervals with little to say.
 * - `volume`: a workload sends more than it ever did.
 * - `dns-tunnel`: data in the names that are asked for; `generated-names`: domains no person thought of.
 */
export const THREAT_KINDS = [
  'alert',
  'port-scan',
  'scanned',
  'first-administration',
  'administration-spread',
  'remote-execution',
  'directory-replication',
  'crown-jewel',
  'beacon',
  'volume',
  'dns-tunnel',
  'generated-names',
] as const;
export type ThreatKind = (typeof THREAT_KINDS)[number];

export const SEVERITIES = ['low', 'medium', 'high'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Somebody a finding is about, as the inventory had it at the time. */
export interface Involved {
  /** Workload id. */
  readonly workload: string;
  readonly name: string;
  /** `source`: whose doing it is; `target`: to whom it was done. */
  readonly part: 'source' | 'target';
  readonly managed: boolean;
  /** Canonical text, of those seen in it, sorted. */
  readonly addresses: readonly string[];
}

/** Of MITRE ATT&CK, where it is plain which one it is. */
export interface Technique {
  /** `T1046` */
  readonly id: string;
  readonly name: string;
}

/** What a detector has to say, before it is told from what others said. */
export interface Detection {
  readonly kind: ThreatKind;
  /** What makes it the same finding when it is found again: nothing of it may depend on the window. */
  readonly key: readonly (string | number)[];
  /** One line. */
  readonly words: string;
  /** Sources first. */
  readonly workloads: readonly Involved[];
  /** Epoch seconds, of the first and the last packet of it. */
  readonly seen: Window;
  readonly severity: Severity;
  readonly severityReason: string;
  /** 0 to 1, and what makes it so. */
  readonly confidence: number;
  readonly confidenceReason: string;
  /** With numbers. */
  readonly evidence: readonly string[];
  /** What `wayleave conversations` and `wayleave flows` take to show all that is behind it. */
  readonly filter: string;
  readonly technique: Technique | null;
  /** What a person may do about it. */
  readonly response: string;
}

export interface ThreatFinding extends Omit<Detection, 'key'> {
  /** `threat-1f0c9d2ab3e4`: the same in every run that finds it. */
  readonly id: string;
}

/** What one detector made of a window. */
export interface Outcome {
  readonly detections: readonly Detection[];
  /** Found beyond what is kept. */
  readonly more: number;
  /** What it saw and held to be ordinary, and why: the most frequent first. */
  readonly excused: readonly Excuse[];
  /** Why it could not judge; null where it did. */
  readonly unjudged: string | null;
}

export interface Excuse {
  readonly reason: string;
  readonly count: number;
}
