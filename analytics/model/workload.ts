/**
 * - `managed`: in the inventory, or, without any inventory, inside the estate's networks.
 * - `unknown`: inside the estate's networks but not in the inventory.
 * - `external`: everything else, one workload per named external network or per address.
 */
export type WorkloadKind = 'managed' | 'unknown' | 'external';

/**
 * - `vip`: an address that hands on to others: a load balancer's, a Kubernetes service's.
 * - `appliance`: a router, a firewall, a NAT gateway: it forwards for others.
 */
export type WorkloadType = 'host' | 'pod' | 'vip' | 'appliance' | 'network';

export interface Workload {
  /** Stable: the inventory's name, or the canonical address. */
  readonly id: string;
  readonly name: string;
  readonly kind: WorkloadKind;
  /** Canonical address text, sorted. */
  readonly addresses: readonly string[];
  /** `role`, `app`, `env` and `loc` are well known. */
  readonly labels: Readonly<Record<string, string>>;
  /** `host` where nobody says. */
  readonly type?: WorkloadType;
  /** Of a virtual address: ids of the workloads behind it, sorted. */
  readonly pool?: readonly string[];
  /** Of what is not in the inventory: DNS names its addresses were seen under, most frequent first. */
  readonly names?: readonly string[];
  /** Who was logged on to its addresses in the window, seen most often first; at most twenty. */
  readonly users?: readonly string[];
}
