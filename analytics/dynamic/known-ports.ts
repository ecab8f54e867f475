import { SERVICE_PORTS } from '../services';

/** `protocol * 65536 + port` of what the registry knows: a service of its own, whoever else uses the server. */
export function knownPorts(): number[] {
  return SERVICE_PORTS.registered.map(({ protocol, port }) => protocol * 65536 + port);
}
