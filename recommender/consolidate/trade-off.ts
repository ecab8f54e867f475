import type { Window } from '../../analytics/model/topology';
import type { Policy } from '../model/policy';
import type { MergePath } from './merge-path';

/** What a policy would have denied of legitimate traffic it was not made from, each 0 to 1. */
export interface Losses {
  /** Of the connections. */
  readonly denied: number;
  /** Of their packets. */
  readonly deniedPackets: number;
}

/** Judges a policy against held-out traffic. */
export type Judge = (policy: Policy) => Losses | Promise<Losses>;

/** A policy that merging can make. */
export interface TradeOffPoint {
  /** Of the path, to get there. */
  readonly steps: number;
  readonly rules: number;
  /** Pairs of a known client, whether managed or not, and another's service that stay open. */
  readonly open: number;
  /** 0 to 1, of what a managed workload could reach without a policy: as `Surface` of a replay counts it. */
  readonly surface: number;
  /** Null where nothing was held out. */
  readonly denied: number | null;
  readonly deniedPackets: number | null;
  /** What the dearest merge since the point before opened; empty where none opened anything. */
  readonly words: string;
}

export interface TradeOff {
  /** From as many rules as there are to as few as there can be. */
  readonly points: readonly TradeOffPoint[];
  /** The point to choose where nothing else decides. */
  readonly knee: TradeOffPoint;
  /** Why it is that one, in a sentence. */
  readonly why: string;
}

/** As it is kept. */
export interface Curve extends TradeOff {
  readonly policy: string;
  /** Of the traffic that was held out; null where none was. */
  readonly heldOut: Window | null;
}

/** What a point must keep to. */
export interface Budgets {
  readonly rules?: number;
  /** Each 0 to 1. */
  readonly surface?: number;
  readonly denied?: number;
}

/** Each is judged against all that was held out. */
const POINTS = 16;

/**
 * Rules against what stays open against what would be denied. Merging only ever opens, so the first rises and the second
 * falls as rules become fewer.
 *
 * @param judge left out where nothing was held out
 */
export async function tradeOff(path: MergePath, judge?: Judge, budgets: Budgets = {}): Promise<TradeOff> {
  const wanted = budgets.rules === undefined ? [] : [Math.max(0, path.rules - budgets.rules)];
  const knee = kneeOf(path, budgets);
  const last = lastWithin(path, budgets);
  const chosen = [...new Set([...spread(path), ...wanted, knee, last])]
    .filter((steps) => steps <= path.steps.length)
    .sort((a, b) => a - b);
  const points: TradeOffPoint[] = [];
  for (const [at, steps] of chosen.entries()) {
    const losses = await judge?.(path.after(steps));
    points.push({
      ...sizeAt(path, steps),
      denied: losses?.denied ?? null,
      deniedPackets: losses?.deniedPackets ?? null,
      words: dearest(path, chosen[at - 1] ?? 0, steps),
    });
  }
  // What is denied falls and what is open rises with every step: where any point keeps to all budgets, the last within does.
  const fits = points.filter(({ denied, steps }) => (denied ?? 0) <= (budgets.denied ?? 1) && steps <= last);
  const point = fits.find(({ steps }) => steps >= knee) ?? points.find(({ steps }) => steps === knee) ?? points[0];
  if (!point) throw new RangeError('a path has at least the policy it begins with');
  return { points, knee: point, why: whyChosen(point, budgets) };
}

function whyChosen({ rules, surface, denied }: TradeOffPoint, budgets: Budgets): string {
  const beyond = [
    surface > (budgets.surface ?? 1)
      ? `leaves ${percent(surface)} open, and ${percent(budgets.surface ?? 1)} may be`
      : '',
    (denied ?? 0) > (budgets.denied ?? 1)
      ? `denies ${percent(denied ?? 0)} of the connections, and ${percent(budgets.denied ?? 1)} may be`
      : '',
    rules > (budgets.rules ?? Infinity) ? `has ${rules} rules, and ${budgets.rules} may be` : '',
  ].filter(Boolean);
  if (beyond.length === 0) return 'within the budgets, and with fewer rules much more would be open';
  return `no point keeps to all budgets: this one ${beyond.join('; it ')}`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

/**
 * Steps to where fewer rules begin to open much more: among the points within the budgets, that farthest from the
 * straight line between both ends of what opens anything, each axis taken as a part of its span (Satopää et al.,
 * "Finding a Kneedle in a Haystack", 2011). Where none keeps to all of them, the first with so few rules.
 */
export function kneeOf(path: MergePath, { rules = Infinity, surface = 1 }: Budgets = {}): number {
  const free = freeSteps(path);
  const ends = [sizeAt(path, free), sizeAt(path, path.steps.length)] as const;
  const fewer = ends[0].rules - ends[1].rules || 1;
  const more = ends[1].open - ends[0].open || 1;
  const gain = ({ rules: left, open }: Size) => (ends[0].rules - left) / fewer - (open - ends[0].open) / more;
  const sizes = Array.from({ length: path.steps.length - free + 1 }, (_, at) => sizeAt(path, free + at));
  const few = sizes.filter((size) => size.rules <= rules);
  const within = few.filter((size) => size.surface <= surface);
  const first = within[0] ?? few[0] ?? ends[1];
  return within.reduce((best, size) => (gain(size) > gain(best) ? size : best), first).steps;
}

/** The most steps that keep to the budget of surface, or those that open nothing where none does. */
function lastWithin(path: MergePath, { surface = 1 }: Budgets): number {
  const beyond = path.steps.findIndex((step) => step.surface > surface);
  return Math.max(freeSteps(path), beyond === -1 ? path.steps.length : beyond);
}

/** How many steps open nothing. */
export function freeSteps({ steps }: MergePath): number {
  const first = steps.findIndex(({ extra }) => extra.length > 0);
  return first === -1 ? steps.length : first;
}

type Size = Pick<TradeOffPoint, 'steps' | 'rules' | 'open' | 'surface'>;

export function sizeAt(path: MergePath, steps: number): Size {
  const { rules, open, surface } = path.steps[steps - 1] ?? path;
  return { steps, rules, open, surface };
}

/** The policy as it is, what opens nothing, and from there to the end in steps that shrink as rules do. */
function spread(path: MergePath): number[] {
  const free = freeSteps(path);
  const [most, least] = [sizeAt(path, free).rules, sizeAt(path, path.steps.length).rules];
  const rules = Array.from({ length: POINTS }, (_, at) =>
    Math.round(most * (Math.max(1, least) / Math.max(1, most)) ** (at / (POINTS - 1))),
  );
  return [0, free, ...rules.map((left) => path.rules - left), path.steps.length];
}

function dearest(path: MergePath, from: number, to: number): string {
  let words = '';
  let most = -1;
  for (let at = from; at < to; at++) {
    const step = path.steps[at];
    const opened = (step?.open ?? 0) - sizeAt(path, at).open;
    if (step && step.words !== '' && opened > most) [most, words] = [opened, step.words];
  }
  return words;
}
