import { confidenceOf } from '../noise/confidence';
import type { DynamicService } from './dynamic-service';
import { LEAST_PORTS, type ServerPorts } from './port-lives';
import { livesOf } from './stability';
import { lasts, wanderOf } from './wander';

/**
 * The ports of one server without a control port that come and go.
 *
 * @returns undefined where nothing wanders; a service of little confidence where it may
 */
export function wanderingService({
  scope,
  server,
  protocol,
  serving,
  ports,
  clients,
}: ServerPorts): DynamicService | undefined {
  const free = ports.filter((life) => life.control === 0 && !lasts(life, serving));
  if (free.length < LEAST_PORTS) return undefined;
  const { confidence, leastPool, births, reason } = wanderOf(free, serving);
  if (confidence === 0) return undefined;
  return {
    scope,
    server,
    protocol,
    control: null,
    ...livesOf(free),
    clients: clients.get(0) ?? 0,
    confidence: confidenceOf(confidence),
    reason,
    evidence: { kind: 'wandering', leastPool, births },
  };
}
