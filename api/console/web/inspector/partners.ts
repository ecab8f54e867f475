import type { MapEdge } from '../../../../analytics/layout/view';
import type { Rule, Selector } from '../../../../recommender/model/policy';
import type { Estate } from '../estate';

/** Lines of the map that say the same of one partner: those of an application's tiers are told of once. */
export interface Partner {
  /** The first of the lines. */
  readonly edge: MapEdge;
  /** Id of the box at the other end. */
  readonly id: string;
  readonly connections: number;
  /** Some of the rules are about others too, and so are their connections. */
  readonly shared: boolean;
}

/**
 * @param edges lines of one direction
 * @param end the other one of them
 * @param inside ids of the group and its tiers
 * @returns in the order of the lines
 */
export function partnersOf(
  edges: readonly MapEdge[],
  end: 'from' | 'to',
  inside: ReadonlySet<string>,
  estate: Pick<Estate, 'rule' | 'tiersOf'>,
): Partner[] {
  const alike = new Map<string, MapEdge[]>();
  for (const edge of edges) {
    const key = JSON.stringify([edge[end], edge.label, edge.state]);
    alike.set(key, [...(alike.get(key) ?? []), edge]);
  }
  return [...alike.values()].flatMap((lines) => {
    const [edge] = lines;
    if (edge === undefined) return [];
    const id = edge[end];
    const other = new Set([id, ...estate.tiersOf(id).map((tier) => tier.id)]);
    // A rule that several lines stand for is counted once.
    const rules = [...new Set(lines.flatMap((line) => line.rules))].flatMap((rule) => estate.rule(rule) ?? []);
    const [sources, destinations] = end === 'to' ? [inside, other] : [other, inside];
    return {
      edge,
      id,
      connections: (rules.length > 0 ? rules.map(({ evidence }) => evidence) : lines).reduce(
        (sum, { connections }) => sum + connections,
        0,
      ),
      shared: rules.some((rule) => !isBetween(rule, sources, destinations)),
    };
  });
}

function isBetween(rule: Rule, sources: ReadonlySet<string>, destinations: ReadonlySet<string>): boolean {
  return (
    rule.sources.every((each) => isOf(each, sources)) && rule.destinations.every((each) => isOf(each, destinations))
  );
}

/** A policy's part of a group goes by the id of that group, and what part it is behind a colon. */
function isOf(selector: Selector, groups: ReadonlySet<string>): boolean {
  return selector.kind === 'group' && groups.has(selector.group.split(':')[0] ?? '');
}
