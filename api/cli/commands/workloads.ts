import type { WorkloadKind } from '../../../analytics/model/workload';
import { printWorkload, printWorkloads } from '../print/workloads';
import type { Session } from '../session';

interface WorkloadOptions {
  /** Epoch seconds. */
  readonly at?: number;
  readonly filter: string;
  readonly unknown?: boolean;
  readonly external?: boolean;
  readonly after: string;
  readonly limit: number;
}

const EMPTY_INVENTORY =
  'The inventory is empty: these are the addresses of the estate that flows show, and nobody names them. ' +
  '`wayleave inventory import <files>` takes what a cloud, a cluster or a CSV knows of them (api/docs/inventory-sources.md)';

export async function workloads(session: Session, id: string | undefined, options: WorkloadOptions): Promise<void> {
  const { inventory, clock } = await session.open();
  const at = options.at ?? Math.floor(clock().getTime() / 1000);
  if (id !== undefined) {
    const found = await inventory.workload(id, at);
    return session.answer(found, () => printWorkload(found));
  }
  const kind: WorkloadKind = options.unknown ? 'unknown' : options.external ? 'external' : 'managed';
  const { filter, after, limit } = options;
  // As filters of flows and conversations write a label.
  const text = filter.replace(/^([^=:]+?) *= */, '$1:');
  const found = await inventory.workloads({ at, kind, text, after, limit });
  if (!found.inventoried && kind !== 'external') session.say(EMPTY_INVENTORY);
  session.answer(found, () => printWorkloads(found, at));
}
