import type { ReadReport } from '../decode/format';
import type { Store } from '../store';
import { minuteOf, minutesBetween } from './minutes';
import { saveNames, storeRecords } from './records';

/** Writes down how well exporters were heard in a file, as of when it was taken. */
export async function recordHeard(
  store: Store,
  { exporters, names }: NonNullable<ReadReport['heard']>,
  taken: Date,
): Promise<void> {
  // How old a file is says nothing of its exporters' clocks.
  const undated = exporters.map((health) => ({ ...health, skewMillis: 0 }));
  await store.insert('exporter_minutes', minutesBetween([], undated, minuteOf(taken), false));
  await saveNames(storeRecords(store), names, taken);
}
