import type { ConnectionEnd, DropReason, SenderDrops } from './health';

/** Senders remembered for each reason: as many as the decoder knows exporters. Anyone can pretend to be many. */
const MOST_SENDERS = 4096;

/** Counts what was dropped, by reason, and by sender as far as memory allows. */
export class DropCounts<Reason extends DropReason | ConnectionEnd> {
  private readonly byReason = new Map<Reason, number>();
  /** By reason, so that strangers do not push out exporters; the one dropped longest ago first. */
  private readonly bySender = new Map<Reason, Map<string, number>>();

  add(reason: Reason, address: string): void {
    this.byReason.set(reason, this.of(reason) + 1);
    const senders = this.bySender.get(reason) ?? new Map<string, number>();
    this.bySender.set(reason, senders);
    const count = senders.get(address) ?? 0;
    senders.delete(address);
    senders.set(address, count + 1);
    const [oldest] = senders.keys();
    if (senders.size > MOST_SENDERS && oldest !== undefined) senders.delete(oldest);
  }

  of(reason: Reason): number {
    return this.byReason.get(reason) ?? 0;
  }

  all(): Partial<Record<Reason, number>> {
    return Object.fromEntries(this.byReason) as Partial<Record<Reason, number>>;
  }

  /** By reason, the latest first. */
  senders(): SenderDrops[] {
    return [...this.bySender].flatMap(([reason, senders]) =>
      [...senders].map(([address, count]) => ({ address, reason, count })).reverse(),
    );
  }
}
