import { groupBy } from '../../graph/components';
import type { Group, Reason } from '../../model/topology';
import type { Workload } from '../../model/workload';
import { serviceName } from '../../services';
import type { Application } from '../applications/applications';
import type { Evidence, Use } from '../evidence';
import type { Crowd } from './host-names';
import { commonLabel, crowdOfWorkloads, nameApplication, nameTier } from './names';
import { habitReasons, habitsOf, purposeOf, type Habit } from '../roles/profile';
import type { ProposedRole } from '../roles/role-names';
import type { Structure } from '../structure';
import { networkOf } from '../applications/vicinity';

export interface ProposedMember {
  readonly workload: string;
  readonly confidence: number;
  /** It is at home in another group of this kind. */
  readonly lent?: boolean;
  /** Where it would be otherwise. */
  readonly next?: { readonly group: () => ProposedGroup | undefined; readonly fit: number };
}

/** A group in words, but for its identity. */
export interface ProposedGroup {
  readonly kind: Group['kind'];
  /** The application of a tier. */
  readonly parent: ProposedGroup | null;
  /** Sorted by workload id. */
  readonly members: readonly ProposedMember[];
  readonly reasons: readonly Reason[];
  /** Other groups that it has traffic with, and how much of its own that is. */
  readonly elsewhere: readonly { readonly group: () => ProposedGroup | undefined; readonly share: number }[];
  /** Of an application. */
  readonly environment: string | null;
  /** Of a tier; tiers of one role have the same. */
  readonly role: ProposedRole | null;
  /** Whether the name comes from the inventory, and follows it. */
  readonly labelled: boolean;
  readonly name: (application: string | null) => string;
}

/** Seeds that agree on all but this much agree. */
const CERTAIN = 0.995;

/** By workload number: the number of the application, or tier, it would be in otherwise, and how well it would fit. */
type NextBest = ReadonlyMap<number, { readonly at: number; readonly fit: number }>;

export function proposeGroups(evidence: Evidence, structure: Structure): ProposedGroup[] {
  const { scanners, shared, applications, tiers, outsiders, meshes, uses } = structure;
  const at = (workload: number): Workload => {
    const found = evidence.workloads[workload];
    if (!found) throw new RangeError(`no workload ${workload}`);
    return found;
  };
  const members = (
    confidences: ReadonlyMap<number, number>,
    isLent: (workload: number) => boolean,
    next: NextBest | undefined,
    among: readonly ProposedGroup[],
  ): ProposedMember[] =>
    [...confidences]
      .sort(([a], [b]) => a - b)
      .map(([workload, confidence]) => {
        const other = next?.get(workload);
        return {
          workload: at(workload).id,
          confidence,
          ...(isLent(workload) ? { lent: true } : {}),
          ...(other ? { next: { group: () => among[other.at], fit: other.fit } } : {}),
        };
      });
  const plain = (
    kind: Group['kind'],
    name: string,
    workloads: readonly number[],
    reasons: readonly Reason[],
    confidences: readonly number[] = [],
  ) => ({
    kind,
    parent: null,
    members: workloads
      .map((workload, n) => ({ workload, confidence: confidences[n] ?? 1 }))
      .sort((a, b) => a.workload - b.workload)
      .map(({ workload, confidence }) => ({ workload: at(workload).id, confidence })),
    reasons,
    elsewhere: [],
    environment: null,
    role: null,
    labelled: false,
    name: () => name,
  });

  const usesOf = usesByWorkload(uses);
  const aside = meshReasons(evidence, structure);
  const crowdIn = crowdsByEnvironment(applications, at);
  const lent = lentShares(applications);
  const drafts: ProposedGroup[] = [];
  for (const application of applications) {
    const { owned, borrowed, environment, next, towards } = application;
    const own = [...owned.keys()];
    const network = quietNetwork(application, at);
    const naming = {
      workloads: own.map(at),
      label: application.application,
      purpose: purposeOf(ownHabits(evidence, own, usesOf)),
      network,
    };
    drafts.push({
      kind: 'application',
      parent: null,
      members: members(new Map([...owned, ...borrowed]), (each) => !owned.has(each), next, drafts),
      reasons: [...applicationReasons(application, network, lent, at), ...(meshes.length > 0 ? aside : [])],
      elsewhere: towards.map(({ at: other, share }) => ({ group: () => drafts[other], share })),
      environment,
      role: null,
      labelled: application.application !== null,
      name: () => nameApplication(naming, environment, crowdIn(environment)),
    });
  }
  const roleOf = roleProposer(evidence, structure.roles, usesOf);
  const tierGroups: ProposedGroup[] = [];
  for (const tier of tiers) {
    const own = [...tier.members.keys()];
    const { next }: { readonly members: object; readonly next?: NextBest } = tier;
    const owned = applications[tier.application]?.owned;
    const mates = new Set([...(owned?.keys() ?? []), ...own]);
    const habits = habitsOf(evidence, own, usesOf);
    const label = commonLabel(own.map(at), 'role');
    const naming = { workloads: own.map(at), label, purpose: purposeOf(habits) };
    const reasons = habitReasons(habits, own.length);
    tierGroups.push({
      kind: 'tier',
      parent: drafts[tier.application] ?? null,
      members: members(tier.members, (each) => owned?.has(each) === false, next, tierGroups),
      reasons: reasons.length > 0 ? reasons : [{ text: 'no traffic seen that tells them apart', weight: 0 }],
      elsewhere: [],
      environment: null,
      role: roleOf(own),
      labelled: label !== null,
      name: (application) => nameTier(naming, application ?? '', crowdOfWorkloads([...mates].map(at))),
    });
  }
  return [
    ...drafts,
    ...tierGroups,
    ...shared.map(({ name, workloads, reasons, confidences }) =>
      plain('shared-service', name, workloads, reasons, confidences),
    ),
    ...scanners.map(({ workload, reasons, confidence }) =>
      plain('scanner', `scanner ${at(workload).name}`, [workload], reasons, [confidence]),
    ),
    // What is not managed is called what it is, whatever it was before: hosts once they serve, users once they log on.
    ...outsiders.map(({ kind, name, workloads, reason }) => ({
      ...plain(kind, name, workloads, [{ text: reason, weight: 1 }]),
      labelled: true,
    })),
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
  { owned, borrowed, inside, outside, application, environment, agreement }: Application,
  network: string | undefined,
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
  } else if (network !== undefined)
    reasons.push({ text: `no traffic with other managed workloads; all in ${network}`, weight: 0.5 });
  else if (owned.size > 1) reasons.push({ text: 'alike, and no traffic with other managed workloads', weight: 0.5 });
  else reasons.push({ text: 'no traffic with other managed workloads', weight: 0 });
  if (agreement < CERTAIN) {
    reasons.push({
      text: `searches from different seeds agree on ${Math.round(100 * agreement)} % of who belongs together here`,
      weight: agreement - 1,
    });
  }
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

/** The network of several workloads that have no traffic with managed ones, where all of them are in one. */
function quietNetwork({ owned, inside, outside }: Application, at: (workload: number) => Workload): string | undefined {
  if (inside + outside > 0 || owned.size < 2) return undefined;
  const [network, ...others] = new Set([...owned.keys()].map((workload) => networkOf(at(workload))));
  return others.length === 0 ? network : undefined;
}

/** The role of most of a tier's workloads, which is that of all of them unless people put some there. */
function roleProposer(
  evidence: Evidence,
  { members, roleOf }: Structure['roles'],
  usesOf: (workload: number) => readonly Use[],
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
    const mates = own.flatMap((workload) => evidence.workloads[workload] ?? []);
    const label = commonLabel(mates, 'role');
    const role = {
      members: mates.map(({ id }) => id),
      name: label ?? purposeOf(habitsOf(evidence, own, usesOf)),
      labelled: label !== null,
    };
    proposed.set(number, role);
    return role;
  };
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

function meshReasons({ services }: Evidence, { meshes }: Structure): Reason[] {
  return meshes.flatMap(({ service, share }) => {
    const used = services[service];
    return used
      ? [
          {
            text: `${serviceName(used.service)} (${used.key}) was set aside: ${Math.round(100 * share)} % of all pairs use it`,
            weight: 0,
          },
        ]
      : [];
  });
}
