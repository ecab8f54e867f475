import type { Window } from '../../analytics/model/topology';
import { rulesInOrder } from '../model/decide';
import type { Policy, Rule } from '../model/policy';
import { dueTimes } from './calendar';
import { chanceOfSilence, longestGap, SIGNIFICANT } from './habit';
import type { Heard, Observed, RuleUse } from './observed';
import { counted, dayText } from './words';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** An exporter that was heard in fewer of a day's hours than this part of its usual was not there that day. */
const HEARD = 0.5;

/** A rule that nothing has used for longer than its own habit explains. */
export interface QuietRule {
  readonly rule: Rule;
  /** Epoch seconds. */
  readonly lastUse: number;
  /** "used on 30 of 30 days, and not on any of the 4 since; that by chance is 0.04 %". */
  readonly because: string;
}

/**
 * Rules gone quiet, as far as it can be said: a day counts as without use only if every exporter that the rule was
 * learned from was heard on it as usual. A rule with a calendar is asked about the times at which it was due.
 */
export function findQuietRules(policy: Policy, observed: Observed): QuietRule[] {
  const { window } = observed;
  if (!window) return [];
  const wasHeard = attendance(observed.heard);
  return rulesInOrder(policy)
    .filter(({ action, alertOnly, evidence }) => action === 'allow' && !alertOnly && evidence.connections > 0)
    .flatMap((rule) => {
      const use = observed.uses.get(rule.id);
      const lastUse = Math.max(rule.evidence.lastSeen, use?.lastSeen ?? 0);
      const heardOn = (day: number): boolean =>
        rule.evidence.reporters.length > 0 && rule.evidence.reporters.every((reporter) => wasHeard(reporter, day));
      const because = rule.lease?.calendar
        ? // What comes an hour early has come.
          missed(rule, { from: Math.max(lastUse + HOUR, window.from), to: window.to }, heardOn)
        : silent(rule, policy.window, { use, lastUse, window, heardOn });
      return because === undefined ? [] : [{ rule, lastUse, because }];
    });
}

function missed({ lease }: Rule, since: Window, heardOn: (day: number) => boolean): string | undefined {
  const calendar = lease?.calendar;
  if (!calendar) return undefined;
  const due = dueTimes(calendar, since).filter(({ from, to }) =>
    [from, to - 1].every((at) => heardOn(Math.floor(at / DAY))),
  );
  const first = due[0];
  if (!first) return undefined;
  return `it is due ${calendar.words}, and did not come ${counted(due.length, 'time')} from ${dayText(Math.floor(first.from / DAY))} on`;
}

interface Use {
  readonly use: RuleUse | undefined;
  readonly lastUse: number;
  readonly window: Window;
  readonly heardOn: (day: number) => boolean;
}

function silent({ evidence }: Rule, learned: Window, { use, lastUse, window, heardOn }: Use): string | undefined {
  const last = Math.floor(lastUse / DAY);
  const quiet = wholeDays(window).filter((day) => day > last && heardOn(day));
  if (quiet.length === 0) return undefined;
  const since = wholeDays(window).filter((day) => day <= last && heardOn(day)).length;
  const learnedDays = Math.max(1, Math.ceil((learned.to - learned.from) / DAY));
  // Policies of earlier releases tell hours only: at least as many days as those fill.
  const days = Math.min(learnedDays, evidence.days ?? Math.max(1, Math.ceil(evidence.hours / 24)));
  const used = use?.days.filter((day) => heardOn(day)).length ?? 0;
  const habit = { active: days + used, observed: learnedDays + Math.max(since, used) };
  const chance = chanceOfSilence(habit, quiet.length);
  if (chance >= SIGNIFICANT || quiet.length <= longestGap(use?.days ?? [])) return undefined;
  const percent = chance * 100 < 0.01 ? 'below 0.01' : (chance * 100).toPrecision(1);
  return (
    `used on ${habit.active} of ${counted(habit.observed, 'day')}, and on none of the ${quiet.length} since ` +
    `${dayText(last)} that were heard; by chance that is ${percent} %`
  );
}

/** Days of which every hour lies in the window. */
function wholeDays({ from, to }: Window): number[] {
  const first = Math.ceil(from / DAY);
  return Array.from({ length: Math.max(0, Math.floor(to / DAY) - first) }, (_, i) => first + i);
}

/** Whether an exporter was heard on a day as it usually is: against the median of its days. */
function attendance(heard: ReadonlyMap<string, Heard>): (exporter: string, day: number) => boolean {
  const usual = new Map([...heard].map(([exporter, { hours }]) => [exporter, median([...hours.values()])]));
  return (exporter, day) => {
    const hours = heard.get(exporter)?.hours.get(day) ?? 0;
    return hours > 0 && hours >= HEARD * (usual.get(exporter) ?? 0);
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
