const FIRST_MS = 10_000;
const LONGEST_MS = 3_600_000;

/** Growing pauses between attempts, by name: ten seconds, doubling up to an hour. */
export interface Pauses {
  /** Whether `name` failed and its pause is not over at `now`, epoch milliseconds. */
  paused(name: string, now: number): boolean;
  /** Notes a failure and gives the pause that follows, in milliseconds. */
  failed(name: string, now: number): number;
  succeeded(name: string): void;
  /** Forgets every name but these, so that names that went away cost nothing. */
  keepOnly(names: ReadonlySet<string>): void;
}

export function createPauses(): Pauses {
  const pauses = new Map<string, { readonly attempts: number; readonly until: number }>();
  return {
    paused: (name, now) => (pauses.get(name)?.until ?? 0) > now,
    failed(name, now) {
      const attempts = (pauses.get(name)?.attempts ?? 0) + 1;
      const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1));
      pauses.set(name, { attempts, until: now + pause });
      return pause;
    },
    succeeded: (name) => void pauses.delete(name),
    keepOnly(names) {
      for (const name of pauses.keys()) if (!names.has(name)) pauses.delete(name);
    },
  };
}
