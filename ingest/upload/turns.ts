/** Work of the same key, one after the other. */
export interface Turns {
  /** Gives what `work` gives, once everything that came before under this key has ended, well or not. */
  take<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  /** The last of each key. */
  const queues = new Map<string, Promise<unknown>>();
  return {
    async take(key, work) {
      const turn = (queues.get(key) ?? Promise.resolve()).then(work, work);
      queues.set(key, turn);
      try {
        return await turn;
      } finally {
        if (queues.get(key) === turn) queues.delete(key);
      }
    },
  };
}
