import { groupWorkloads } from '../../../analytics/group';
import type { Dependency } from '../../../analytics/model/dependency';
import type { Report } from '../../../analytics/quality/groups/report';
import { kneeOf, mergePath } from '../../consolidate';
import { propose } from '../../propose';
import { administers } from '../../reach/administration';
import type { AttackedEstate } from './apt29';
import { BUDGETS } from './budgets';
import { policyJudge } from './judge';

const CONTROLLER = '10.0.0.4';
const WORKSTATIONS = /^10\.0\.1\.\d+$/;
const BROADCAST = '10.0.1.255';

/**
 * Rules learned from the first half of APT29's first day, put to the second: the share of what workstations asked of each
 * other that is denied (all of it is lateral movement), and of what they asked of the domain controller that is permitted.
 */
export function judgeAttackedEstate({ workloads, window, training, test }: AttackedEstate, report: Report): void {
  const present = new Set(training.flatMap(({ client, server }) => [client, server]));
  const topology = groupWorkloads({
    workloads: workloads.filter(({ id }) => present.has(id)),
    dependencies: training,
    window,
  });
  const policy = propose({ topology, dependencies: training, name: 'apt29', now: new Date(0).toISOString() });
  const path = mergePath(policy, { workloads, served: training, administers });
  const chosen = path.after(kneeOf(path, { surface: BUDGETS.surface }));
  const judge = policyJudge(chosen, workloads, []);
  const isWorkstation = (id: string) => WORKSTATIONS.test(id) && id !== BROADCAST;
  const moves = test.filter(({ client, server }) => isWorkstation(client) && isWorkstation(server));
  const asked = test.filter(({ client, server }) => isWorkstation(client) && server === CONTROLLER);
  const permitted = (uses: readonly Dependency[]) => uses.filter((use) => judge.admits(use)).length / uses.length;
  report('lateral-movement-denied', 1 - permitted(moves), 'share');
  report('directory-permitted', permitted(asked), 'share');
  for (const use of asked.filter((each) => !judge.admits(each)))
    process.stderr.write(`apt29 denies ${use.client} → ${use.server} on ${use.service.protocol}/${use.ports.join()}\n`);
}
