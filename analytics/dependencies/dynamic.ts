import type { Conversation } from '../model/conversation';
import { PROTOCOL } from '../../ingest/kernel/port';

/** Ports that hand out others: MS-RPC's endpoint mapper, FTP, portmap, Java RMI. */
const CONTROL_PORTS = [135, 21, 111, 1099] as const;

/**
 * IANA's dynamic range, which Windows draws MS-RPC ports from, and the ephemeral range below it that Linux services
 * draw from.
 */
const FIRST_DYNAMIC_PORT = 32768;

/** Which control port a conversation's wandering port belongs to, if any. */
export type ControlOf = (conversation: Conversation) => number | undefined;

/**
 * A high TCP port is dynamic when its client also used a control port of the same server in the window: that is how it
 * learned the number. Anything else keeps its exact port.
 */
export function controlPorts(conversations: readonly Conversation[]): ControlOf {
  const asked = new Map<string, number>();
  for (const control of [...CONTROL_PORTS].reverse()) {
    for (const { protocol, port, client, server, scope, established } of conversations) {
      if (protocol === PROTOCOL.tcp && port === control && established > 0)
        asked.set(`${scope} ${client} ${server}`, control);
    }
  }
  return ({ protocol, port, scope, client, server }) =>
    protocol === PROTOCOL.tcp && port >= FIRST_DYNAMIC_PORT ? asked.get(`${scope} ${client} ${server}`) : undefined;
}
