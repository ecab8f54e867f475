import { compareText } from '../../ingest/kernel/text';
import { WayleaveError } from '../../ingest/kernel/errors';
import type { Group } from '../model/topology';
import { mergedLabel } from './merged-label';
import type { LinkState, MapInput, MapLink, RegionKind } from './view';

/**
 * Beyond these nobody reads a map and browsers stop panning smoothly: NSX Intelligence clusters from 500 computes on,
 * Grafana's node graph warned past 1,500 nodes.
 */
const MAX_BOXES = 500;
const MAX_EDGES = 1500;

/** A box that is not inside another one. */
export interface TopBox {
  readonly group: Group;
  readonly region: RegionKind;
  /** All of an application's tiers, sorted by id. */
  readonly tiers: readonly Group[];
  readonly expanded: boolean;
}

export interface VisibleEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly rules: readonly string[];
  readonly connections: number;
  readonly state: LinkState;
}

export interface VisibleGraph {
  readonly tops: readonly TopBox[];
  readonly edges: readonly VisibleEdge[];
  readonly hidden: { readonly boxes: number; readonly edges: number };
}

/**
 * What there is to draw: links added up onto the boxes that are visible, links inside a collapsed application left to
 * its box, and the least used boxes and edges dropped beyond the limits.
 *
 * @throws WayleaveError `unknown-group` for a link whose end is not in the topology
 */
export function visibleGraph({ topology, links, expanded }: MapInput): VisibleGraph {
  const use = connectionsByGroup(links);
  const useOf = (group: Group): number => use.get(group.id) ?? 0;
  const ranked = topBoxes(topology.groups, new Set(expanded)).sort(
    (a, b) => totalUse(b, useOf) - totalUse(a, useOf) || compareText(a.group.id, b.group.id),
  );
  const shown = withinBoxLimit(ranked);
  const drawn = new Map<string, string>();
  for (const top of shown) {
    drawn.set(top.group.id, top.group.id);
    for (const tier of top.tiers) drawn.set(tier.id, top.expanded ? tier.id : top.group.id);
  }
  const known = new Set(topology.groups.map((group) => group.id));
  const { edges, offMap } = addUp(links, drawn, known);
  const kept = edges.slice(0, MAX_EDGES);
  const wanted = ranked.reduce((sum, top) => sum + boxesOf(top), 0);
  return {
    tops: shown.toSorted((a, b) => compareText(a.group.name, b.group.name) || compareText(a.group.id, b.group.id)),
    edges: kept,
    hidden: {
      boxes: wanted - shown.reduce((sum, top) => sum + boxesOf(top), 0),
      edges: edges.length - kept.length + offMap,
    },
  };
}

function topBoxes(groups: readonly Group[], expanded: ReadonlySet<string>): TopBox[] {
  const tiers = new Map<string, Group[]>();
  for (const group of groups.toSorted((a, b) => compareText(a.id, b.id))) {
    if (group.application !== null) tiers.set(group.application, [...(tiers.get(group.application) ?? []), group]);
  }
  return groups
    .filter((group) => group.application === null)
    .map((group) => {
      const own = tiers.get(group.id) ?? [];
      return { group, region: regionOf(group), tiers: own, expanded: own.length > 0 && expanded.has(group.id) };
    });
}

function regionOf({ kind }: Group): RegionKind {
  if (kind === 'application' || kind === 'tier') return 'applications';
  return kind === 'shared-service' ? 'shared' : 'outside';
}

/** An application that cannot be opened as a whole stays closed: half an application would mislead. */
function withinBoxLimit(ranked: readonly TopBox[]): TopBox[] {
  const shown = ranked.slice(0, MAX_BOXES);
  let room = MAX_BOXES - shown.length;
  return shown.map(({ group, region, tiers, expanded }) => {
    const opens = expanded && tiers.length <= room;
    if (opens) room -= tiers.length;
    return { group, region, tiers, expanded: opens };
  });
}

function boxesOf(top: TopBox): number {
  return 1 + (top.expanded ? top.tiers.length : 0);
}

function connectionsByGroup(links: readonly MapLink[]): Map<string, number> {
  const use = new Map<string, number>();
  for (const link of links) {
    use.set(link.from, (use.get(link.from) ?? 0) + link.connections);
    use.set(link.to, (use.get(link.to) ?? 0) + link.connections);
  }
  return use;
}

function totalUse(top: TopBox, useOf: (group: Group) => number): number {
  return top.tiers.reduce((sum, tier) => sum + useOf(tier), useOf(top.group));
}

/** One edge per pair of visible boxes and state, the busiest first; `offMap` counts pairs with a box beyond the limit. */
function addUp(
  links: readonly MapLink[],
  drawn: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
): { readonly edges: VisibleEdge[]; readonly offMap: number } {
  const bundles = new Map<string, MapLink[]>();
  const offMap = new Set<string>();
  for (const link of links) {
    const from = drawn.get(requireKnown(link.from, known));
    const to = drawn.get(requireKnown(link.to, known));
    if (from === undefined || to === undefined) {
      offMap.add(edgeId(from ?? link.from, to ?? link.to, link.state));
    } else if (from !== to || (from === link.from && to === link.to)) {
      const id = edgeId(from, to, link.state);
      const bundle = bundles.get(id);
      if (bundle === undefined) bundles.set(id, [{ ...link, from, to }]);
      else bundle.push({ ...link, from, to });
    }
  }
  const edges = [...bundles].flatMap(([id, [first, ...rest]]) => (first === undefined ? [] : [merge(id, first, rest)]));
  return {
    edges: edges.sort((a, b) => b.connections - a.connections || compareText(a.id, b.id)),
    offMap: offMap.size,
  };
}

function merge(id: string, first: MapLink, rest: readonly MapLink[]): VisibleEdge {
  const links = [first, ...rest];
  return {
    id,
    from: first.from,
    to: first.to,
    label: mergedLabel(links.map((link) => link.label)),
    rules: [...new Set(links.flatMap((link) => link.rules))].sort(compareText),
    connections: links.reduce((sum, link) => sum + link.connections, 0),
    state: first.state,
  };
}

function requireKnown(id: string, known: ReadonlySet<string>): string {
  if (!known.has(id)) {
    throw new WayleaveError(`a link names the group "${id}", which the topology does not have`, {
      code: 'unknown-group',
      where: { group: id },
    });
  }
  return id;
}

function edgeId(from: string, to: string, state: LinkState): string {
  return `${from}>${to}:${state}`;
}
