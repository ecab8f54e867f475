import { wholeWindow } from '../analytics/conversations';
import type { Window } from '../analytics/model/topology';
import { WayleaveError } from '../ingest/kernel/errors';
import { formatTime } from '../ingest/kernel/time';
import type { Store } from '../ingest/store';

/** Long enough for what comes a few times a day, or on weekdays only. */
const WEEK = 7 * 86_400;

/** What is asked for of the time there are conversations of; the last week of it where the caller left it open. */
export async function recentConversations(store: Store, { from, to }: Partial<Window>): Promise<Window> {
  const whole = await wholeWindow(store);
  if (!whole) {
    throw new WayleaveError('there are no conversations: no flows have been ingested yet, or none has been rolled up', {
      code: 'no-conversations',
    });
  }
  const window = { from: from ?? Math.max(whole.from, (to ?? whole.to) - WEEK), to: to ?? whole.to };
  if (window.from < window.to) return window;
  const known = `conversations are known from ${formatTime(whole.from)} to ${formatTime(whole.to)}`;
  throw new WayleaveError(`there are no conversations in the window asked for: ${known}`, { code: 'no-conversations' });
}
