import { compareText } from '../../ingest/kernel/text';
import { MOST_FINDINGS } from './detector';
import { SEVERITIES, type Detection, type Outcome } from './finding';

/** Counts what is held to be ordinary, by reason. */
export class Excuses {
  readonly #counts = new Map<string, number>();

  add(reason: string, count = 1): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  list(): { reason: string; count: number }[] {
    return [...this.#counts]
      .map(([reason, count]) => ({ reason, count }))
      .sort((a, b) => b.count - a.count || compareText(a.reason, b.reason));
  }
}

/** The worst and surest first, as many as are kept. */
export function outcomeOf(detections: readonly Detection[], excuses = new Excuses()): Outcome {
  const sorted = [...detections].sort(
    (a, b) =>
      SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
      b.confidence - a.confidence ||
      b.seen.to - a.seen.to ||
      compareText(JSON.stringify(a.key), JSON.stringify(b.key)),
  );
  return {
    detections: sorted.slice(0, MOST_FINDINGS),
    more: Math.max(0, sorted.length - MOST_FINDINGS),
    excused: excuses.list(),
    unjudged: null,
  };
}

export function unjudged(reason: string): Outcome {
  return { detections: [], more: 0, excused: [], unjudged: reason };
}
