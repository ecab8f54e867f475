/**
 * How we know who the client is, best first (design: "Who is the client?"). 2, learned listeners, is reserved.
 * A rule never rests on 6 alone.
 */
export const DIRECTION_LEVELS = {
  stated: 1,
  listener: 2,
  registry: 3,
  ephemeral: 4,
  fanIn: 5,
  lowerPort: 6,
} as const;

export type DirectionLevel = 1 | 2 | 3 | 4 | 5 | 6;

/** Who used which service of whom over a window: the sum of the hourly rows of the `conversations` table. */
export interface Conversation {
  /** VRF, VPC or tenant; '' where the source has none. */
  readonly scope: string;
  /** Canonical address text. */
  readonly client: string;
  readonly server: string;
  /** IANA number. */
  readonly protocol: number;
  /** The server's port; for ICMP `type * 256 + code`; 0 for protocols without ports. */
  readonly port: number;
  /** Distinct client ports and source flows counted together, after stitching and de-duplication. */
  readonly connections: number;
  readonly clientPackets: number;
  readonly serverPackets: number;
  readonly clientBytes: number;
  readonly serverBytes: number;
  /** Hours with traffic. */
  readonly hours: number;
  /** Epoch seconds. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly direction: DirectionLevel;
  /** 0 to 1. */
  readonly confidence: number;
  /** Connections that were answered; the rest were refused, dropped or never completed. */
  readonly established: number;
  /** Connections that a firewall on the way reported as denied. */
  readonly denied: number;
  /** Exporters that saw it, canonical address text, sorted. */
  readonly reporters: readonly string[];
}
