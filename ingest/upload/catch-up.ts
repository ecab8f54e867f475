import type { Store } from '../store';

/** From here on a count sees every row that was acknowledged before, whichever replica it is asked of. */
export async function catchUp(store: Store): Promise<void> {
  for (const statement of store.layout.catchUp) await store.command(statement);
}
