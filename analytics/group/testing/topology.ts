import type { DecidedGroup, GroupDecision, GroupWish } from '../../model/group-decision';
import type { Group, GroupKind, Topology } from '../../model/topology';
import type { Workload } from '../../model/workload';

export interface GroupSketch {
  readonly kind?: GroupKind;
  /** As its name, where it is not said. */
  readonly id?: string;
  readonly application?: string;
  readonly environment?: string;
  /** Workload ids with spaces between; `b~0.4` has that confidence, `(c)` is lent. */
  readonly members: string;
}

export interface TopologySketch {
  readonly id?: string;
  /** Of a day that begins then. */
  readonly from?: number;
  /** By workload id. */
  readonly labels?: Readonly<Record<string, Workload['labels']>>;
}

/** A run by its groups, by name; managed workloads are those of the groups. */
export function topologyOf(
  groups: Readonly<Record<string, string | GroupSketch>>,
  { id = 'topology-1', from = 0, labels = {} }: TopologySketch = {},
): Topology {
  const drawn = Object.entries(groups).map(([name, sketch]) =>
    draw(name, typeof sketch === 'string' ? { members: sketch } : sketch),
  );
  const workloads = [...new Set(drawn.flatMap(({ members }) => members.map(({ workload }) => workload)))].sort();
  return {
    id,
    window: { from, to: from + 86_400 },
    workloads: workloads.map((workload) => ({
      id: workload,
      name: workload,
      kind: 'managed',
      addresses: [],
      labels: labels[workload] ?? {},
    })),
    groups: drawn,
  };
}

function draw(
  name: string,
  { id = name, kind = 'application', application, environment, members }: GroupSketch,
): Group {
  return {
    id,
    kind,
    name,
    application: application ?? null,
    members: members
      .split(' ')
      .filter((written) => written !== '')
      .map((written) => {
        const [, workload = '', confidence = '1'] = /^\(?(.+?)\)?(?:~(.+))?$/.exec(written) ?? [];
        return {
          workload,
          confidence: Number(confidence),
          ...(written.startsWith('(') ? { lent: true as const } : {}),
        };
      })
      .sort((a, b) => (a.workload < b.workload ? -1 : 1)),
    reasons: [],
    ...(environment === undefined ? {} : { environment }),
  };
}

/** A decision on groups as a run had them. */
export function decisionOn(
  topology: Topology,
  wish: GroupWish,
  number: number,
  more: Pick<GroupDecision, 'undone'> = {},
): GroupDecision {
  const about = 'groups' in wish ? wish.groups : 'group' in wish ? [wish.group] : [];
  return {
    id: `decision-${number}`,
    number,
    at: 1_760_000_000 + number,
    by: 'ann',
    reason: 'because',
    wish,
    groups: about.map((id) => decidedGroup(topology, id)),
    topology: topology.id,
    ...more,
  };
}

function decidedGroup({ groups }: Topology, wanted: string): DecidedGroup {
  const group = groups.find(({ id }) => id === wanted);
  if (!group) throw new RangeError(`the sketch has no group ${wanted}`);
  const { id, kind, name, application } = group;
  return {
    id,
    kind,
    name,
    application,
    members: group.members.filter(({ lent }) => !lent).map(({ workload }) => workload),
  };
}
