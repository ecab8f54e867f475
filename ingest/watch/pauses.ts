const FIRST_MS = 10_000;
const LONGEST_MS = 3_600_000;
/**
 * Of a source whose store is away: it should be noticed soon that it is back. A file's own pause grows longer than that,
 * so that one at which the store stumbles does not keep out the others for good.
 */
export const OUTAGE_MS = { source: 60_000, file: 120_000 } as const;

/** Growing pauses between attempts, by name: ten seconds, doubling up to an hour unless told otherwise. */
export interface Pauses {
  /** Whether `name` failed and its pause is not over at `now`, epoch milliseconds. */
  paused(name: string, now: number): boolean;
  /** Notes a failure and gives the pause that follows, in milliseconds. */
  failed(name: string, now: number, longest?: number): number;
  succeeded(name: string): void;
  /** Forgets every name but these, so that names that went away cost nothing. */
  keepOnly(names: ReadonlySet<string>): void;
}

export function createPauses(): Pauses {
  const pauses = new Map<string, { readonly attempts: number; readonly until: number }>();
  return {
    paused: (name, now) => (pauses.get(name)?.until ?? 0) > now,
    failed(name, now, longest = LONGEST_MS) {
      const attempts = (pauses.get(name)?.attempts ?? 0) + 1;
      const pause = Math.min(longest, FIRST_MS * 2 ** (attempts - 1));
      pauses.set(name, { attempts, until: now + pause });
      return pause;
    },
    succeeded: (name) => void pauses.delete(name),
    keepOnly(names) {
      for (const name of pauses.keys()) if (!names.has(name)) pauses.delete(name);
    },
  };
}
