import { hasPorts, PROTOCOL } from '../../ingest/kernel/port';
import type { DynamicService } from '../dynamic';
import type { Directory } from '../inventory';
import type { Conversation } from '../model/conversation';
import type { Dependency } from '../model/dependency';
import type { Service } from '../model/service';
import { controlPorts, type ControlOf } from './dynamic';

interface Gathering {
  client: string;
  server: string;
  conversations: Conversation[];
  control: number | null | undefined;
}

/**
 * Conversations between addresses to dependencies between workloads. Traffic to what is no host (multicast, broadcast)
 * and between addresses of one workload is left out: no rule can or need say it.
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
  const gathered = new Map<string, Gathering>();
  for (const { client, server, conversation } of distinct) {
    const control = controlOf(conversation);
    const key = `${server}\t${exactKey(conversation, control)}\t${client}`;
    const gathering = gathered.get(key);
    if (gathering) gathering.conversations.push(conversation);
    else gathered.set(key, { client, server, control, conversations: [conversation] });
  }
  return [...gathered].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, gathering]) => dependencyOf(gathering));
}

/** A conversation with the workloads its addresses belonged to. */
interface Resolved {
  readonly client: string;
  readonly server: string;
  readonly conversation: Conversation;
}

function resolved(conversations: readonly Conversation[], directory: Directory): Resolved[] {
  return conversations.flatMap((conversation) => {
    const { scope, clientAsOf, serverAsOf } = conversation;
    const client = directory.resolve(conversation.client, { scope, at: clientAsOf });
    const server = directory.resolve(conversation.server, { scope, at: serverAsOf });
    return client === undefined || server === undefined || client === server ? [] : [{ client, server, conversation }];
  });
}

/**
 * Both ends of a connection may report it under scopes of their own (a router without one, the VPC at the other end):
 * where addresses, workloads and times are the same, the fuller report stands for both.
 */
function acrossScopes(conversations: readonly Resolved[]): Resolved[] {
  const fullest = new Map<string, Resolved>();
  for (const found of conversations) {
    const { client, server, protocol, port, connections, reporters } = found.conversation;
    const key = [found.client, found.server, client, server, protocol, port].join(' ');
    const other = fullest.get(key);
    const sameScope = other?.conversation.scope === found.conversation.scope;
    if (other === undefined || sameScope) {
      fullest.set(sameScope ? `${key} ${fullest.size}` : key, found);
      continue;
    }
    const fuller = other.conversation.connections >= connections ? other : found;
    const both = [...new Set([...other.conversation.reporters, ...reporters])].sort();
    fullest.set(key, { ...fuller, conversation: { ...fuller.conversation, reporters: both } });
  }
  return [...fullest.values()];
}

function exactKey({ protocol, port }: Conversation, control: ReturnType<ControlOf>): string {
  return control === undefined
    ? `${protocol}/${String(port).padStart(5, '0')}`
    : `${protocol}/dynamic/${control ?? 'none'}`;
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

function serviceOf(protocol: number, ports: readonly number[], control: number | null | undefined): Service {
  const [first = 0] = ports;
  if (control !== undefined)
    return { kind: 'dynamic', protocol, control, observed: { first, last: ports.at(-1) ?? first } };
  if (hasPorts(protocol)) return { kind: 'port', protocol, port: first };
  if (protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmp6)
    return { kind: 'icmp', protocol, type: first >> 8, code: first & 255 };
  return { kind: 'protocol', protocol };
}
