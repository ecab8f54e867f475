import { protocolName } from '../../ingest/kernel/port';
import { confidenceOf, leastShare } from '../noise/confidence';
import type { DynamicService } from './dynamic-service';
import type { PortLife, ServerPorts } from './port-lives';
import { livesOf } from './stability';

/** As if so many uses had been seen to follow the control port already: handing out ports is what it is registered for. */
const PRIOR = 2;
/** Where clients ask the control port all the time, time tells nothing; what is left is what the ports look like. */
const LEAST_CONFIDENCE = 0.3;

/** One service for each control port whose clients were given ports. */
export function tiedServices({ scope, server, protocol, ports, clients }: ServerPorts): DynamicService[] {
  const controls = [...new Set(ports.map(({ control }) => control))].filter((control) => control > 0);
  return controls
    .sort((a, b) => a - b)
    .map((control) => {
      const lives = ports.filter((port) => port.control === control);
      const sum = (of: (life: PortLife) => number) => lives.reduce((total, life) => total + of(life), 0);
      const [uses, tied] = [sum((life) => life.uses), sum((life) => life.tied)];
      const chance = lives[0]?.chance ?? 0;
      const beyond = (leastShare(tied + PRIOR, uses + PRIOR) - chance) / Math.max(1e-6, 1 - chance);
      return {
        scope,
        server,
        protocol,
        control,
        ...livesOf(lives),
        clients: clients.get(control) ?? 0,
        confidence: confidenceOf(Math.max(LEAST_CONFIDENCE, beyond)),
        reason:
          `${tied} of ${uses} first uses of ${lives.length === 1 ? '1 port' : `${lives.length} ports`} followed the same client's use of port ` +
          `${control} (${protocolName(protocol)}) within the hour; of its other services ${Math.round(chance * 100)} % do`,
        evidence: { kind: 'control', uses, tied, chance },
      };
    });
}
