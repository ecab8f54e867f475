/** Something with a size in a column. Columns count from 0, left to right. */
export interface ColumnBox {
  readonly id: string;
  readonly column: number;
  readonly width: number;
  readonly height: number;
}

/** A line between two boxes. */
export interface ColumnLink {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Links with the same lane share their way through the columns in between. */
  readonly lane: string;
  /** Where it must leave or enter, from the top of the box; without it, around the middle. */
  readonly fromPort?: number;
  readonly toPort?: number;
}

/** A place in a column: a box, or a lane through which lines pass (height 0). */
export interface Slot {
  readonly key: string;
  readonly height: number;
}

/** A piece of line between slots of neighbouring columns; `ports` are offsets from the slots' tops. */
export interface Segment {
  readonly left: string;
  readonly right: string;
  readonly leftPort: number;
  readonly rightPort: number;
}

/** The boxes and lines with every long line broken into pieces between neighbouring columns (Sugiyama 1981). */
export interface Lattice {
  readonly columns: readonly (readonly Slot[])[];
  /** `segments[i]` lie between columns `i` and `i + 1`. */
  readonly segments: readonly (readonly Segment[])[];
  /** Slot keys along every link, from its source. A link within one column has no segments: it runs beside it. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
}

export function buildLattice(boxes: readonly ColumnBox[], links: readonly ColumnLink[]): Lattice {
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const count = boxes.reduce((most, box) => Math.max(most, box.column + 1), 0);
  const columns: Map<string, Slot>[] = Array.from({ length: count }, () => new Map<string, Slot>());
  const segments: Map<string, Segment>[] = Array.from({ length: Math.max(0, count - 1) }, () => new Map());
  const chains = new Map<string, readonly string[]>();
  for (const { id, column, height } of boxes) columns[column]?.set(id, { key: id, height });
  for (const link of links) {
    const from = byId.get(link.from);
    const to = byId.get(link.to);
    if (from === undefined || to === undefined) continue;
    const distance = Math.abs(to.column - from.column);
    const step = Math.sign(to.column - from.column);
    const chain = [from.id];
    for (let passed = 1; passed < distance; passed++) {
      const column = from.column + passed * step;
      const key = `lane ${link.lane} ${column}`;
      columns[column]?.set(key, { key, height: 0 });
      chain.push(key);
    }
    chain.push(to.id);
    chains.set(link.id, chain);
    if (step === 0) continue;
    const fromPort = link.fromPort ?? from.height / 2;
    const toPort = link.toPort ?? to.height / 2;
    const offsets = chain.map((_, index) => (index === 0 ? fromPort : index === chain.length - 1 ? toPort : 0));
    for (let i = 0; i + 1 < chain.length; i++) {
      const [l, r] = step > 0 ? [i, i + 1] : [i + 1, i];
      const left = chain[l] ?? '';
      const right = chain[r] ?? '';
      const leftPort = offsets[l] ?? 0;
      const rightPort = offsets[r] ?? 0;
      const gap = step > 0 ? from.column + i : from.column - i - 1;
      segments[gap]?.set(`${left}\n${right}\n${leftPort}\n${rightPort}`, { left, right, leftPort, rightPort });
    }
  }
  return {
    columns: columns.map((column) => Array.from(column.values())),
    segments: segments.map((gap) => Array.from(gap.values())),
    chains,
  };
}
