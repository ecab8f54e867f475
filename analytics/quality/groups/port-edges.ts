import type { Dependency } from '../../model/dependency';
import type { Service } from '../../model/service';

/** Hosts and services are numbered below these, so that client, server and service make one exact number. */
const MOST_HOSTS = 2 ** 17;
const MOST_SERVICES = 2 ** 19;
const PROTOCOLS = 256;
const SECONDS_PER_HOUR = 3_600;
const NOBODY: readonly string[] = [];

/** Who used which port of whom, summed over hours: numbers in columns, since there are millions. */
export class PortEdges {
  private readonly services: { readonly service: Service; readonly ports: readonly number[] }[] = [];
  private readonly serviceNumbers = new Map<number, number>();
  private readonly edges = new Map<number, number>();
  private readonly packets: number[] = [];
  private readonly hours: number[] = [];
  private readonly firstHours: number[] = [];
  private readonly lastHours: number[] = [];

  /**
   * Hours come in order.
   *
   * @throws RangeError over 131,072 hosts or 524,288 services
   */
  add(client: number, server: number, port: number, protocol: number, hour: number, packets: number): void {
    if (client === server) return;
    if (Math.max(client, server) >= MOST_HOSTS) throw new RangeError(`more than ${MOST_HOSTS} hosts`);
    const key = (this.serviceNumber(port, protocol) * MOST_HOSTS + client) * MOST_HOSTS + server;
    const edge = this.edges.get(key);
    if (edge === undefined) {
      this.edges.set(key, this.packets.length);
      this.packets.push(packets);
      this.hours.push(1);
      this.firstHours.push(hour);
      this.lastHours.push(hour);
      return;
    }
    this.packets[edge] = (this.packets[edge] ?? 0) + packets;
    if (this.lastHours[edge] !== hour) this.hours[edge] = (this.hours[edge] ?? 0) + 1;
    this.lastHours[edge] = hour;
  }

  /**
   * Packets stand for connections: nothing else was counted. Seconds from the first hour.
   *
   * @param hosts names by number
   */
  dependencies(hosts: readonly string[]): Dependency[] {
    return Array.from(this.edges, ([key, edge]) => {
      const ends = key % MOST_HOSTS ** 2;
      const used = this.services[Math.floor(key / MOST_HOSTS ** 2)];
      if (!used) throw new RangeError(`no service of edge ${key}`);
      const packets = this.packets[edge] ?? 0;
      return {
        client: hosts[Math.floor(ends / MOST_HOSTS)] ?? '',
        server: hosts[ends % MOST_HOSTS] ?? '',
        ...used,
        connections: Math.max(1, packets),
        established: Math.max(1, packets),
        denied: 0,
        packets,
        bytes: 0,
        hours: this.hours[edge] ?? 0,
        firstSeen: (this.firstHours[edge] ?? 0) * SECONDS_PER_HOUR,
        lastSeen: ((this.lastHours[edge] ?? 0) + 1) * SECONDS_PER_HOUR,
        direction: 1,
        confidence: 1,
        reporters: NOBODY,
      };
    });
  }

  private serviceNumber(port: number, protocol: number): number {
    const key = port * PROTOCOLS + protocol;
    const known = this.serviceNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.services.push({ service: { kind: 'port', protocol, port }, ports: [port] }) - 1;
    if (number >= MOST_SERVICES) throw new RangeError(`more than ${MOST_SERVICES} services`);
    this.serviceNumbers.set(key, number);
    return number;
  }
}
