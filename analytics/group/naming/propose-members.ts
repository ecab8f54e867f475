import type { ProposedGroup, ProposedMember } from './proposed-group';

/** What only unanswered calls say counts half: as well may nobody be there. */
const UNANSWERED = 0.5;

interface Belonging {
  /** By workload number. */
  readonly confidences: ReadonlyMap<number, number>;
  readonly isLent: (workload: number) => boolean;
  /** By workload number: which of `among` it would be in otherwise, and how well it would fit. */
  readonly next: ReadonlyMap<number, { readonly at: number; readonly fit: number }> | undefined;
  readonly among: readonly ProposedGroup[];
  /** Those whom only unanswered calls put here. */
  readonly unanswered: ReadonlySet<number> | undefined;
}

/** @param idOf ids sort as numbers do */
export function proposeMembers(
  { confidences, isLent, next, among, unanswered }: Belonging,
  idOf: (workload: number) => string,
): ProposedMember[] {
  return [...confidences]
    .sort(([a], [b]) => a - b)
    .map(([workload, confidence]) => {
      const other = next?.get(workload);
      return {
        workload: idOf(workload),
        confidence: unanswered?.has(workload) === true ? UNANSWERED * confidence : confidence,
        ...(isLent(workload) ? { lent: true } : {}),
        ...(other ? { next: { group: () => among[other.at], fit: other.fit } } : {}),
      };
    });
}
