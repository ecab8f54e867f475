import type { DirectionLevel } from './conversation';
import type { Service } from './service';

/** One workload's use of one service of another: conversations with addresses resolved and wandering ports folded. */
export interface Dependency {
  /** Workload ids. */
  readonly client: string;
  readonly server: string;
  readonly service: Service;
  /** Server ports behind it, sorted; several only for a dynamic service. */
  readonly ports: readonly number[];
  /** Distinct client address, server address, protocol and port; missing where only services were counted. */
  readonly conversations?: number;
  readonly connections: number;
  readonly established: number;
  readonly denied: number;
  readonly packets: number;
  readonly bytes: number;
  /** The most hours any one conversation behind it was active. */
  readonly hours: number;
  /** Epoch seconds. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** The best level among its conversations, and that level's confidence. */
  readonly direction: DirectionLevel;
  readonly confidence: number;
  readonly reporters: readonly string[];
}
