import type { Connection } from '../../../fixtures/generate';
import { PROTOCOL } from '../../../ingest/kernel/port';

/** A port-differentiated edge: client and server are numbers of hosts. */
export interface Edge {
  readonly client: number;
  readonly server: number;
  /** IANA number. */
  readonly protocol: number;
  readonly port: number;
  readonly hours: Set<number>;
  packets: number;
}

// Taken once: jest looks every global up through an interceptor.
const { floor } = Math;

const HOUR = 3_600_000;
/** Addresses are numbered below this, so that client, server, port and protocol make one exact number. */
const MOST_HOSTS = 2 ** 17;

/** Who used which port of whom in which hour: the form in which the labelled networks are published. */
export class HourlyEdges {
  /** Names of hosts by number. */
  readonly hosts: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly byKey = new Map<number, Edge>();

  /** @param start epoch ms of hour 0 */
  static of(connections: Iterable<Connection>, start: number): HourlyEdges {
    const found = new HourlyEdges();
    for (const connection of connections) {
      const { client, server, protocol, serverPort, clientPackets, serverPackets, outcome } = connection;
      if (outcome !== 'answered' && outcome !== 'one-way') continue;
      const hour = floor((connection.start - start) / HOUR);
      found.add(client.address, server.address, serverPort, protocol, hour, clientPackets + serverPackets);
    }
    return found;
  }

  add(client: string, server: string, port: number, protocol: number, hour: number, packets: number): void {
    const from = this.numberOf(client);
    const to = this.numberOf(server);
    const key = ((from * MOST_HOSTS + to) * 65_536 + port) * 4 + protocolNumber(protocol);
    let edge = this.byKey.get(key);
    if (!edge) {
      edge = { client: from, server: to, protocol, port, hours: new Set(), packets: 0 };
      this.byKey.set(key, edge);
    }
    edge.hours.add(hour);
    edge.packets += packets;
  }

  get edges(): readonly Edge[] {
    return [...this.byKey.values()];
  }

  private numberOf(host: string): number {
    const known = this.numbers.get(host);
    if (known !== undefined) return known;
    const number = this.hosts.push(host) - 1;
    if (number >= MOST_HOSTS) throw new RangeError(`more than ${MOST_HOSTS} hosts`);
    this.numbers.set(host, number);
    return number;
  }
}

function protocolNumber(protocol: number): number {
  return protocol === PROTOCOL.tcp ? 1 : protocol === PROTOCOL.udp ? 2 : 0;
}
