/**
 * Runs work on what gathers while the last work is under way: one call for all that came by then, and the partitions of
 * one fetch, whose handlers begin in one turn of the event loop, together.
 */
export function createRounds<T>(run: (entries: readonly T[]) => Promise<void>): (entry: T) => Promise<void> {
  let gathering: { readonly entries: T[]; readonly done: Promise<void> } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const begin = (): { readonly entries: T[]; readonly done: Promise<void> } => {
    const entries: T[] = [];
    const done = Promise.all([last, new Promise(setImmediate)]).then(() => {
      gathering = undefined;
      return run(entries);
    });
    last = done.catch(() => undefined);
    return { entries, done };
  };

  return (entry) => {
    gathering ??= begin();
    gathering.entries.push(entry);
    return gathering.done;
  };
}
