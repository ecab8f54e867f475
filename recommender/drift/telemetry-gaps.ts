import { groupBy } from '../../analytics/graph/group-by';
import { compareText } from '../../ingest/kernel/text';
import { formatTime } from '../../ingest/kernel/time';
import { rulesInOrder } from '../model/decide';
import type { Policy, Rule } from '../model/policy';
import { chanceOfSilence, SIGNIFICANT } from './habit';
import type { Observed } from './observed';
import { counted } from './words';

const HOUR = 3600;
/** Of flows in files that do not say who exported them: an upload comes when somebody makes it. */
const NOBODY = '::';

/** An exporter that is not heard any more, and the rules of which nothing can be said without it. */
export interface TelemetryGap {
  /** Canonical address text. */
  readonly exporter: string;
  /** Epoch seconds. */
  readonly since: number;
  readonly rules: readonly Rule[];
  readonly because: string;
}

/** Exporters that rules were learned from and that are silent for longer than they usually are. */
export function findTelemetryGaps(policy: Policy, { window, hours, heard }: Observed): TelemetryGap[] {
  if (!window) return [];
  const resting = groupBy(
    rulesInOrder(policy).flatMap((rule) => rule.evidence.reporters.map((exporter) => ({ exporter, rule }))),
    ({ exporter }) => exporter,
  );
  return [...resting]
    .filter(([exporter]) => exporter !== NOBODY)
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([exporter, rests]): TelemetryGap[] => {
      const rules = rests.map(({ rule }) => rule);
      const own = heard.get(exporter);
      const since = own?.until ?? window.from;
      const silent = Math.floor((window.to - since) / HOUR);
      const learned = Math.ceil((policy.window.to - policy.window.from) / HOUR);
      const active = own
        ? [...own.hours.values()].reduce((sum, each) => sum + each, 0)
        : Math.min(learned, Math.max(...rules.map(({ evidence }) => evidence.hours)));
      const looked = own ? Math.max(active, hours - silent) : learned;
      if (silent <= 0 || chanceOfSilence({ active, observed: looked }, silent) >= SIGNIFICANT) return [];
      return [
        {
          exporter,
          since,
          rules,
          because:
            `it was heard in ${active} of ${counted(looked, 'hour')} and is silent for ${silent}; ` +
            `${counted(rules.length, 'rule')} learned from it cannot be called quiet since ${formatTime(since)}`,
        },
      ];
    });
}
