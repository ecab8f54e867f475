/** What people decided, by workload number. Every stage holds to it. */
export interface Constraints {
  /** The group a workload must be in: those of one id stay together, those of different ids apart. */
  readonly applicationOf: ReadonlyMap<number, string>;
  /** Within its application. */
  readonly tierOf: ReadonlyMap<number, string>;
  /** Confirmed shared services, by group id. */
  readonly sharedOf: ReadonlyMap<number, string>;
  /** What must not be taken for a shared service, or for a scanner. */
  readonly notShared: ReadonlySet<number>;
  readonly notScanner: ReadonlySet<number>;
}

export const UNCONSTRAINED: Constraints = {
  applicationOf: new Map(),
  tierOf: new Map(),
  sharedOf: new Map(),
  notShared: new Set(),
  notScanner: new Set(),
};
