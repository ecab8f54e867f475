import type { Estate } from '../../../fixtures/generate';
import type { Endpoint, Host } from '../../../fixtures/generate/model';
import { Random } from '../../../fixtures/generate/random';
import { parseAddress, parsePrefix } from '../../../ingest/kernel/ip';
import { PRIVATE_NETWORKS, within } from '../../inventory/networks';
import type { Workload, WorkloadKind } from '../../model/workload';
import { isAmong } from './coverage';
import type { HostTruth } from './truth';

const ESTATE = PRIVATE_NETWORKS.map(parsePrefix);

export interface CastOptions {
  readonly seed: number;
  /** Share of the managed hosts that the inventory knows. */
  readonly inventory: number;
  /** Whether the inventory gives names and labels, or names that say nothing. */
  readonly labelled: boolean;
}

/** The workloads of an estate, as an inventory and a directory would give them: numbers for endpoints. */
export class Cast {
  /** By number. */
  readonly workloads: Workload[] = [];
  /** Of those in the inventory. */
  readonly truth = new Map<string, Omit<HostTruth, 'placeable'>>();
  private readonly byHost = new Map<string, number>();
  private readonly byAddress = new Map<string, number>();
  private readonly byEndpoint = new Map<Endpoint, number>();

  constructor(
    estate: Estate,
    private readonly options: CastOptions,
  ) {
    // A replica's pods are one workload, as their controller is in the inventory.
    const hosts = estate.seats.flatMap((seat) => {
      const [first] = seat;
      return first?.endpoint.host?.managed
        ? [seat.flatMap(({ endpoint }) => (endpoint.host ? [endpoint.host] : []))]
        : [];
    });
    const named = hosts.map((holders) =>
      holders[0]?.placement === 'pod' ? holders.slice(0, 1) : [...new Set(holders)],
    );
    const serials = shuffled(named.flat().length, new Random(options.seed, estate.seed, 'serials'));
    for (const [at, host] of named.flat().entries()) this.add(host, serials[at] ?? 0);
    for (const [first, ...others] of hosts) {
      if (first?.placement !== 'pod') continue;
      for (const { id } of others) this.byHost.set(id, this.byHost.get(first.id) ?? 0);
    }
  }

  numberOf(endpoint: Endpoint): number {
    const known = this.byEndpoint.get(endpoint);
    if (known !== undefined) return known;
    const number = (endpoint.host ? this.byHost.get(endpoint.host.id) : undefined) ?? this.stranger(endpoint.address);
    this.byEndpoint.set(endpoint, number);
    return number;
  }

  isManaged(number: number): boolean {
    return this.workloads[number]?.kind === 'managed';
  }

  private add(host: Host, serial: number): void {
    if (this.byHost.has(host.id)) return;
    const { labelled, inventory, seed } = this.options;
    const id = `w${String(serial).padStart(5, '0')}`;
    const known = isAmong(inventory, seed, this.workloads.length, 1);
    const { name, role, application, environment, site } = host;
    const labels = { role, ...(application ? { app: application } : {}), env: environment, loc: site };
    this.byHost.set(
      host.id,
      this.push(
        { id, name: labelled ? name : id, addresses: host.addresses.slice(), labels: labelled ? labels : {} },
        known ? 'managed' : 'unknown',
      ),
    );
    if (!known) return;
    const deployment = application === null ? null : `${application}.${environment}`;
    this.truth.set(id, {
      application: deployment,
      tier: host.shared ?? `${deployment}.${host.tier}`,
      role: LANGUAGES.has(role) ? 'service' : role,
      shared: host.shared,
    });
  }

  private stranger(address: string): number {
    const inside = within(ESTATE, parseAddress(address));
    const id = inside || address.includes(':') ? address : address.replace(/\d+$/, '0/24');
    const known = this.byAddress.get(id);
    if (known !== undefined) return known;
    const number = this.push(
      { id, name: id, addresses: inside ? [address] : [], labels: {} },
      inside ? 'unknown' : 'external',
    );
    this.byAddress.set(id, number);
    return number;
  }

  private push(workload: Omit<Workload, 'kind'>, kind: WorkloadKind): number {
    return this.workloads.push({ ...workload, kind }) - 1;
  }
}

/** What a microservice is written in shows in nothing it does. */
const LANGUAGES = new Set(['go', 'node', 'jvm']);

function shuffled(count: number, random: Random): number[] {
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  for (let i = count - 1; i > 0; i--) {
    const j = random.int(0, i);
    [numbers[i], numbers[j]] = [numbers[j] ?? 0, numbers[i] ?? 0];
  }
  return numbers;
}
