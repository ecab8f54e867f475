import { groupBy } from '../graph/components';
import type { Group, Member, Reason } from '../model/topology';
import type { Workload } from '../model/workload';
import { serviceName } from '../services';
import type { Application } from './applications';
import type { Evidence, Use } from './evidence';
import type { Crowd } from './host-names';
import { commonLabel, crowdOfWorkloads, nameApplication, nameTier } from './names';
import { habitReasons, habitsOf, purposeOf, type Habit } from './profile';
import type { Structure } from './structure';

/** A group in words, but for its identity. */
export interface ProposedGroup {
  readonly kind: Group['kind'];
  /** The application of a tier. */
  readonly parent: ProposedGroup | null;
  /** Sorted by workload id. */
  readonly members: readonly Member[];
  readonly reasons: readonly Reason[];
  /** Whether the name comes from the inventory. */
  readonly labelled: boolean;
  readonly name: (application: string | null) => string;
}

export function proposeGroups(evidence: Evidence, structure: Structure): ProposedGroup[] {
  const { scanners, shared, applications, tiers, outsiders, meshes, uses } = structure;
  const at = (workload: number): Workload => {
    const found = evidence.workloads[workload];
    if (!found) throw new RangeError(`no workload ${workload}`);
    return found;
  };
  const members = (confidences: Iterable<readonly [number, number]>): Member[] =>
    [...confidences]
      .sort(([a], [b]) => a - b)
      .map(([workload, confidence]) => ({
        workload: at(workload).id,
        confidence: Math.round(confidence * 1000) / 1000,
      }));
  const certain = (workloads: readonly number[]) => members(workloads.map((workload) => [workload, 1]));
  const plain = (kind: Group['kind'], name: string, workloads: readonly number[], reasons: readonly Reason[]) => ({
    kind,
    parent: null,
    members: certain(workloads),
    reasons,
    labelled: false,
    name: () => name,
  });

  const usesOf = usesByWorkload(uses);
  const aside = meshReasons(evidence, structure);
  const crowdIn = crowdsByEnvironment(applications, at);
  const lent = lentShares(applications);
  const drafts = applications.map((application): ProposedGroup => {
    const own = [...application.owned.keys()];
    const naming = {
      workloads: own.map(at),
      label: application.application,
      purpose: purposeOf(ownHabits(evidence, own, usesOf)),
    };
    return {
      kind: 'application',
      parent: null,
      members: members([...application.owned, ...application.borrowed]),
      reasons: [...applicationReasons(application, lent, at), ...(meshes.length > 0 ? aside : [])],
      labelled: application.application !== null,
      name: () => nameApplication(naming, application.environment, crowdIn(application.environment)),
    };
  });
  const tierGroups = tiers.map((tier): ProposedGroup => {
    const own = [...tier.members.keys()];
    const mates = new Set([...(applications[tier.application]?.owned.keys() ?? []), ...own]);
    const habits = habitsOf(evidence, own, usesOf);
    const label = commonLabel(own.map(at), 'role');
    const naming = { workloads: own.map(at), label, purpose: purposeOf(habits) };
    const reasons = habitReasons(habits, own.length);
    return {
      kind: 'tier',
      parent: drafts[tier.application] ?? null,
      members: members(tier.members),
      reasons: reasons.length > 0 ? reasons : [{ text: 'no traffic seen that tells them apart', weight: 0 }],
      labelled: label !== null,
      name: (application) => nameTier(naming, application ?? '', crowdOfWorkloads([...mates].map(at))),
    };
  });
  return [
    ...drafts,
    ...tierGroups,
    ...shared.map(({ name, workloads, reasons }) => plain('shared-service', name, workloads, reasons)),
    ...scanners.map(({ workload, reasons }) => plain('scanner', `scanner ${at(workload).name}`, [workload], reasons)),
    ...outsiders.map(({ kind, name, workloads, reason }) =>
      plain(kind, name, workloads, [{ text: reason, weight: 1 }]),
    ),
  ];
}

function usesByWorkload(uses: readonly Use[]): (workload: number) => readonly Use[] {
  const byClient = groupBy(uses, ({ client }) => client);
  const byServer = groupBy(uses, ({ server }) => server);
  return (workload) => [...(byClient.get(workload) ?? []), ...(byServer.get(workload) ?? [])];
}

/** What an application does for the outside says more about it than what its tiers do for each other. */
function ownHabits(evidence: Evidence, own: readonly number[], usesOf: (workload: number) => readonly Use[]): Habit[] {
  const inside = new Set(own);
  const habits = habitsOf(evidence, own, (workload) =>
    usesOf(workload).filter(({ client, server }) => inside.has(server) && !inside.has(client)),
  );
  return habits.length > 0 ? habits : habitsOf(evidence, own, usesOf);
}

function applicationReasons(
  { owned, borrowed, inside, outside, application, environment }: Application,
  lent: ReadonlyMap<number, number>,
  at: (workload: number) => Workload,
): Reason[] {
  const reasons: Reason[] = [];
  const labelled = [...owned.keys()].filter((workload) => at(workload).labels.app === application).length;
  if (application !== null) {
    reasons.push({
      text: `the inventory labels ${labelled} of ${owned.size} with app ${application}`,
      weight: labelled / owned.size,
    });
  }
  if (environment !== null) reasons.push({ text: `kept to environment ${environment}`, weight: 0.5 });
  if (inside + outside > 0) {
    const share = inside / (inside + outside);
    reasons.push({
      text: `${Math.round(100 * share)} % of its traffic with managed workloads, by weight, stays inside`,
      weight: share,
    });
  } else if (owned.size > 1) reasons.push({ text: 'alike, and no traffic with other managed workloads', weight: 0.5 });
  else reasons.push({ text: 'no traffic with other managed workloads', weight: 0 });
  for (const [workload, share] of borrowed) {
    reasons.push({
      text: `also lives on ${at(workload).name} of another application: ${Math.round(100 * share)} % of its service goes here`,
      weight: share,
    });
  }
  for (const workload of owned.keys()) {
    const share = lent.get(workload);
    if (share === undefined) continue;
    const name = at(workload).name;
    reasons.push({
      text: `its ${name} also serves other applications: ${Math.round(100 * share)} % of its service goes there`,
      weight: -share,
    });
  }
  return reasons;
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

/** How much of the service of a workload goes to applications that do not own it. */
function lentShares(applications: readonly Application[]): Map<number, number> {
  const lent = new Map<number, number>();
  for (const { borrowed } of applications) {
    for (const [workload, share] of borrowed) lent.set(workload, (lent.get(workload) ?? 0) + share);
  }
  return lent;
}

function meshReasons({ services, managed }: Evidence, { meshes }: Structure): Reason[] {
  const all = managed.length * (managed.length - 1);
  return meshes.flatMap(({ service, pairs }) => {
    const used = services[service];
    return used
      ? [
          {
            text: `${serviceName(used.service)} (${used.key}) was set aside: ${Math.round((100 * pairs) / all)} % of all pairs use it`,
            weight: 0,
          },
        ]
      : [];
  });
}
