import type { Connection, Estate } from '../../../fixtures/generate';
import type { LinkEdge } from '../../../fixtures/generate/link-edges';
import type { Link } from '../../../fixtures/generate/model';
import { SERVICES } from '../../../fixtures/generate/service';
import type { Cast } from './cast';
import { isAmong, type Coverage } from './coverage';
import type { SeenDependencies, Sighting } from './seen-dependencies';

const ONE_REPORTER = ['192.0.2.1'];

/** What passes the exporters of an estate, as far as they reach. */
export class EstateObserver {
  /** Ids of those that were seen with others of their application. */
  readonly placeable = new Set<string>();

  constructor(
    private readonly estate: Estate,
    private readonly cast: Cast,
    private readonly coverage: Coverage,
    private readonly seed: number,
    private readonly seen: SeenDependencies,
  ) {}

  edge(edge: LinkEdge): void {
    const { link, handedOut, failed } = edge;
    const client = this.cast.numberOf(edge.client);
    const server = this.cast.numberOf(edge.server);
    if (!this.sees(client, server)) return;
    const { exchange, port } = SERVICES[link.service];
    if (isOwn(link, this.estate)) this.place(client, server);
    const folded = handedOut && this.isFolded(server);
    const { connections, protocol, hours, first, last } = edge;
    const bytes = connections * (exchange.up + exchange.down);
    this.seen.add({
      client,
      server,
      protocol,
      port: edge.port,
      control: folded ? port : null,
      connections,
      established: connections - failed,
      denied: 0,
      packets: connections * Math.max(2, Math.ceil((exchange.up + exchange.down) / 1000)),
      bytes,
      hours,
      first,
      last,
    });
  }

  connection(connection: Connection): void {
    const { outcome, label } = connection;
    if (label.cause === 'broadcast') return;
    const client = this.cast.numberOf(connection.client);
    const server = this.cast.numberOf(connection.server);
    if (!this.sees(client, server)) return;
    this.seen.add({
      client,
      server,
      protocol: connection.protocol,
      port: connection.serverPort,
      control: null,
      connections: 1,
      established: outcome === 'answered' ? 1 : 0,
      denied: outcome === 'denied' ? 1 : 0,
      packets: connection.clientPackets + connection.serverPackets,
      bytes: connection.clientBytes + connection.serverBytes,
      hours: 1,
      first: connection.start,
      last: connection.end,
    });
  }

  stray(sighting: Sighting): void {
    if (this.sees(sighting.client, sighting.server)) this.seen.add(sighting);
  }

  reportersOf(client: number, server: number): readonly string[] {
    if (this.coverage.sensors === 1) return ONE_REPORTER;
    return [client, server]
      .filter((end) => this.hasSensor(end))
      .flatMap((end) => this.cast.workloads[end]?.addresses.slice(0, 1) ?? [])
      .sort();
  }

  private place(client: number, server: number): void {
    const [from = '', to = ''] = [client, server].map((number) => this.cast.workloads[number]?.id);
    const application = this.cast.truth.get(from)?.application ?? null;
    if (application === null || application !== this.cast.truth.get(to)?.application) return;
    this.placeable.add(from).add(to);
  }

  private sees(client: number, server: number): boolean {
    const { pairs, sensors } = this.coverage;
    return (
      (sensors === 1 || this.hasSensor(client) || this.hasSensor(server)) &&
      (pairs === 1 || isAmong(pairs, this.seed, client, server, 2))
    );
  }

  private hasSensor(end: number): boolean {
    return this.cast.isManaged(end) && isAmong(this.coverage.sensors, this.seed, end, 3);
  }

  private isFolded(server: number): boolean {
    return this.coverage.folded === 1 || isAmong(this.coverage.folded, this.seed, server, 4);
  }
}

/** Between tiers, not between whoever is managed. */
function isOwn({ clients, servers }: Link, { groups }: Estate): boolean {
  return groups.get(clients)?.kind === 'tier' && groups.get(servers)?.kind === 'tier';
}
