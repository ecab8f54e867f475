import { WayleaveError } from '../../../ingest/kernel/errors';
import type { InventoryReject } from '../source';

/** @throws WayleaveError `bad-inventory` when there are rejects and nothing else */
export function nothingUnderstood(kind: string, understood: number, rejects: readonly InventoryReject[]): void {
  const [first] = rejects;
  if (understood > 0 || first === undefined) return;
  throw new WayleaveError(
    `nothing of this ${kind} inventory could be understood (${rejects.length} records); the first, ${first.where}: ${first.message}`,
    { code: 'bad-inventory', where: { at: first.where } },
  );
}
