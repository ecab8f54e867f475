import type { Dependency } from '../../model/dependency';
import type { GroupDecision } from '../../model/group-decision';
import type { Group, GroupKind, Member, Reason, Topology } from '../../model/topology';
import type { Workload } from '../../model/workload';
import { knownService } from '../../services';
import { rounded } from '../figures';
import type { GroupName } from '../history/diff';
import { sameRole } from './about-group';
import type { GroupAnswer, Membership } from './answer';
import { likenessOf } from './likeness';
import { tiesOf } from './ties';

export interface Explained {
  readonly topology: Topology;
  /** Of the same window. */
  readonly dependencies: readonly Dependency[];
  readonly decisions: readonly GroupDecision[];
}

const ORDER: readonly GroupKind[] = ['application', 'tier', 'shared-service', 'scanner', 'external', 'unknown'];

/**
 * Why a workload is in the groups it is in: what it does with whom, what it has in common with its tier, what else was
 * nearly as good, and what labels and people say.
 *
 * @param workload one of the topology, as `findWorkload` gives it
 */
export function whyGroup({ topology, dependencies, decisions }: Explained, workload: Workload): GroupAnswer {
  const { id, name, kind, addresses, labels, users } = workload;
  const mine = topology.groups.flatMap((group): [Group, Member][] => {
    const member = group.members.find((each) => each.workload === id);
    return member ? [[group, member]] : [];
  });
  mine.sort(
    ([a, x], [b, y]) =>
      Number(x.lent ?? false) - Number(y.lent ?? false) || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind),
  );
  const alike = mine.find(
    ([group, { lent }]) => lent !== true && (group.kind === 'tier' || group.kind === 'shared-service'),
  );
  const answered = dependencies.filter(isAnswered);
  const own = answered.filter(({ client, server }) => client === id || server === id);
  return {
    workload: { id, name, kind, addresses, labels, ...(users ? { users } : {}) },
    topology: topology.id,
    window: topology.window,
    groups: mine.map(([group, member]) => membershipOf(group, member, topology)),
    ties: tiesOf(id, own, topology),
    likeness: alike ? likenessOf(id, alike[0], withoutScans(answered, topology), managedOf(topology)) : null,
    labels: labelReasons(
      workload,
      mine.map(([group]) => group),
      topology,
    ),
    decisions: decisions.filter((decision) => concerns(decision, id, mine)),
    disagreements: (topology.disagreements ?? []).filter((each) => each.workload === id),
    unmet: (topology.unmet ?? []).filter(({ workloads }) => workloads.includes(id)),
  };
}

/** What is asked and answered, or never answered by nature. */
function isAnswered({ established, service }: Dependency): boolean {
  return established > 0 || knownService(service)?.oneWay === true;
}

/** Whoever is scanned seems to serve whatever answers. */
function withoutScans(dependencies: readonly Dependency[], { groups }: Topology): Dependency[] {
  const scanners = new Set(
    groups.filter(({ kind }) => kind === 'scanner').flatMap(({ members }) => members.map(({ workload }) => workload)),
  );
  return dependencies.filter(({ client }) => !scanners.has(client));
}

function managedOf({ workloads }: Topology): ReadonlySet<string> {
  return new Set(workloads.filter(({ kind }) => kind === 'managed').map(({ id }) => id));
}

function membershipOf(group: Group, member: Member, { groups }: Topology): Membership {
  const { id, kind, name, members, since, confirmed, role } = group;
  const { confidence, decision, lent, next } = member;
  const other = next && groups.find((each) => each.id === next.group);
  return {
    id,
    kind,
    name,
    members: members.length,
    confidence,
    ...(next && other ? { next: { ...named(other), fit: next.fit } } : {}),
    lent: lent === true,
    ...(decision === undefined ? {} : { decision }),
    ...(confirmed === undefined ? {} : { confirmed }),
    ...(since === undefined ? {} : { since }),
    ...(role === undefined ? {} : { role, sameRole: sameRole(group, groups).map(named) }),
    reasons: group.reasons,
  };
}

function named({ id, kind, name }: Group): GroupName {
  return { id, kind, name };
}

/** For the labels that groups go by: how many of its group carry the same, and who else does. */
function labelReasons({ labels }: Workload, groups: readonly Group[], { workloads }: Topology): Reason[] {
  const labelsOf = new Map(workloads.map((each) => [each.id, each.labels]));
  const shared = (label: 'app' | 'role') =>
    label === 'app' ? groups.find((each) => each.kind === 'shared-service') : undefined;
  const said = [
    ['app', 'application'],
    ['role', 'tier'],
  ] as const;
  return said.flatMap(([label, kind]): Reason[] => {
    const value = labels[label];
    const group = groups.find((each) => each.kind === kind) ?? shared(label);
    if (value === undefined || !group) return [];
    const others = group.members.flatMap((member) => labelsOf.get(member.workload)?.[label] ?? []);
    const same = others.filter((other) => other === value).length;
    return [
      {
        text: `${label}:${value} is said of ${same} of the ${group.members.length} workloads of ${group.name}, and something else of ${others.length - same}`,
        weight: rounded((2 * same - others.length) / others.length),
      },
    ];
  });
}

function concerns({ id, wish }: GroupDecision, workload: string, mine: readonly (readonly [Group, Member])[]): boolean {
  if (mine.some(([group, member]) => group.confirmed === id || member.decision === id)) return true;
  if ('workloads' in wish) return wish.workloads.includes(workload);
  const about = 'groups' in wish ? wish.groups : [wish.group];
  return about.some((named) => mine.some(([group]) => group.id === named));
}
