import { leastShare } from '../noise/confidence';
import type { PortLife } from './port-lives';

export type Life = Pick<PortLife, 'port' | 'first' | 'last' | 'hours'>;

const HOUR = 3_600;
/** Ports that one server in a hundred listens on at most (479 on the labelled networks): so many may all be fixed. */
export const MANY_FIXED = 479;
/** Births at as many different hours: a new application opens its ports at once. */
const LEAST_BIRTHS = 5;
/** A port used in half of the hours of its life, and of at least three, would not fall silent by chance for six more. */
const DENSE = 0.5;
const LEAST_HOURS = 3;
const SILENT = 6;
/** What lives longer than this share of what its server does is fixed. */
const FIXED = 0.5;

/** What speaks for ports being drawn anew rather than fixed. */
export interface Wander {
  /** 0 to 1. */
  readonly confidence: number;
  readonly leastPool: number;
  /** Different hours in which a port was born. */
  readonly births: number;
  readonly reason: string;
}

interface Serving {
  readonly from: number;
  readonly to: number;
}

/**
 * Whether ports come and go, as brokers, containers and jobs draw them. Two tests, of which the surer counts:
 *
 * - Ports never come back. Of ports seen in the first half of a server's time, a fixed set would show many again in the
 *   second. Capture and recapture (Lincoln 1930) bounds the size of the set they are from: above what any server
 *   listens on, they are drawn from a range.
 * - One follows another. Ports in steady use fall silent, others appear, hour by hour and not all at once.
 *
 * @param free without those that last
 * @param servers whose ports these are, where each may have fixed ones of its own
 */
export function wanderOf(free: readonly Life[], serving: Serving, servers = 1): Wander {
  const manyFixed = MANY_FIXED * servers;
  const leastPool = poolOf(free, (serving.from + serving.to) / 2);
  const births = birthsOf(free, serving);
  const replaced = births.size >= LEAST_BIRTHS ? leastShare(births.ports, free.length) : 0;
  const confidence = Math.max(1 - manyFixed / Math.max(manyFixed, leastPool), replaced);
  const steady =
    births.size >= LEAST_BIRTHS
      ? `${births.ports} of ${free.length} ports were in steady use for a while and never again, new ones beginning in ${births.size} different hours`
      : '';
  const drawn =
    leastPool > manyFixed
      ? `so few of ${free.length} ports came back that they are drawn from at least ${Math.round(leastPool)}`
      : '';
  return {
    confidence,
    leastPool: Math.round(leastPool),
    births: births.size,
    reason: [drawn, steady].filter(Boolean).join('; ') || `${free.length} ports, and nothing that shows they are fixed`,
  };
}

/** Whether a port was in use for so much of what its server does that it is fixed. */
export function lasts(life: Life, serving: Serving): boolean {
  return isSteady(life) && life.last - life.first >= Math.max(HOUR, serving.to - serving.from) * FIXED;
}

function isUnbroken({ first, last, hours }: Life): boolean {
  return hours >= DENSE * ((last - first) / HOUR);
}

function isSteady(life: Life): boolean {
  return life.hours >= LEAST_HOURS && isUnbroken(life);
}

/** Lower end of the 95 % interval for the number of ports there are to be seen; 0 where one half shows none. */
function poolOf(free: readonly Life[], middle: number): number {
  // What is in use all the way across the middle is one long life and no return.
  const telling = free.filter((life) => !(isUnbroken(life) && life.first < middle && life.last >= middle));
  const before = telling.filter(({ first }) => first < middle).length;
  const after = telling.filter(({ last }) => last >= middle).length;
  const both = telling.filter(({ first, last }) => first < middle && last >= middle).length;
  // Of a Poisson count n at most n + 2√n + 3 are expected.
  return (before * after) / (both + 2 * Math.sqrt(both) + 3);
}

/** Ports in steady use that began or ended well within their server's time, and in how many hours they began. */
function birthsOf(free: readonly Life[], serving: Serving): { ports: number; size: number } {
  const replaced = free.filter(
    (life) => isSteady(life) && (life.first >= serving.from + SILENT * HOUR || life.last <= serving.to - SILENT * HOUR),
  );
  return { ports: replaced.length, size: new Set(replaced.map(({ first }) => Math.floor(first / HOUR))).size };
}
