import { groupBy } from '../../graph/group-by';
import type { Workload } from '../../model/workload';
import type { Evidence } from '../evidence';
import { habitReasons, habitsOf, purposeOf, unansweredReasons, type Doings } from '../roles/profile';
import type { ProposedRole } from '../roles/role-names';
import type { Structure } from '../structure';
import type { Crowd } from './host-names';
import { labelOfMost, crowdOfApplication, nameTier } from './names';
import { proposeMembers } from './propose-members';
import type { ProposedGroup } from './proposed-group';

/**
 * @param parents by number of the application
 * @returns in the order of the tiers
 */
export function proposeTiers(
  evidence: Evidence,
  { applications, tiers, roles, unanswered }: Structure,
  doings: Doings,
  parents: readonly ProposedGroup[],
  at: (workload: number) => Workload,
): ProposedGroup[] {
  const roleOf = roleProposer(evidence, roles, doings, at);
  const crowds = new Map<number, Crowd>();
  // Made once, for an application may have a tier for every few of its thousands of hosts.
  const crowdOf = (application: number, name: string): Crowd => {
    let crowd = crowds.get(application);
    if (!crowd) {
      const { owned, borrowed } = applications[application] ?? {};
      crowd = crowdOfApplication([...(owned?.keys() ?? []), ...(borrowed?.keys() ?? [])].map(at), name);
      crowds.set(application, crowd);
    }
    return crowd;
  };
  const proposed: ProposedGroup[] = [];
  for (const { application, members, next } of tiers) {
    const own = [...members.keys()];
    const owned = applications[application]?.owned;
    const habits = habitsOf(evidence, own, doings.answered);
    const label = labelOfMost(own.map(at), 'role');
    const naming = { workloads: own.map(at), label, purpose: purposeOf(habits) };
    const reasons = [
      ...habitReasons(habits, own.length),
      ...unansweredReasons(habitsOf(evidence, own, doings.unanswered), habits, own.length),
    ];
    proposed.push({
      kind: 'tier',
      parent: parents[application] ?? null,
      members: proposeMembers(
        {
          confidences: members,
          isLent: (workload) => owned?.has(workload) === false,
          next,
          among: proposed,
          unanswered: unanswered.altogether,
        },
        (workload) => at(workload).id,
      ),
      reasons: reasons.length > 0 ? reasons : [{ text: 'no traffic seen that tells them apart', weight: 0 }],
      elsewhere: [],
      environment: null,
      role: roleOf(own),
      labelled: label !== null,
      name: (name) => nameTier(naming, name ?? '', crowdOf(application, name ?? '')),
    });
  }
  return proposed;
}

/** The role of most of a tier's workloads, which is that of all of them unless people put some there. */
function roleProposer(
  evidence: Evidence,
  { members, roleOf }: Structure['roles'],
  { answered }: Doings,
  at: (workload: number) => Workload,
): (workloads: readonly number[]) => ProposedRole | null {
  const proposed = new Map<number, ProposedRole>();
  return (workloads) => {
    const ofTier = [...groupBy(workloads, (workload) => roleOf.get(workload) ?? -1)];
    const [main] = ofTier.sort(([a, x], [b, y]) => y.length - x.length || a - b);
    const own = members[main?.[0] ?? -1];
    if (!main || !own) return null;
    const [number] = main;
    const found = proposed.get(number);
    if (found) return found;
    const mates = own.map(at);
    const label = labelOfMost(mates, 'role');
    const role = {
      members: mates.map(({ id }) => id),
      name: label ?? purposeOf(habitsOf(evidence, own, answered)),
      labelled: label !== null,
    };
    proposed.set(number, role);
    return role;
  };
}
