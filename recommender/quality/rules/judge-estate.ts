import { groupWorkloads } from '../../../analytics/group';
import type { Dependency } from '../../../analytics/model/dependency';
import { estateFor } from '../../../analytics/quality/groups/generated-network';
import type { Report } from '../../../analytics/quality/groups/report';
import type { Level } from '../../../analytics/quality/groups/coverage';
import { kneeOf, mergePath } from '../../consolidate';
import { propose } from '../../propose';
import { isHandedOut } from '../../replay';
import { administers } from '../../reach/administration';
import { BUDGETS } from './budgets';
import { estateDays } from './estate-days';
import { policyJudge } from './judge';
import { reportRules } from './report-rules';

/** Others than those on which parameters are chosen. */
const SEED = 7;
const ESTATES: readonly { readonly hosts: number; readonly level: Level }[] = [
  { hosts: 300, level: 'clean' },
  { hosts: 300, level: 'field' },
  { hosts: 1_000, level: 'field' },
];

/**
 * Rules learned from two days of generated estates, put to what the estate needs on the day after, and to attacks made
 * up for that day: `<attack>-denied`, and `directory-permitted` beside it.
 */
export function judgeEstates(report: Report): void {
  for (const { hosts, level } of ESTATES) {
    const name = `${hosts}-${level}`;
    judgeEstate(hosts, level, (metric, value, unit) => report(`${name} ${metric}`, value, unit), name);
  }
}

function judgeEstate(hosts: number, level: Level, report: Report, name: string): void {
  const { training, workloads, test, directory, attacks } = estateDays(estateFor({ hosts, seed: SEED }), {
    seed: SEED,
    level,
  });
  const topology = groupWorkloads(training);
  const now = new Date(0).toISOString();
  const policy = propose({ topology, dependencies: training.dependencies, name, now });
  const path = mergePath(policy, { workloads: training.workloads, served: training.dependencies, administers });
  const managed = new Set(workloads.filter(({ kind }) => kind === 'managed').map(({ id }) => id));
  const ours = ({ client, server }: Dependency) => managed.has(client) || managed.has(server);
  const inside = ({ server }: Dependency) => managed.has(server);
  const learned = training.dependencies.filter((use) => ours(use) && use.established > 0);
  const pairs = new Set(learned.map(({ client, server }) => `${client}\t${server}`)).size;
  const chosen = kneeOf(path, { surface: BUDGETS.surface, rules: pairs / BUDGETS.compression });
  const uses = test.filter(ours);
  const served = [...learned, ...uses].filter(inside);
  reportRules(
    {
      path,
      chosen,
      workloads,
      attackers: workloads.filter(({ id }) => managed.has(id)),
      learned,
      test: { raw: uses, judged: uses },
      served: { raw: served, judged: served },
      isOneService: isHandedOut,
    },
    report,
    name,
  );
  const judge = policyJudge(path.after(chosen), workloads, []);
  const permitted = (tried: readonly Dependency[]) => tried.filter((use) => judge.admits(use)).length / tried.length;
  for (const [kind, tried] of attacks) if (tried.length > 0) report(`${kind}-denied`, 1 - permitted(tried), 'share');
  if (directory.length > 0) report('directory-permitted', permitted(directory), 'share');
}
