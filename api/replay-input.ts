import { wholeWindow } from '../analytics/conversations';
import type { Directory, Inventory } from '../analytics/inventory';
import type { Window } from '../analytics/model/topology';
import { WayleaveError } from '../ingest/kernel/errors';
import { formatTime } from '../ingest/kernel/time';
import type { Store } from '../ingest/store';
import { groundOf, type ReplayInput } from '../recommender/replay';
import type { Config } from './config/config';

export interface ReplayInputDeps {
  readonly store: Store;
  readonly inventory: Pick<Inventory, 'directory'>;
  readonly config: Pick<Config, 'estate'>;
}

/** What a policy is replayed over: all that is known where no window is said. @throws WayleaveError `no-conversations` */
export async function replayInput(
  { store, inventory, config }: ReplayInputDeps,
  wanted: Partial<Window> = {},
): Promise<ReplayInput> {
  const whole = await wholeWindow(store);
  const from = Math.max(wanted.from ?? 0, whole?.from ?? 0);
  const to = Math.min(wanted.to ?? Infinity, whole?.to ?? 0);
  if (from >= to) throw noConversations(whole);
  const directory = await inventory.directory({ from, to });
  const ground = groundOf(directory.workloads(), config.estate.networks);
  return { window: { from, to }, ground, nameOf: namesIn(directory) };
}

export function noConversations(whole: Window | null): WayleaveError {
  const known = whole
    ? `conversations are known from ${formatTime(whole.from)} to ${formatTime(whole.to)}`
    : 'no flows have been ingested yet, or none has been rolled up';
  return new WayleaveError(`there are no conversations in the window asked for: ${known}`, {
    code: 'no-conversations',
  });
}

/** What people call the workload of an address; the address, where nothing else is known. */
function namesIn(directory: Directory): (address: string) => string {
  const names = new Map(directory.workloads().map(({ id, name }) => [id, name]));
  return (address) => {
    const id = directory.resolve(address) ?? address;
    return names.get(id) ?? id;
  };
}
