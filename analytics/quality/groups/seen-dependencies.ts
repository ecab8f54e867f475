import type { Dependency } from '../../model/dependency';
import type { Service } from '../../model/service';

/** Traffic between two workloads, by number. */
export interface Sighting {
  readonly client: number;
  readonly server: number;
  readonly protocol: number;
  readonly port: number;
  /** The control port of a wandering one that is recognised as such; null otherwise. */
  readonly control: number | null;
  readonly connections: number;
  readonly established: number;
  readonly denied: number;
  readonly packets: number;
  readonly bytes: number;
  readonly hours: number;
  /** Epoch ms. */
  readonly first: number;
  readonly last: number;
}

/** Workloads are numbered below this, so that client, server and service make one exact number. */
const MOST_WORKLOADS = 2 ** 17;

/** Sums sightings to dependencies, as `findDependencies` does conversations. */
export class SeenDependencies {
  private readonly gathered = new Map<number, Gathered>();
  private readonly services = new Map<number, number>();

  add(seen: Sighting): void {
    const { client, server, protocol, port, control } = seen;
    if (client === server) return;
    if (Math.max(client, server) >= MOST_WORKLOADS) throw new RangeError(`more than ${MOST_WORKLOADS} workloads`);
    const service = this.serviceNumber(protocol, control === null ? port : 65_536 + control);
    const key = (service * MOST_WORKLOADS + client) * MOST_WORKLOADS + server;
    const known = this.gathered.get(key);
    if (known) known.join(seen);
    else this.gathered.set(key, new Gathered(seen));
  }

  /** @param reportersOf who saw it, by workload number */
  dependencies(
    idOf: (workload: number) => string,
    reportersOf: (client: number, server: number) => readonly string[],
  ): Dependency[] {
    return Array.from(this.gathered.values(), (seen) =>
      seen.dependency(idOf(seen.client), idOf(seen.server), reportersOf(seen.client, seen.server)),
    );
  }

  private serviceNumber(protocol: number, port: number): number {
    const key = protocol * 2 ** 17 + port;
    const known = this.services.get(key);
    if (known !== undefined) return known;
    this.services.set(key, this.services.size);
    return this.services.size - 1;
  }
}

/** All sightings of one client, server and service. A class, because a million of them are made. */
class Gathered {
  readonly client: number;
  readonly server: number;
  private readonly protocol: number;
  private readonly control: number | null;
  private readonly port: number;
  private readonly others: Set<number> | null;
  private connections: number;
  private established: number;
  private denied: number;
  private packets: number;
  private bytes: number;
  private hours: number;
  private first: number;
  private last: number;

  constructor(seen: Sighting) {
    this.client = seen.client;
    this.server = seen.server;
    this.protocol = seen.protocol;
    this.control = seen.control;
    this.port = seen.port;
    this.others = seen.control === null ? null : new Set();
    this.connections = seen.connections;
    this.established = seen.established;
    this.denied = seen.denied;
    this.packets = seen.packets;
    this.bytes = seen.bytes;
    this.hours = seen.hours;
    this.first = seen.first;
    this.last = seen.last;
  }

  join(seen: Sighting): void {
    this.others?.add(seen.port);
    this.connections += seen.connections;
    this.established += seen.established;
    this.denied += seen.denied;
    this.packets += seen.packets;
    this.bytes += seen.bytes;
    this.hours = Math.max(this.hours, seen.hours);
    this.first = Math.min(this.first, seen.first);
    this.last = Math.max(this.last, seen.last);
  }

  dependency(client: string, server: string, reporters: readonly string[]): Dependency {
    const ports = this.others ? [...this.others.add(this.port)].sort((a, b) => a - b) : [this.port];
    return {
      client,
      server,
      service: serviceOf(this.protocol, this.control, ports),
      ports,
      connections: this.connections,
      established: this.established,
      denied: this.denied,
      packets: this.packets,
      bytes: this.bytes,
      hours: this.hours,
      firstSeen: Math.floor(this.first / 1000),
      lastSeen: Math.floor(this.last / 1000),
      direction: 2,
      confidence: 0.97,
      reporters,
    };
  }
}

function serviceOf(protocol: number, control: number | null, ports: readonly number[]): Service {
  const [first = 0] = ports;
  if (control !== null) return { kind: 'dynamic', protocol, control, observed: { first, last: ports.at(-1) ?? first } };
  return protocol === 1
    ? { kind: 'icmp', protocol, type: first >> 8, code: first & 255 }
    : { kind: 'port', protocol, port: first };
}
