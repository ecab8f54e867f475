import type { Workload } from '../../model/workload';
import type { Application } from '../applications/applications';
import { networksOf } from '../applications/vicinity';
import type { Evidence } from '../evidence';
import { habitsOf, purposeOf, type Doings } from '../roles/profile';
import type { Structure } from '../structure';
import { applicationReasons, quietNetwork } from './application-reasons';
import type { Crowd } from './host-names';
import { crowdOfWorkloads, nameApplication, UNANSWERED } from './names';
import { proposeMembers } from './propose-members';
import type { ProposedGroup } from './proposed-group';

/** @returns by number of the application */
export function proposeApplications(
  evidence: Evidence,
  structure: Structure,
  doings: Doings,
  at: (workload: number) => Workload,
): ProposedGroup[] {
  const { applications, unanswered } = structure;
  const crowdIn = crowdsByEnvironment(applications, at);
  const reasonsOf = applicationReasons(evidence, structure, at);
  const networks = networksOf(evidence.workloads);
  const proposed: ProposedGroup[] = [];
  for (const [number, application] of applications.entries()) {
    const { owned, borrowed, environment, next, towards } = application;
    const own = [...owned.keys()];
    const naming = {
      workloads: own.map(at),
      label: application.application,
      purpose: purposeOfApplication(evidence, own, doings),
      network: quietNetwork(application, networks),
    };
    proposed.push({
      kind: 'application',
      parent: null,
      members: proposeMembers(
        {
          confidences: new Map([...owned, ...borrowed]),
          isLent: (workload) => !owned.has(workload),
          next,
          among: proposed,
          unanswered: unanswered.ofApplication[number],
        },
        (workload) => at(workload).id,
      ),
      reasons: reasonsOf(number),
      elsewhere: towards.map(({ at: other, share }) => ({ group: () => proposed[other], share })),
      environment,
      role: null,
      labelled: application.application !== null,
      name: () => nameApplication(naming, environment, crowdIn(environment)),
    });
  }
  return proposed;
}

/** What it does for the outside says more about it than what its tiers do for each other. */
function purposeOfApplication(
  evidence: Evidence,
  own: readonly number[],
  { answered, unanswered }: Doings,
): string | null {
  const inside = new Set(own);
  const outward = habitsOf(evidence, own, (workload) =>
    answered(workload).filter(({ client, server }) => inside.has(server) && !inside.has(client)),
  );
  const habits = outward.length > 0 ? outward : habitsOf(evidence, own, answered);
  return purposeOf(habits) ?? (own.some((workload) => unanswered(workload).length > 0) ? UNANSWERED : null);
}

/** Copies of an application in other environments have the same names, and need not be told from it by them. */
function crowdsByEnvironment(
  applications: readonly Application[],
  at: (workload: number) => Workload,
): (environment: string | null) => Crowd {
  const crowds = new Map<string | null, Crowd>();
  return (environment) => {
    let crowd = crowds.get(environment);
    if (!crowd) {
      const near = applications.filter(
        (each) => [null, environment].includes(each.environment) || environment === null,
      );
      crowd = crowdOfWorkloads(near.flatMap(({ owned }) => [...owned.keys()].map(at)));
      crowds.set(environment, crowd);
    }
    return crowd;
  };
}
