import { SURE, type DynamicService } from '../dynamic';
import type { Conversation } from '../model/conversation';

/** The control port of the service a conversation's wandering port belongs to, null for none; undefined: the port is exact. */
export type ControlOf = (conversation: Conversation) => number | null | undefined;

/** A port handed out to one client is the same service for every other. What is not sure enough keeps its exact ports. */
export function controlPorts(services: readonly DynamicService[]): ControlOf {
  const controls = new Map<string, number | null>();
  const ever = new Set<number>();
  for (const { scope, server, protocol, control, ports, confidence } of services) {
    if (control === null && confidence < SURE) continue;
    for (const port of ports) {
      controls.set(`${scope} ${server} ${protocol} ${port}`, control);
      ever.add(port);
    }
  }
  return ({ scope, server, protocol, port }) =>
    ever.has(port) ? controls.get(`${scope} ${server} ${protocol} ${port}`) : undefined;
}
