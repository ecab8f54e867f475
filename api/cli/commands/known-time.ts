import { wholeWindow } from '../../../analytics/conversations';
import type { Window } from '../../../analytics/model/topology';
import { WayleaveError } from '../../../ingest/kernel/errors';
import { formatTime } from '../../../ingest/kernel/time';
import type { Store } from '../../../ingest/store';
import { recentConversations } from '../../recent';

/** The window asked for, or the last week there are conversations of; null where it holds none. */
export async function windowOf(store: Store, wanted: Partial<Window>): Promise<Window | null> {
  try {
    return await recentConversations(store, wanted);
  } catch (error) {
    if (error instanceof WayleaveError && error.code === 'no-conversations') return null;
    throw error;
  }
}

/** For answers of nothing: of what time there is something. */
export async function knownTime(store: Store): Promise<string> {
  const whole = await wholeWindow(store);
  if (!whole) return 'there are no conversations yet: `wayleave ingest` takes flows';
  return `conversations are known from ${formatTime(whole.from)} to ${formatTime(whole.to)}`;
}

/** `No noise was found from … to …; conversations are known from … to …`. */
export async function foundNothing(what: string, store: Store, window: Window | null): Promise<string> {
  const when = window ? ` from ${formatTime(window.from)} to ${formatTime(window.to)}` : ' in this time';
  return `No ${what} was found${when}; ${await knownTime(store)}\n`;
}
