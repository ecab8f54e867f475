import { hasPorts, PROTOCOL } from '../../ingest/kernel/port';
import type { DynamicService } from '../dynamic';
import type { Directory } from '../inventory';
import type { Conversation } from '../model/conversation';
import type { Dependency } from '../model/dependency';
import type { Service } from '../model/service';
import { acrossScopes, type Resolved } from './across-scopes';
import { controlPorts } from './dynamic';
import { orderBy, ranksOf } from '../graph/ranks';

/**
 * Conversations between addresses to dependencies between workloads. Traffic to what is no host (multicast, broadcast)
 * and between addresses of one workload is left out: no rule can or need say it.
 *
 * Takes time linear in conversations: what they have in common is numbered, and numbers are sorted by counting.
 *
 * @param dynamic services whose ports wander, in the same window
 * @returns sorted by server, service, client
 */
export function findDependencies(
  conversations: readonly Conversation[],
  directory: Directory,
  dynamic: readonly DynamicService[],
): Dependency[] {
  const distinct = acrossScopes(resolved(conversations, directory));
  const controlOf = controlPorts(dynamic);
  const codes = distinct.map(({ conversation }) => codeOf(conversation, controlOf(conversation)));
  const clients = ranksOf(distinct.map(({ client }) => client));
  const servers = ranksOf(distinct.map(({ server }) => server));
  const services = ranksOf(codes, keyOf);
  const order = orderBy(clients, services, servers);

  const found: Dependency[] = [];
  const portsOf = portLists();
  const servicesOf = new Map<number, Service>();
  for (let first = 0; first < order.length;) {
    const at = order[first] ?? 0;
    const { client, server } = distinct[at] as Resolved;
    const code = codes[at] ?? 0;
    const behind: Conversation[] = [];
    for (; first < order.length; first++) {
      const next = order[first] ?? 0;
      if (clients.ranks[next] !== clients.ranks[at] || servers.ranks[next] !== servers.ranks[at]) break;
      if (codes[next] !== code) break;
      behind.push((distinct[next] as Resolved).conversation);
    }
    const ports = portsOf(behind);
    let service = servicesOf.get(code);
    if (!service) {
      service = serviceOf(code, ports);
      // What was observed of a dynamic service differs from client to client.
      if (service.kind !== 'dynamic') servicesOf.set(code, service);
    }
    found.push(dependencyOf(client, server, service, ports, behind));
  }
  return found;
}

function resolved(conversations: readonly Conversation[], directory: Directory): Resolved[] {
  const found: Resolved[] = [];
  for (const conversation of conversations) {
    const { scope, clientAsOf, serverAsOf } = conversation;
    const client = directory.resolve(conversation.client, { scope, at: clientAsOf });
    const server = directory.resolve(conversation.server, { scope, at: serverAsOf });
    if (client !== undefined && server !== undefined && client !== server) found.push({ client, server, conversation });
  }
  return found;
}

const PORTS = 65_536;
/** What follows `DYNAMIC` in a code: the control port, or this for none. */
const NO_CONTROL = PORTS;
const DYNAMIC = 2 * PORTS;
const CODES = 4 * PORTS;

/** A service as a number: its protocol, and its port or the control port of those that wander. */
function codeOf({ protocol, port }: Conversation, control: number | null | undefined): number {
  return protocol * CODES + (control === undefined ? port : DYNAMIC + (control ?? NO_CONTROL));
}

/** What services are sorted by. */
function keyOf(code: number): string {
  const [protocol, rest] = [Math.floor(code / CODES), code % CODES];
  if (rest < DYNAMIC) return `${protocol}/${String(rest).padStart(5, '0')}`;
  return `${protocol}/dynamic/${rest - DYNAMIC === NO_CONTROL ? 'none' : rest - DYNAMIC}`;
}

function serviceOf(code: number, ports: readonly number[]): Service {
  const [protocol, rest] = [Math.floor(code / CODES), code % CODES];
  const [first = 0] = ports;
  if (rest >= DYNAMIC) {
    const control = rest - DYNAMIC === NO_CONTROL ? null : rest - DYNAMIC;
    return { kind: 'dynamic', protocol, control, observed: { first, last: ports.at(-1) ?? first } };
  }
  if (hasPorts(protocol)) return { kind: 'port', protocol, port: rest };
  if (protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmp6)
    return { kind: 'icmp', protocol, type: rest >> 8, code: rest & 255 };
  return { kind: 'protocol', protocol };
}

/** Distinct ports of some conversations, sorted; nearly always one, whose list is made once. */
function portLists(): (conversations: readonly Conversation[]) => readonly number[] {
  const single = new Map<number, readonly number[]>();
  return (conversations) => {
    const ports = new Set(conversations.map(({ port }) => port));
    if (ports.size > 1) return [...ports].sort((a, b) => a - b);
    const [port = 0] = ports;
    let list = single.get(port);
    if (!list) single.set(port, (list = [port]));
    return list;
  };
}

/** @param behind at least one */
function dependencyOf(
  client: string,
  server: string,
  service: Service,
  ports: readonly number[],
  behind: readonly Conversation[],
): Dependency {
  const [first, ...more] = behind as [Conversation, ...Conversation[]];
  const sums = {
    connections: first.connections,
    established: first.established,
    denied: first.denied,
    packets: first.clientPackets + first.serverPackets,
    bytes: first.clientBytes + first.serverBytes,
    hours: first.hours,
    firstSeen: first.firstSeen,
    lastSeen: first.lastSeen,
  };
  let best = first;
  for (const next of more) {
    sums.connections += next.connections;
    sums.established += next.established;
    sums.denied += next.denied;
    sums.packets += next.clientPackets + next.serverPackets;
    sums.bytes += next.clientBytes + next.serverBytes;
    sums.hours = Math.max(sums.hours, next.hours);
    sums.firstSeen = Math.min(sums.firstSeen, next.firstSeen);
    sums.lastSeen = Math.max(sums.lastSeen, next.lastSeen);
    if (next.direction < best.direction || (next.direction === best.direction && next.confidence > best.confidence))
      best = next;
  }
  const alike = more.every(({ reporters }) => reporters === first.reporters);
  return {
    client,
    server,
    service,
    ports,
    conversations: behind.length,
    ...sums,
    direction: best.direction,
    confidence: best.confidence,
    reporters: alike ? first.reporters : [...new Set(behind.flatMap(({ reporters }) => reporters))].sort(),
  };
}
