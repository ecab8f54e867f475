import { seededRng, type Rng } from '../../analytics/graph/random';
import { firstDays, shareNew, sum, type Incidence } from './incidence';
import { blocksOf, middleOf, redraw, type Interval } from './bootstrap';
import { percent } from './words';
import { foundWithin, ownShares, rareOf, undetected, unseenShare } from './unseen';

/** Days ahead that are asked about. */
const HORIZONS = [1, 7] as const;
/** With fewer, one day that is unlike the others decides everything. */
export const LEAST_DAYS = 4;
const SEED = 1;

/** What share of the connections of days to come no rule will cover, if the policy is enforced now. */
export interface Outlook {
  /** Days ahead. */
  readonly days: number;
  /** Of kinds that are new, and of what was seen and deliberately has no rule; 0 to 1. */
  readonly unseen: number;
  readonly uncovered: number;
  /** Both. */
  readonly share: number;
  readonly interval: Interval;
}

/** The same forecast made earlier, and what came. */
export interface Calibrated {
  /** Epoch seconds: midnight after the last day that it was made from, of which there were `after`. */
  readonly made: number;
  readonly after: number;
  readonly days: number;
  readonly expected: number;
  readonly interval: Interval;
  readonly came: number;
  readonly held: boolean;
}

/** How many kinds were known at the end of each day. */
export interface Discovery {
  /** Epoch seconds. */
  readonly day: number;
  readonly kinds: number;
  /** Of the day's connections, those of kinds new on it; 0 to 1. */
  readonly shareNew: number;
}

export interface Forecast {
  /** Empty where there are too few days. */
  readonly outlooks: readonly Outlook[];
  readonly calibration: readonly Calibrated[];
  /** Of the earlier forecasts, those whose interval held what came; null without any. */
  readonly held: number | null;
  readonly discovery: readonly Discovery[];
  /** Kinds that were found, that there are in all as far as can be told, and that the next week would add. */
  readonly kinds: { readonly found: number; readonly expected: number; readonly nextWeek: number };
  readonly words: string;
}

/** Pure and seeded: the same days give the same forecast. */
export function forecastOf(incidence: Incidence): Forecast {
  const rare = rareOf(incidence);
  const kinds = {
    found: rare.kinds,
    expected: Math.round(rare.kinds + undetected(rare)),
    nextWeek: Math.round(foundWithin(rare, 7)),
  };
  const discovery = discoveryOf(incidence);
  const outlooks = HORIZONS.flatMap((days) => outlookOf(incidence, days) ?? []);
  const calibration = HORIZONS.flatMap((days) => calibrationOf(incidence, days));
  const held = calibration.length === 0 ? null : calibration.filter((each) => each.held).length / calibration.length;
  return { outlooks, calibration, held, discovery, kinds, words: wordsOf(incidence, outlooks, calibration) };
}

/** Undefined where the days are too few to say anything. */
export function outlookOf(incidence: Incidence, days: number): Outlook | undefined {
  const total = sum(incidence.connections);
  if (incidence.days.length < LEAST_DAYS || total === 0) return undefined;
  const unseen = unseenShare(rareOf(incidence));
  const uncovered = sum(incidence.uncovered) / total;
  return { days, unseen, uncovered, share: unseen + uncovered, interval: spreadOf(incidence, days, seededRng(SEED)) };
}

/**
 * Where the share of those days may come to lie. Kinds are drawn anew: how far the estimate may be off. What the unseen
 * amounts to, once it comes, differs about as much again from what is expected of it: so a second draw, and to both comes
 * the scatter of as many days around their mean.
 */
function spreadOf(incidence: Incidence, days: number, rng: Rng): Interval {
  const uncovered = incidence.uncovered.map((count, day) => count / Math.max(incidence.connections[day] ?? 0, 1));
  const daily = ownShares(incidence).map((own, day) => own + (uncovered[day] ?? 0));
  const mean = sum(daily) / daily.length;
  const rare = rareOf(incidence);
  const expected = unseenShare(rare);
  const typical = sum(incidence.uncovered) / rare.connections;
  const blocks = blocksOf(
    incidence.kinds.filter(({ on }) => on.length <= 2),
    (kinds) => rareOf({ ...incidence, kinds }),
  );
  const unseen = redraw(blocks, rng, (drawn) => {
    const of = (what: 'onceConnections' | 'twiceConnections') =>
      sum(drawn.map(({ block, times }) => times * block[what]));
    return unseenShare({ ...rare, onceConnections: of('onceConnections'), twiceConnections: of('twiceConnections') });
  });
  const shares = unseen.map((estimated, at) => {
    const came = (unseen[(at + unseen.length / 2) % unseen.length] ?? 0) - expected;
    const scatter = Array.from({ length: days }, () => (daily[Math.floor(rng() * daily.length)] ?? 0) - mean);
    return Math.min(1, Math.max(0, estimated + came + typical + sum(scatter) / days));
  });
  return middleOf(shares);
}

/** The forecast of every earlier day that had enough days before it, against what the days after it brought. */
function calibrationOf(whole: Incidence, days: number): Calibrated[] {
  const incidence = { ...whole, kinds: whole.kinds.filter(({ on }) => !isSettled(on)) };
  const found: Calibrated[] = [];
  for (let after = LEAST_DAYS; after + days <= incidence.days.length; after++) {
    const outlook = outlookOf(firstDays(incidence, after), days);
    if (!outlook) continue;
    const came = shareNew(incidence, after, days);
    const [low, high] = outlook.interval;
    found.push({
      made: incidence.days[after] ?? 0,
      after,
      days,
      expected: outlook.share,
      interval: outlook.interval,
      came,
      held: low <= came && came <= high,
    });
  }
  return found;
}

/** Neither new nor rare to any forecast: it was there on three of the days that the first is made from. */
function isSettled(on: readonly number[]): boolean {
  return (on[2] ?? LEAST_DAYS) < LEAST_DAYS;
}

function discoveryOf(incidence: Incidence): Discovery[] {
  const found = incidence.days.map(() => 0);
  for (const { on } of incidence.kinds) found[on[0] ?? 0] = (found[on[0] ?? 0] ?? 0) + 1;
  const covered = { ...incidence, uncovered: [] };
  let kinds = 0;
  return incidence.days.map((day, at) => {
    kinds += found[at] ?? 0;
    return { day, kinds, shareNew: shareNew(covered, at, 1) };
  });
}

function wordsOf({ days }: Incidence, outlooks: readonly Outlook[], calibration: readonly Calibrated[]): string {
  const week = outlooks.find((outlook) => outlook.days === 7);
  if (!week) {
    const missing = LEAST_DAYS - days.length;
    return missing > 0
      ? `no forecast: it takes ${LEAST_DAYS} days with traffic, and the window has ${days.length}; it lacks ${missing}`
      : 'no forecast: nothing in the window was answered';
  }
  const [low, high] = week.interval;
  const checked =
    calibration.length === 0
      ? 'too few days to check the forecast against what came'
      : `${calibration.filter(({ held }) => held).length} of ${calibration.length} earlier forecasts held`;
  return (
    `enforcing today, expect ${percent(week.share)} of next week's connections to be without a rule ` +
    `(${percent(low)} to ${percent(high)}): ${percent(week.unseen)} new, ${percent(week.uncovered)} seen and left out; ${checked}`
  );
}
