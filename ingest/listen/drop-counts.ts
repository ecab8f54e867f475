import type { ConnectionEnd, DropReason, SenderDrops } from './health';

/** Senders remembered with their drops; anyone can pretend to be many. */
const MOST_SENDERS = 256;

/** Counts what was dropped, by reason, and by sender as far as memory allows. */
export class DropCounts<Reason extends DropReason | ConnectionEnd> {
  private readonly byReason = new Map<Reason, number>();
  /** By `reason address`, the one dropped longest ago first. */
  private readonly bySender = new Map<string, { readonly address: string; readonly reason: Reason; count: number }>();

  add(reason: Reason, address: string): void {
    this.byReason.set(reason, this.of(reason) + 1);
    const key = `${reason} ${address}`;
    const known = this.bySender.get(key);
    this.bySender.delete(key);
    this.bySender.set(key, { address, reason, count: (known?.count ?? 0) + 1 });
    const [oldest] = this.bySender.keys();
    if (this.bySender.size > MOST_SENDERS && oldest !== undefined) this.bySender.delete(oldest);
  }

  of(reason: Reason): number {
    return this.byReason.get(reason) ?? 0;
  }

  all(): Partial<Record<Reason, number>> {
    return Object.fromEntries(this.byReason) as Partial<Record<Reason, number>>;
  }

  /** The latest first. */
  senders(): SenderDrops[] {
    return [...this.bySender.values()].reverse();
  }
}
