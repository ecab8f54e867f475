import { sum, type Incidence, type Kind } from './incidence';

/** What days brought that no other day did: all that an estimate of the unseen rests on. */
export interface Rare {
  readonly days: number;
  /** Kinds seen on exactly one and on exactly two days. */
  readonly once: number;
  readonly twice: number;
  readonly kinds: number;
  /** Their connections over all days, and those of everything legitimate. */
  readonly onceConnections: number;
  readonly twiceConnections: number;
  readonly connections: number;
}

export function rareOf({ days, connections, kinds }: Incidence): Rare {
  let [once, twice, onceConnections, twiceConnections] = [0, 0, 0, 0];
  for (const { on, connections: of } of kinds) {
    if (on.length === 1) {
      once++;
      onceConnections += sum(of);
    } else if (on.length === 2) {
      twice++;
      twiceConnections += sum(of);
    }
  }
  return {
    days: days.length,
    once,
    twice,
    kinds: kinds.length,
    onceConnections,
    twiceConnections,
    connections: sum(connections),
  };
}

/**
 * The share of a coming day's connections that are of kinds no day had so far, days being alike.
 *
 * Leaving out one day in turn, the connections that only this day had are those of kinds seen once (Good 1953, by
 * incidence): U(T-1) = W1 / W without bias. Leaving out two: U(T-2) = (W1 + W2 / (T-1)) / W. What is unseen shrinks by
 * about the same factor from day to day, so U(T) = U(T-1)² / U(T-2). Where every kind has as many connections this is the
 * deficit of the coverage estimator of Chao and Jost (2012), whose argument it takes over. A kind that is new on the
 * first day of a week is still without a rule on its last, so the share of a coming week is expected to be the same.
 */
export function unseenShare({ days, onceConnections, twiceConnections, connections }: Rare): number {
  if (connections === 0 || onceConnections === 0) return 0;
  const left = ((days - 1) * onceConnections) / ((days - 1) * onceConnections + twiceConnections);
  return (onceConnections / connections) * left;
}

/** Kinds that are yet to be found: Chao2 (Chao 1987), in the form that needs no kind seen twice. */
export function undetected({ days, once, twice }: Rare): number {
  const part = days === 0 ? 0 : (days - 1) / days;
  return twice > 0 ? (part * once ** 2) / (2 * twice) : (part * once * (once - 1)) / 2;
}

/** Of those, how many so many further days would find (Colwell et al. 2012, equation 18). */
export function foundWithin(rare: Rare, further: number): number {
  const hidden = undetected(rare);
  if (hidden === 0) return 0;
  return hidden * (1 - (1 - rare.once / (rare.days * hidden + rare.once)) ** further);
}

/** Of each day, the share of its connections that are of kinds no other day had: how much days differ. */
export function ownShares({ connections, kinds }: Incidence): number[] {
  const own = connections.map(() => 0);
  for (const kind of kinds) if (kind.on.length === 1) addOwn(own, kind);
  return own.map((count, day) => (connections[day] === 0 ? 0 : count / (connections[day] ?? 1)));
}

function addOwn(own: number[], { on: [day = 0], connections: [count = 0] }: Kind): void {
  own[day] = (own[day] ?? 0) + count;
}
