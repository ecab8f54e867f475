/** The ids that were taken in hand of late, the oldest of which are forgotten. */
export interface Recent {
  has(id: string): boolean;
  add(id: string): void;
}

export function createRecent(most: number): Recent {
  let newer = new Set<string>();
  let older = new Set<string>();
  return {
    has: (id) => newer.has(id) || older.has(id),
    add(id) {
      if (newer.size >= most / 2) {
        older = newer;
        newer = new Set();
      }
      newer.add(id);
    },
  };
}
