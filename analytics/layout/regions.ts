import { columnsByLongestPath, type WeightedEdge } from './columns';
import type { RegionKind } from './view';
import type { TopBox } from './visible';

/** Clients outside on the left, what the whole estate uses on the right. */
const REGIONS: readonly RegionKind[] = ['outside', 'applications', 'shared'];

export interface RegionColumns {
  readonly column: ReadonlyMap<string, number>;
  /** Regions that have boxes, with their first and last column. */
  readonly regions: readonly { readonly kind: RegionKind; readonly first: number; readonly last: number }[];
}

/**
 * Column per top-level box: by region, within a region in the direction of use, long columns broken into several.
 * Depends on neither sizes nor what is expanded, so boxes keep their columns when an application opens.
 */
export function regionColumns(tops: readonly TopBox[], edges: readonly WeightedEdge[]): RegionColumns {
  const column = new Map<string, number>();
  const regions: { kind: RegionKind; first: number; last: number }[] = [];
  const rows = rowsFor(tops.length);
  let next = 0;
  for (const kind of REGIONS) {
    const ids = tops.filter((top) => top.region === kind).map((top) => top.group.id);
    if (ids.length === 0) continue;
    const own = new Set(ids);
    const inside = edges.filter(({ from, to }) => from !== to && own.has(from) && own.has(to));
    const first = next;
    for (const members of gather(ids, squeezed(columnsByLongestPath(ids, inside), rows))) {
      members.forEach((id, row) => column.set(id, next + Math.floor(row / rows)));
      next += Math.ceil(members.length / rows);
    }
    regions.push({ kind, first, last: next - 1 });
  }
  return { column, regions };
}

/** Boxes are about 3.7 times as wide as high with their gaps; this many rows make a map 1.6 times as wide as high. */
function rowsFor(boxes: number): number {
  return Math.max(8, Math.ceil(Math.sqrt((boxes * 3.7) / 1.6)));
}

/** Where nearly everything uses everything the longest path visits nearly everything: then neighbours share columns. */
function squeezed(column: ReadonlyMap<string, number>, rows: number): ReadonlyMap<string, number> {
  const count = Math.max(...column.values()) + 1;
  const limit = Math.max(6, Math.ceil(column.size / rows));
  if (count <= limit) return column;
  return new Map([...column].map(([id, own]) => [id, Math.floor((own * limit) / count)]));
}

function gather(ids: readonly string[], column: ReadonlyMap<string, number>): string[][] {
  const columns: string[][] = [];
  for (const id of ids) (columns[column.get(id) ?? 0] ??= []).push(id);
  return columns;
}
