import { layoutMap, type MapLink } from '../analytics/layout';
import type { Topology } from '../analytics/model/topology';
import { serviceName } from '../analytics/services';
import type { Policy, Selector } from '../recommender/model/policy';
import type { MapAnswer } from './console/contract';

/** The picture: what the analysis found, and between it what the latest recommendation admits. */
export function mapOf(
  topology: Topology | undefined,
  policy: Policy | undefined,
  expanded: readonly string[],
): MapAnswer {
  if (!topology) {
    const nothing: Topology = { id: '', window: { from: 0, to: 0 }, workloads: [], groups: [] };
    return { view: layoutMap({ topology: nothing, links: [], expanded: [] }), window: null, topology: null };
  }
  const links = policy?.topology === topology.id ? linksOf(policy) : [];
  return { view: layoutMap({ topology, links, expanded }), window: topology.window, topology: topology.id };
}

function linksOf(policy: Policy): MapLink[] {
  return policy.sections.flatMap(({ rules }) =>
    rules.flatMap((rule) =>
      groupsOf(rule.sources).flatMap((from) =>
        groupsOf(rule.destinations).map((to) => ({
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

function groupsOf(selectors: readonly Selector[]): string[] {
  return selectors.flatMap((selector) => (selector.kind === 'group' ? [selector.group] : []));
}
