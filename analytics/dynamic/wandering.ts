import { confidenceOf, leastShare } from '../noise/confidence';
import type { DynamicService } from './dynamic-service';
import { LEAST_PORTS, type PortLife, type ServerPorts } from './port-lives';
import { livesOf } from './stability';

const HOUR = 3_600;
/** Ports that one server in a hundred listens on at most (479 on the labelled networks): so many may all be fixed. */
const MANY_FIXED = 479;
/** Births at as many different hours: a new application opens its ports at once. */
const LEAST_BIRTHS = 5;
/** A port used in half of the hours of its life, and of at least three, would not fall silent by chance for six more. */
const DENSE = 0.5;
const LEAST_HOURS = 3;
const SILENT = 6;
/** What lives longer than this share of what its server does is fixed. */
const FIXED = 0.5;

/**
 * Ports without a control port that come and go, as brokers, containers and jobs draw them. Two tests, of which the
 * surer counts:
 *
 * - Ports never come back. Of ports seen in the first half of a server's time, a fixed set would show many again in the
 *   second. Capture and recapture (Lincoln 1930) bounds the size of the set they are from: above what any server
 *   listens on, they are drawn from a range.
 * - One follows another. Ports in steady use fall silent, others appear, hour by hour and not all at once.
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
  const lasting = Math.max(HOUR, serving.to - serving.from) * FIXED;
  const free = ports.filter((life) => life.control === 0 && !(isSteady(life) && life.last - life.first >= lasting));
  if (free.length < LEAST_PORTS) return undefined;
  const leastPool = poolOf(free, (serving.from + serving.to) / 2);
  const births = birthsOf(free, serving);
  const replaced = births.size >= LEAST_BIRTHS ? leastShare(births.ports, free.length) : 0;
  const confidence = Math.max(1 - MANY_FIXED / Math.max(MANY_FIXED, leastPool), replaced);
  if (confidence === 0) return undefined;
  const lives = livesOf(free);
  const steady =
    births.size >= LEAST_BIRTHS
      ? `${births.ports} of ${free.length} ports were in steady use for a while and never again, new ones beginning in ${births.size} different hours`
      : '';
  const drawn =
    leastPool > MANY_FIXED
      ? `so few of ${free.length} ports came back that they are drawn from at least ${Math.round(leastPool)}`
      : '';
  return {
    scope,
    server,
    protocol,
    control: null,
    ...lives,
    clients: clients.get(0) ?? 0,
    confidence: confidenceOf(confidence),
    reason: [drawn, steady].filter(Boolean).join('; ') || `${free.length} ports, and nothing that shows they are fixed`,
    evidence: { kind: 'wandering', leastPool: Math.round(leastPool), births: births.size },
  };
}

function isUnbroken({ first, last, hours }: PortLife): boolean {
  return hours >= DENSE * ((last - first) / HOUR);
}

function isSteady(life: PortLife): boolean {
  return life.hours >= LEAST_HOURS && isUnbroken(life);
}

/** Lower end of the 95 % interval for the number of ports there are to be seen; 0 where one half shows none. */
function poolOf(free: readonly PortLife[], middle: number): number {
  // What is in use all the way across the middle is one long life and no return.
  const telling = free.filter((life) => !(isUnbroken(life) && life.first < middle && life.last >= middle));
  const before = telling.filter(({ first }) => first < middle).length;
  const after = telling.filter(({ last }) => last >= middle).length;
  const both = telling.filter(({ first, last }) => first < middle && last >= middle).length;
  // Of a Poisson count n at most n + 2√n + 3 are expected.
  return (before * after) / (both + 2 * Math.sqrt(both) + 3);
}

/** Ports in steady use that began or ended well within their server's time, and in how many hours they began. */
function birthsOf(free: readonly PortLife[], serving: ServerPorts['serving']): { ports: number; size: number } {
  const replaced = free.filter(
    (life) => isSteady(life) && (life.first >= serving.from + SILENT * HOUR || life.last <= serving.to - SILENT * HOUR),
  );
  return { ports: replaced.length, size: new Set(replaced.map(({ first }) => Math.floor(first / HOUR))).size };
}
