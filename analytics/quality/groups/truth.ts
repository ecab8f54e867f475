/** Where a host belongs. */
export interface HostTruth {
  /** Application and environment (`shop.prod`); null for what several share. */
  readonly application: string | null;
  /** Unique in the network: `shop.prod.web`, `dns`. */
  readonly tier: string;
  /** What it does, in whatever application. */
  readonly role: string;
  /** The shared service it provides. */
  readonly shared: string | null;
  /** Whether traffic with others of its application was seen; without, nothing but labels can tell where it belongs. */
  readonly placeable: boolean;
}

/** By workload id; those that it does not have are not scored. */
export type Truth = ReadonlyMap<string, HostTruth>;
