import { hasPorts, PROTOCOL } from '../../ingest/kernel/port';
import type { Directory } from '../inventory';
import type { Conversation } from '../model/conversation';
import type { Dependency } from '../model/dependency';
import type { Service } from '../model/service';
import { controlPorts, type ControlOf } from './dynamic';

interface Gathering {
  client: string;
  server: string;
  conversations: Conversation[];
  control: number | undefined;
}

/**
 * Conversations between addresses to dependencies between workloads. Traffic to what is no host (multicast, broadcast)
 * and between addresses of one workload is left out: no rule can or need say it.
 *
 * @returns sorted by server, service, client
 */
export function findDependencies(conversations: readonly Conversation[], directory: Directory): Dependency[] {
  const distinct = acrossScopes(conversations);
  const controlOf = controlPorts(distinct);
  const gathered = new Map<string, Gathering>();
  for (const conversation of distinct) {
    const client = directory.resolve(conversation.client);
    const server = directory.resolve(conversation.server);
    if (client === undefined || server === undefined || client === server) continue;
    const control = controlOf(conversation);
    const key = `${server}\t${exactKey(conversation, control)}\t${client}`;
    const gathering = gathered.get(key);
    if (gathering) gathering.conversations.push(conversation);
    else gathered.set(key, { client, server, control, conversations: [conversation] });
  }
  return [...gathered].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, gathering]) => dependencyOf(gathering));
}

/**
 * Both ends of a connection may report it under scopes of their own (a router without one, the VPC at the other end).
 * While addresses are not resolved by scope, the fuller report stands for both: adding them up would count it twice.
 */
function acrossScopes(conversations: readonly Conversation[]): Conversation[] {
  const fullest = new Map<string, Conversation>();
  for (const conversation of conversations) {
    const { client, server, protocol, port, connections } = conversation;
    const key = `${client} ${server} ${protocol} ${port}`;
    const other = fullest.get(key);
    const fuller = other !== undefined && other.connections >= connections ? other : conversation;
    const reporters = other
      ? [...new Set([...other.reporters, ...conversation.reporters])].sort()
      : conversation.reporters;
    fullest.set(key, { ...fuller, reporters });
  }
  return [...fullest.values()];
}

function exactKey({ protocol, port }: Conversation, control: ReturnType<ControlOf>): string {
  return control === undefined ? `${protocol}/${String(port).padStart(5, '0')}` : `${protocol}/dynamic/${control}`;
}

function dependencyOf({ client, server, control, conversations }: Gathering): Dependency {
  const fold = (of: (conversation: Conversation) => number, join: (a: number, b: number) => number) =>
    conversations.map(of).reduce((a, b) => join(a, b));
  const sum = (of: (conversation: Conversation) => number) => fold(of, (a, b) => a + b);
  const ports = [...new Set(conversations.map(({ port }) => port))].sort((a, b) => a - b);
  const best = conversations.reduce((a, b) =>
    b.direction < a.direction || (b.direction === a.direction && b.confidence > a.confidence) ? b : a,
  );
  return {
    client,
    server,
    service: serviceOf(best.protocol, ports, control),
    ports,
    connections: sum(({ connections }) => connections),
    established: sum(({ established }) => established),
    denied: sum(({ denied }) => denied),
    packets: sum(({ clientPackets, serverPackets }) => clientPackets + serverPackets),
    bytes: sum(({ clientBytes, serverBytes }) => clientBytes + serverBytes),
    hours: fold(({ hours }) => hours, Math.max),
    firstSeen: fold(({ firstSeen }) => firstSeen, Math.min),
    lastSeen: fold(({ lastSeen }) => lastSeen, Math.max),
    direction: best.direction,
    confidence: best.confidence,
    reporters: [...new Set(conversations.flatMap(({ reporters }) => reporters))].sort(),
  };
}

function serviceOf(protocol: number, ports: readonly number[], control: number | undefined): Service {
  const [first = 0] = ports;
  if (control !== undefined)
    return { kind: 'dynamic', protocol, control, observed: { first, last: ports.at(-1) ?? first } };
  if (hasPorts(protocol)) return { kind: 'port', protocol, port: first };
  if (protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmp6)
    return { kind: 'icmp', protocol, type: first >> 8, code: first & 255 };
  return { kind: 'protocol', protocol };
}
