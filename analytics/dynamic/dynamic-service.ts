import type { PortRange } from '../../ingest/kernel/port';

/** One service of a server whose port wanders. */
export interface DynamicService {
  readonly scope: string;
  readonly server: string;
  readonly protocol: number;
  /** The port that clients ask first; null where none is known. */
  readonly control: number | null;
  readonly observed: PortRange;
  /** Those observed, sorted. A fixed service may lie between them: the range alone does not say what belongs here. */
  readonly ports: readonly number[];
  readonly stability: {
    /** From a port's first use to its last: the median over ports. */
    readonly medianLifeHours: number;
    /** Share of the ports that were used on more than one day. */
    readonly onSeveralDays: number;
    /** Over the days since the first. */
    readonly newPortsPerDay: number;
  };
  readonly clients: number;
  /** 0 to 1. */
  readonly confidence: number;
  readonly reason: string;
  readonly evidence: Evidence;
}

export type Evidence =
  /** Of `uses` (a client's first use of a port) so many followed its use of the control port; `chance`: of other services. */
  | { readonly kind: 'control'; readonly uses: number; readonly tied: number; readonly chance: number }
  /** Where ports never come back: how many ports there must at least be, and in how many hours another was born. */
  | { readonly kind: 'wandering'; readonly leastPool: number; readonly births: number }
  /** Called from port 20 by a server it had asked on port 21. */
  | { readonly kind: 'ftp-data'; readonly callers: readonly string[] };

/** Below this, what was seen may as well be a server of many fixed services: it is for people to say. */
export const SURE = 0.5;
