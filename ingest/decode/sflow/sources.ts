import { Gaps } from '../netflow/gaps';

/** Samples that overtake each other are not further apart than this. */
const REORDER_WINDOW = 1000;
/** So many in a row, each behind what was already there and none of it missing, are no duplicates but a new count. */
const REPEATS_OF_A_RESTART = 8;
/** A wider gap is a source that started anew, or numbers that mean nothing. */
const MOST_MISSING = 1_000_000;
/** Data sources followed per agent; a chassis has some thousands of ports. */
const MOST_SOURCES = 4096;

/** How many data sources all agents together may make us remember. */
export interface SourceBudget {
  left: number;
}

interface DataSource {
  /** The sequence number that its next sample has. */
  next: number;
  /** Samples the agent itself could not take, as it counts them. */
  drops: number;
  repeats: number;
  /** What may still come late; most sources never miss anything. */
  gaps: Gaps | undefined;
}

/**
 * Follows the numbers of samples, which each data source of an agent counts on its own, modulo 2^32: those of datagrams
 * would not tell flow samples from counters.
 */
export class DataSources {
  /** Samples missing so far; a late one is taken off again. */
  lost = 0;
  /** By type of source (ifIndex, VLAN, physical and logical entity) and index. */
  private readonly byType = [0, 1, 2, 3].map(() => new Map<number, DataSource>());
  private size = 0;

  constructor(private readonly budget: SourceBudget) {}

  follow(type: number, index: number, sequence: number, drops: number): void {
    const sources = this.byType[type];
    if (!sources) return;
    const source = sources.get(index);
    if (!source) {
      this.add(sources, index, { next: (sequence + 1) | 0, drops, repeats: 0, gaps: undefined });
      return;
    }
    const gap = (sequence - source.next) | 0;
    if (gap < 0 && gap >= -REORDER_WINDOW && this.isLate(source, sequence)) return;
    if (gap > 0 && gap <= MOST_MISSING) {
      this.lost += gap;
      (source.gaps ??= new Gaps()).add(source.next, gap);
    }
    const dropped = (drops - source.drops) | 0;
    if (gap >= 0 && dropped > 0 && dropped <= MOST_MISSING) this.lost += dropped;
    source.next = (sequence + 1) | 0;
    source.drops = drops;
    source.repeats = 0;
  }

  /** The agent has started anew, and counts from the start; or it is not followed any more. */
  clear(): void {
    for (const sources of this.byType) sources.clear();
    this.budget.left += this.size;
    this.size = 0;
  }

  /** Whether it fills a gap, or comes twice; false when the source must have started to count anew. */
  private isLate(source: DataSource, sequence: number): boolean {
    const filled = source.gaps?.fill(sequence, 1) ?? 0;
    this.lost -= filled;
    source.repeats = filled > 0 ? 0 : source.repeats + 1;
    return source.repeats < REPEATS_OF_A_RESTART;
  }

  private add(sources: Map<number, DataSource>, index: number, source: DataSource): void {
    if (this.size >= MOST_SOURCES || this.budget.left === 0) {
      for (const oldest of sources.keys()) {
        sources.delete(oldest);
        this.size--;
        this.budget.left++;
        break;
      }
    }
    if (this.size >= MOST_SOURCES || this.budget.left === 0) return;
    sources.set(index, source);
    this.size++;
    this.budget.left--;
  }
}
