import type { Dependency } from '../../../analytics/model/dependency';
import { seededRng } from '../../../analytics/graph/random';
import type { Judge } from './judge';

/** One server's part in the figures: servers are what is drawn anew for the intervals. */
export interface ServerTally {
  uses: number;
  denied: number;
  packets: number;
  deniedPackets: number;
  /** Attackers times ports it was seen serving, and those of them that are let through. */
  possible: number;
  open: number;
}

export interface Figures {
  readonly denied: number;
  readonly deniedPackets: number;
  readonly surface: number;
}

export type Interval = readonly [low: number, high: number];

const RESAMPLES = 1_000;

/**
 * @param test distinct client, server, protocol and port
 * @param served what there is to be attacked, distinct server, protocol and port
 * @param attackers how many others could
 */
export function tallyServers(
  judge: Judge,
  test: readonly Dependency[],
  served: readonly Dependency[],
  attackers: number,
): ServerTally[] {
  const tallies = new Map<string, ServerTally>();
  const of = (server: string): ServerTally => {
    const tally = tallies.get(server) ?? { uses: 0, denied: 0, packets: 0, deniedPackets: 0, possible: 0, open: 0 };
    tallies.set(server, tally);
    return tally;
  };
  for (const use of test) {
    const tally = of(use.server);
    tally.uses++;
    tally.packets += use.packets;
    if (judge.admits(use)) continue;
    tally.denied++;
    tally.deniedPackets += use.packets;
  }
  for (const target of served) {
    const tally = of(target.server);
    tally.possible += attackers;
    tally.open += judge.openTo(target);
  }
  return [...tallies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tally]) => tally);
}

export function figuresOf(tallies: readonly ServerTally[]): Figures {
  const sum = (of: keyof ServerTally) => tallies.reduce((total, tally) => total + tally[of], 0);
  const share = (part: keyof ServerTally, whole: keyof ServerTally) => sum(part) / Math.max(1, sum(whole));
  return {
    denied: share('denied', 'uses'),
    deniedPackets: share('deniedPackets', 'packets'),
    surface: share('open', 'possible'),
  };
}

/** Bounds of the middle 95 % of each figure over resampled servers. */
export function intervalsOf(tallies: readonly ServerTally[]): Readonly<Record<keyof Figures, Interval>> {
  const rng = seededRng(1);
  const draws = Array.from({ length: RESAMPLES }, () =>
    figuresOf(tallies.flatMap(() => tallies[Math.floor(rng() * tallies.length)] ?? [])),
  );
  const bounds = (figure: keyof Figures): Interval => {
    const sorted = draws.map((draw) => draw[figure]).sort((a, b) => a - b);
    return [sorted[Math.floor(0.025 * RESAMPLES)] ?? 0, sorted[Math.floor(0.975 * RESAMPLES)] ?? 0];
  };
  return { denied: bounds('denied'), deniedPackets: bounds('deniedPackets'), surface: bounds('surface') };
}
