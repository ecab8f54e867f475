import type { MapView } from '../../../../analytics/layout/view';
import type { Estate } from '../estate';
import type { Place } from '../hash';

/** Ids of the lines and boxes that what is selected is about. */
export interface Highlight {
  readonly edges: ReadonlySet<string>;
  readonly boxes: ReadonlySet<string>;
}

/** Null when nothing is selected, and all are alike. */
export function highlight({ boxes, edges }: MapView, estate: Estate, { focus, rule }: Place): Highlight | null {
  if (rule === null && focus === null) return null;
  const lit = litEdges(edges, estate, focus, rule);
  const touched = new Set(lit.flatMap(({ from, to }) => [from, to]));
  // A rule inside a closed application has no line; the application stands for it.
  for (const id of rule === null ? [] : estate.groupsOf(rule)) touched.add(estate.group(id)?.application ?? id);
  const opened = rule === null && focus?.kind === 'box' ? focus.id : null;
  if (opened !== null) touched.add(opened);
  const around = boxes.flatMap(({ id, parent }) => (parent !== null && touched.has(id) ? [parent] : []));
  const inside = boxes.flatMap(({ id, parent }) => (parent !== null && parent === opened ? [id] : []));
  return { edges: new Set(lit.map(({ id }) => id)), boxes: new Set([...touched, ...around, ...inside]) };
}

function litEdges(
  edges: MapView['edges'],
  estate: Estate,
  focus: Place['focus'],
  rule: string | null,
): MapView['edges'] {
  if (rule !== null) return edges.filter(({ rules }) => rules.includes(rule));
  if (focus === null) return [];
  return focus.kind === 'edge' ? edges.filter(({ id }) => id === focus.id) : estate.edgesAt(focus.id);
}
