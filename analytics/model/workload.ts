/**
 * - `managed`: in the inventory, or, without any inventory, inside the estate's networks.
 * - `unknown`: inside the estate's networks but not in the inventory.
 * - `external`: everything else, one workload per named external network or per address.
 */
export type WorkloadKind = 'managed' | 'unknown' | 'external';

export interface Workload {
  /** Stable: the inventory's name, or the canonical address. */
  readonly id: string;
  readonly name: string;
  readonly kind: WorkloadKind;
  /** Canonical address text, sorted. */
  readonly addresses: readonly string[];
  /** `role`, `app`, `env` and `loc` are well known. */
  readonly labels: Readonly<Record<string, string>>;
}
