/** What people decided, by workload number. Every stage holds to it. */
export interface Constraints {
  /** The group a workload must be in: those of one id stay together, those of different ids apart. */
  readonly applicationOf: ReadonlyMap<number, string>;
  /** Of the groups in `applicationOf`, by id, where any of their workloads is in one. */
  readonly environmentOf: ReadonlyMap<string, string>;
  /** Within its application. */
  readonly tierOf: ReadonlyMap<number, string>;
  /** Who provides a shared service by people's word, by group id. */
  readonly sharedOf: ReadonlyMap<number, string>;
  /** What must not be taken for a shared service, or for a scanner. */
  readonly notShared: ReadonlySet<number>;
  readonly notScanner: ReadonlySet<number>;
  /** Confirmed scanners. */
  readonly scanners: ReadonlySet<number>;
  /** Who was moved to its application, split off or merged in: it does not stand for it. */
  readonly uprooted: ReadonlySet<number>;
  /** Who is held in an application whose others are away: it waits for them, and is no reason to take others for them. */
  readonly stranded: ReadonlySet<number>;
  /**
   * The surest members, otherwise free, of groups that somebody was put into, by group id: whoever joins a group finds it
   * where they are, and they themselves may leave it.
   */
  readonly anchors: {
    readonly application: ReadonlyMap<number, string>;
    readonly tier: ReadonlyMap<number, string>;
    /** They stand for the service as long as the traffic says that they provide one. */
    readonly shared: ReadonlyMap<number, string>;
  };
}

export const UNCONSTRAINED: Constraints = {
  applicationOf: new Map(),
  environmentOf: new Map(),
  tierOf: new Map(),
  sharedOf: new Map(),
  notShared: new Set(),
  notScanner: new Set(),
  scanners: new Set(),
  uprooted: new Set(),
  stranded: new Set(),
  anchors: { application: new Map(), tier: new Map(), shared: new Map() },
};
