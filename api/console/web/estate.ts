import type { Group } from '../../../analytics/model/topology';
import type { MapEdge } from '../../../analytics/layout/view';
import type { Rule } from '../../../recommender/model/policy';
import type { Focus } from './hash';
import { rowsOf, type Row } from './rules/rows';
import type { Answers } from './use-answers';

/** The answers, looked up the ways the page needs them. */
export interface Estate {
  readonly rows: readonly Row[];
  group(id: string): Group | undefined;
  /** A group's name; its id when the analysis it is from is gone. */
  nameOf(id: string): string;
  tiersOf(application: string): readonly Group[];
  edge(id: string): MapEdge | undefined;
  /** Lines that start or end at a box or inside it. */
  edgesAt(box: string): readonly MapEdge[];
  rule(id: string): Rule | undefined;
  /** Ids of the groups a rule names. */
  groupsOf(rule: string): readonly string[];
  /** Ids of the rules behind what is selected on the map; null when that is nothing. */
  rulesAt(focus: Focus | null): ReadonlySet<string> | null;
}

export function estateOf({ map, topology, policy }: Answers): Estate {
  const groups = new Map<string, Group>((topology?.groups ?? []).map((group) => [group.id, group]));
  const frozen = new Map((policy?.groups ?? []).map((group) => [group.id, group.name]));
  const parents = new Map(map.view.boxes.map((box) => [box.id, box.parent]));
  const edges = new Map(map.view.edges.map((edge) => [edge.id, edge]));
  const rules = new Map((policy?.sections ?? []).flatMap((each) => each.rules.map((rule) => [rule.id, rule] as const)));
  const rows = policy === null ? [] : rowsOf(policy);
  const isAt = (id: string, box: string): boolean => id === box || parents.get(id) === box;
  const tiersOf = (application: string): readonly Group[] =>
    [...groups.values()].filter((group) => group.application === application);
  return {
    rows,
    group: (id) => groups.get(id),
    nameOf: (id) => groups.get(id)?.name ?? frozen.get(id) ?? id,
    tiersOf,
    edge: (id) => edges.get(id),
    edgesAt: (box) => map.view.edges.filter(({ from, to }) => isAt(from, box) || isAt(to, box)),
    rule: (id) => rules.get(id),
    groupsOf: (rule) => rows.find(({ id }) => id === rule)?.groups ?? [],
    rulesAt(focus) {
      if (focus === null) return null;
      if (focus.kind === 'edge') return new Set(edges.get(focus.id)?.rules);
      const own = new Set([focus.id, ...tiersOf(focus.id).map((tier) => tier.id)]);
      return new Set(rows.filter((row) => row.groups.some((id) => own.has(id))).map((row) => row.id));
    },
  };
}
