import type { Edge } from './hourly-edges';

/**
 * Exact rules, one per client, server and port seen before: the share of what is used later between labelled hosts and
 * anybody that they would deny.
 */
export function exactRuleDenials(edges: readonly Edge[], until: number, concerns: (edge: Edge) => boolean): number {
  const later = edges.filter((edge) => concerns(edge) && [...edge.hours].some((hour) => hour >= until));
  const denied = later.filter(({ hours }) => [...hours].every((hour) => hour >= until));
  return denied.length / later.length;
}
