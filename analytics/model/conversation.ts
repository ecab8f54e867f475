/**
 * How we know who the client is, best first (design: "Who is the client?").
 * A rule never rests on 6 alone.
 */
export const DIRECTION_LEVELS = {
  stated: 1,
  listener: 2,
  registry: 3,
  ephemeral: 4,
  behaviour: 5,
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
  /** Connections that were answered and completed. */
  readonly established: number;
  /** Connections that the server reset instead of accepting. */
  readonly refused: number;
  /** Connections of which nothing came back. */
  readonly unanswered: number;
  /** TCP connections that the server accepted and the client never completed. */
  readonly halfOpen: number;
  /** Connections that a firewall on the way reported as denied. */
  readonly denied: number;
  /** Exporters that saw it, canonical address text, sorted. */
  readonly reporters: readonly string[];
  /** As of when the ends' addresses are to be resolved, epoch seconds: the same address is one row per owner. */
  readonly clientAsOf: number;
  readonly serverAsOf: number;
}
