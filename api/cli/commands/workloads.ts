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

export async function workloads(session: Session, id: string | undefined, options: WorkloadOptions): Promise<void> {
  const { inventory, clock } = await session.open();
  const at = options.at ?? Math.floor(clock().getTime() / 1000);
  if (id !== undefined) {
    const found = await inventory.workload(id, at);
    return session.answer(found, () => printWorkload(found));
  }
  const kind: WorkloadKind = options.unknown ? 'unknown' : options.external ? 'external' : 'managed';
  const { filter: text, after, limit } = options;
  const found = await inventory.workloads({ at, kind, text, after, limit });
  session.answer(found, () => printWorkloads(found));
}
