import { layoutMap, type MapLink } from '../analytics/layout';
import type { Topology } from '../analytics/model/topology';
import { serviceName } from '../analytics/services';
import type { Policy, Selector } from '../recommender/model/policy';
import type { MapAnswer } from './console/contract';

/**
 * The picture: what the analysis found, and between it what the latest recommendation admits. What shared services do
 * among themselves is left to the table: everything uses DNS, and drawing that pulls their column apart.
 */
export function mapOf(
  topology: Topology | undefined,
  policy: Policy | undefined,
  expanded: readonly string[],
): MapAnswer {
  const links = topology && policy?.topology === topology.id ? linksOf(policy, drawnAs(topology, policy.groups)) : [];
  return drawMap(topology, links, expanded);
}

/** @param links between groups of the topology */
export function drawMap(
  topology: Topology | undefined,
  links: readonly MapLink[],
  expanded: readonly string[],
): MapAnswer {
  if (!topology) {
    const nothing: Topology = { id: '', window: { from: 0, to: 0 }, workloads: [], groups: [] };
    return { view: layoutMap({ topology: nothing, links: [], expanded: [] }), window: null, topology: null };
  }
  const shared = new Set(topology.groups.flatMap(({ id, kind }) => (kind === 'shared-service' ? [id] : [])));
  const drawn = links.filter(({ from, to }) => !(shared.has(from) && shared.has(to)));
  const view = layoutMap({ topology, links: drawn, expanded });
  const hidden = { ...view.hidden, edges: view.hidden.edges + links.length - drawn.length };
  return { view: { ...view, hidden }, window: topology.window, topology: topology.id };
}

/** Groups that a policy made of the topology's (the managed part of one, the public Internet) are drawn as those. */
export function drawnAs(
  { groups }: Topology,
  named: readonly { readonly id: string; readonly kind: string }[],
): ReadonlyMap<string, string> {
  const byId = new Map(groups.map(({ id }) => [id, id]));
  const byName = new Map(groups.map(({ id, kind, name }) => [`${kind} ${name}`, id]));
  const drawn = named.map(({ id, kind }) => {
    const [base = id] = id.split(':');
    return [id, byId.get(id) ?? byId.get(base) ?? byName.get(`${kind} ${base}`)] as const;
  });
  return new Map(drawn.flatMap(([id, group]) => (group === undefined ? [] : [[id, group]])));
}

function linksOf(policy: Policy, drawn: ReadonlyMap<string, string>): MapLink[] {
  return policy.sections.flatMap(({ rules }) =>
    rules.flatMap((rule) =>
      groupsOf(rule.sources, drawn).flatMap((from) =>
        groupsOf(rule.destinations, drawn).map((to) => ({
          from,
          to,
          label: rule.services.map(serviceName).join(', '),
          rules: [rule.id],
          connections: rule.evidence.connections,
          state: 'allowed' as const,
        })),
      ),
    ),
  );
}

function groupsOf(selectors: readonly Selector[], drawn: ReadonlyMap<string, string>): string[] {
  return selectors.flatMap((selector) => (selector.kind === 'group' ? (drawn.get(selector.group) ?? []) : []));
}
