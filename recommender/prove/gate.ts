import { seededRng } from '../../analytics/graph/random';
import type { Window } from '../../analytics/model/topology';
import { formatTime } from '../../ingest/kernel/time';
import { contentId } from '../model/identity';
import type { Policy } from '../model/policy';
import { addVolumes, NOTHING, shareOf, type PairTally, type Share, type Volume } from '../replay';
import { listWords } from '../propose/words';
import { blocksOf, middleOf, redraw, type Interval } from './bootstrap';
import type { Forecast } from './forecast';
import { sum } from './incidence';
import { LEAST_DAYS, wholeDays, type Split } from './splits';
import { percent } from './words';

/** What a draft may cost at most; 0 to 1 each. */
export interface Budgets {
  /** Of the legitimate connections and packets of days it was not made from, those it would deny. */
  readonly deniedConnections: number;
  readonly deniedPackets: number;
  /** Of what an intruder on a managed workload could reach without a policy, what stays open. */
  readonly surface: number;
}

/** What came of one split. */
export interface JudgedSplit extends Split {
  /** Whether the draft itself was judged, which was made from earlier days; otherwise what those days propose. */
  readonly itself: boolean;
  readonly rules: number;
  readonly legitimate: Volume;
  readonly denied: Share;
  /** 0 to 1. */
  readonly surface: number;
}

export interface Check {
  readonly name: 'denied-connections' | 'denied-packets' | 'surface';
  /** 0 to 1; null where nothing could be measured. */
  readonly value: number | null;
  /** Nine in ten; null where it is not an estimate. */
  readonly interval: Interval | null;
  readonly budget: number;
  readonly within: boolean;
  readonly words: string;
}

/** Whether a draft may be enforced, with the numbers that say so. */
export interface GateReport {
  /** Content hash. */
  readonly id: string;
  readonly policy: string;
  /** ISO 8601. */
  readonly created: string;
  readonly window: Window;
  /** `unproven`: the window is too short to claim anything. Only `passed` is a pass. */
  readonly verdict: 'passed' | 'failed' | 'unproven';
  readonly passed: boolean;
  readonly budgets: Budgets;
  readonly splits: readonly JudgedSplit[];
  readonly checks: readonly Check[];
  readonly forecast: Forecast;
  /** What limits the claim. */
  readonly reservations: readonly string[];
  readonly words: string;
}

export interface Evidence {
  readonly policy: Policy;
  /** ISO 8601. */
  readonly created: string;
  readonly window: Window;
  readonly budgets: Budgets;
  readonly splits: readonly (JudgedSplit & { readonly pairs: readonly PairTally[] })[];
  /** Of the draft over the whole window; 0 to 1. */
  readonly surface: number;
  readonly forecast: Forecast;
}

/** Pure and seeded: from what was measured to the verdict. */
export function judge({ policy, created, window, budgets, splits, surface, forecast }: Evidence): GateReport {
  const pooled = pool(splits.flatMap(({ pairs }) => pairs));
  const legitimate = splits.map((split) => split.legitimate).reduce(addVolumes, NOTHING);
  const denied = shareOf(splits.map((split) => split.denied).reduce<Volume>(addVolumes, NOTHING), legitimate);
  const measured = splits.length > 0 && legitimate.connections > 0;
  const checks: Check[] = [
    deniedCheck('connections', measured ? denied.shareOfConnections : null, budgets.deniedConnections, pooled),
    deniedCheck('packets', measured ? denied.shareOfPackets : null, budgets.deniedPackets, pooled),
    {
      name: 'surface',
      value: surface,
      interval: null,
      budget: budgets.surface,
      within: surface <= budgets.surface,
      words: `${percent(surface)} of the attack surface stays open (budget ${percent(budgets.surface)})`,
    },
  ];
  const verdict = !measured ? 'unproven' : checks.every(({ within }) => within) ? 'passed' : 'failed';
  const content = {
    policy: policy.id,
    created,
    window,
    verdict,
    passed: verdict === 'passed',
    budgets,
    splits: splits.map(({ train, test, itself, rules, legitimate: used, denied: lost, surface: open }) => ({
      train,
      test,
      itself,
      rules,
      legitimate: used,
      denied: lost,
      surface: open,
    })),
    checks,
    forecast,
    reservations: reservationsOf(splits),
    words: wordsOf(verdict, checks, splits, window),
  } as const;
  return { id: contentId('proof', content), ...content };
}

/** Legitimate and denied use of a pair of groups over all test days. */
interface Pooled {
  readonly connections: number;
  readonly deniedConnections: number;
  readonly packets: number;
  readonly deniedPackets: number;
}

/** What one pair of groups does on several days hangs together, so pairs are what is drawn anew, with all of their days. */
function pool(tallies: readonly PairTally[]): Pooled[] {
  const pairs = new Map<string, Pooled>();
  for (const { client, server, permitted, denied } of tallies) {
    const key = JSON.stringify([client, server]);
    pairs.set(
      key,
      addPooled(pairs.get(key) ?? EMPTY, {
        connections: permitted.connections + denied.connections,
        deniedConnections: denied.connections,
        packets: permitted.packets + denied.packets,
        deniedPackets: denied.packets,
      }),
    );
  }
  return [...pairs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pooled]) => pooled);
}

const EMPTY: Pooled = { connections: 0, deniedConnections: 0, packets: 0, deniedPackets: 0 };

function addPooled(a: Pooled, b: Pooled): Pooled {
  return {
    connections: a.connections + b.connections,
    deniedConnections: a.deniedConnections + b.deniedConnections,
    packets: a.packets + b.packets,
    deniedPackets: a.deniedPackets + b.deniedPackets,
  };
}

function deniedCheck(
  what: 'connections' | 'packets',
  value: number | null,
  budget: number,
  pooled: readonly Pooled[],
): Check {
  const name = `denied-${what}` as const;
  if (value === null)
    return { name, value, interval: null, budget, within: false, words: `denied ${what} could not be measured` };
  const interval = intervalOf(
    pooled.map((pair) => ({
      whole: pair[what],
      part: what === 'packets' ? pair.deniedPackets : pair.deniedConnections,
    })),
  );
  const [low, high] = interval;
  const words =
    `${percent(value)} of ${what} would have been denied (${percent(low)} to ${percent(high)}; ` +
    `budget ${percent(budget)})`;
  return { name, value, interval, budget, within: value <= budget, words };
}

const SEED = 1;
/** What a figure that never occurred may still be, at that confidence. */
const MISSED = 0.05;

/**
 * Of the share that parts are of wholes. Where nothing was denied, drawing anew finds nothing either: then the highest
 * share that would still go unseen once in twenty (the rule of three, for as many pairs as count; Kish's effective number).
 */
function intervalOf(items: readonly { readonly whole: number; readonly part: number }[]): Interval {
  const whole = sum(items.map((item) => item.whole));
  if (whole === 0) return [0, 1];
  if (items.every(({ part }) => part === 0)) {
    const effective = whole ** 2 / sum(items.map((item) => item.whole ** 2));
    return [0, 1 - MISSED ** (1 / effective)];
  }
  const blocks = blocksOf(items, (some) => ({
    whole: sum(some.map((item) => item.whole)),
    part: sum(some.map((item) => item.part)),
  }));
  return middleOf(
    redraw(blocks, seededRng(SEED), (drawn) => {
      const total = sum(drawn.map(({ block, times }) => times * block.whole));
      return total === 0 ? 0 : sum(drawn.map(({ block, times }) => times * block.part)) / total;
    }),
  );
}

function reservationsOf(splits: readonly JudgedSplit[]): string[] {
  if (splits.length === 0) return [];
  return splits.some(({ itself }) => !itself)
    ? [
        'the groups are those of the whole window: only rules were learned anew from the days before each test day',
        'rules that people made were in every split',
      ]
    : [];
}

function wordsOf(
  verdict: GateReport['verdict'],
  checks: readonly Check[],
  splits: readonly JudgedSplit[],
  window: Window,
): string {
  if (verdict === 'unproven') {
    return splits.length === 0
      ? `unproven: the window has ${daysWords(wholeDays(window))} (UTC), and it takes ${LEAST_DAYS} to learn from some and judge by others`
      : 'unproven: nothing on the test days was answered, so there is nothing that could be denied';
  }
  const days = splits.map(({ test }) => formatTime(test.from).slice(0, 10));
  const beyond = checks.filter(({ within }) => !within);
  const why = beyond.length === 0 ? '' : `beyond its budget for ${listWords(beyond.map(({ name }) => name))}: `;
  return `${verdict}: ${why}on ${listWords(days)}, ${checks.map(({ words }) => words).join('; ')}`;
}

function daysWords(days: number): string {
  return days === 1 ? '1 whole day' : `${days} whole days`;
}
