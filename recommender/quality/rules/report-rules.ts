import { groupBy } from '../../../analytics/graph/group-by';
import type { Dependency } from '../../../analytics/model/dependency';
import type { Workload } from '../../../analytics/model/workload';
import type { Report } from '../../../analytics/quality/groups/report';
import { freeSteps, sizeAt, type MergePath } from '../../consolidate';
import { figuresOf, intervalsOf, tallyServers, type Figures } from './measure';
import { exactJudge, policyJudge, targetKey } from './judge';

/** Uses as they were, and as the policy is asked about them. The same number of each, in the same order. */
interface Uses {
  readonly raw: readonly Dependency[];
  readonly judged: readonly Dependency[];
}

/** Rules learned from some traffic, and traffic that came after it. */
export interface Trial {
  readonly path: MergePath;
  /** Steps of the path to the policy that is judged. */
  readonly chosen: number;
  readonly workloads: readonly Workload[];
  /** Of them, those that an intruder may be on. */
  readonly attackers: readonly Workload[];
  readonly learned: readonly Dependency[];
  readonly test: Uses;
  readonly served: Uses;
  /** Ports that count as one service of a server; none where numbers of ports mean nothing. */
  readonly isOneService?: (protocol: number, port: number) => boolean;
}

const CURVE = 16;

/**
 * At the chosen point `denied-connections`, `denied-packets`, `surface` and `compression` (host pairs of the test over
 * rules), with the middle 95 % over resampled servers; the same of rules for exactly what was seen; the curve on stderr.
 */
export function reportRules(trial: Trial, report: Report, title: string): void {
  const { path, chosen, learned, test, served } = trial;
  const attackers = trial.attackers.length - 1;
  const targets = distinctTargets(served, trial.isOneService);
  const tallyAt = (steps: number) =>
    tallyServers(
      policyJudge(path.after(steps), trial.workloads, trial.attackers),
      test.judged,
      targets.judged,
      attackers,
    );
  const pairs = new Set(test.raw.map(({ client, server }) => `${client}\t${server}`)).size;

  const tallies = tallyAt(chosen);
  const { rules } = sizeAt(path, chosen);
  report('rules', rules, 'rules');
  report('compression', pairs / rules, 'host pairs a rule');
  reportFigures(figuresOf(tallies), report);
  const intervals = intervalsOf(tallies);
  for (const [figure, metric] of FIGURES) {
    report(`${metric}-low`, intervals[figure][0], 'share');
    report(`${metric}-high`, intervals[figure][1], 'share');
  }
  const exact = tallyServers(
    exactJudge(learned, new Set(trial.attackers.map(({ id }) => id)), trial.isOneService),
    test.raw,
    targets.raw,
    attackers,
  );
  reportFigures(figuresOf(exact), (metric, value, unit) => report(`exact-${metric}`, value, unit));

  const lines = curveSteps(trial).map((steps) => {
    const at = sizeAt(path, steps);
    const figures = figuresOf(steps === chosen ? tallies : tallyAt(steps));
    const shares = FIGURES.map(([figure]) => `${(100 * figures[figure]).toFixed(2)} %`.padStart(9)).join('');
    return `${String(at.rules).padStart(6)}${(pairs / at.rules).toFixed(0).padStart(6)} x${shares}${steps === chosen ? '  chosen' : ''}`;
  });
  process.stderr.write(
    `\n${title}: ${test.raw.length} connections of ${pairs} host pairs\n rules  fewer   denied  packets  surface\n${lines.join('\n')}\n`,
  );
}

const FIGURES = [
  ['denied', 'denied-connections'],
  ['deniedPackets', 'denied-packets'],
  ['surface', 'surface'],
] as const satisfies readonly (readonly [keyof Figures, string])[];

function reportFigures(figures: Figures, report: Report): void {
  for (const [figure, metric] of FIGURES) report(metric, figures[figure], 'share');
}

function curveSteps({ path, chosen }: Trial): number[] {
  const free = freeSteps(path);
  const left = path.steps.length - free;
  const even = Array.from({ length: CURVE }, (_, at) => free + Math.round((left * at) / (CURVE - 1)));
  return [...new Set([0, ...even, chosen])].sort((a, b) => a - b);
}

/** Each server's service once, whoever used it, with all of its ports. */
function distinctTargets({ raw, judged }: Uses, isOneService: Trial['isOneService']): Uses {
  const same = groupBy([...raw.keys()], (at) => (raw[at] ? targetKey(raw[at], isOneService) : ''));
  const joined = (uses: readonly Dependency[]) =>
    [...same.values()].flatMap((places) => {
      const found = places.flatMap((at) => uses[at] ?? []);
      const ports = [...new Set(found.flatMap((use) => use.ports))].sort((a, b) => a - b);
      return found.slice(0, 1).map((use) => ({ ...use, ports }));
    });
  return { raw: joined(raw), judged: joined(judged) };
}
