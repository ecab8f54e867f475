import { Gaps } from './gaps';

/** Datagrams that overtake each other are not further apart than this, in what the sequence counts. */
const REORDER_WINDOW = 10_000;
/** So many in a row, each behind what was already there and none of it missing, are no duplicates but a new count. */
const REPEATS_OF_A_RESTART = 8;
/** No exporter sends faster than this, so a wider gap is a restart. */
const MOST_PER_SECOND = 1_000_000;
const SLACK_SECONDS = 10;
/** An uptime that went back by more than this is a restart, unless it wrapped (2^32 ms, 49.7 days). */
const UPTIME_SLACK_MS = 60_000;
const UPTIME_WRAP_MS = 0xffff_ffff - 3_600_000;

/** What a datagram adds to the sequence; undefined when that cannot be told (records without a template). */
export interface Units {
  readonly all: number;
  /** Without options records. */
  readonly flows: number;
}

/** What became of the sequences of a domain, over all its connections. */
export interface Continuity {
  /** Units missing so far; what comes late is taken off again. */
  lost: number;
  restarts: number;
}

/**
 * Follows an exporter's sequence numbers, modulo 2^32: NetFlow v5 counts flows, v9 datagrams (RFC 3954 section 5.1),
 * IPFIX data records (RFC 7011 section 3.1).
 */
export class Sequence {
  private latest: { readonly sequence: number; readonly units: Units | undefined } | undefined;
  private seconds = 0;
  private uptime: number | undefined;
  private repeats = 0;
  private readonly gaps = new Gaps();

  constructor(private readonly totals: Continuity = { lost: 0, restarts: 0 }) {}

  get lost(): number {
    return this.totals.lost;
  }

  get restarts(): number {
    return this.totals.restarts;
  }

  advance(sequence: number, units: Units | undefined, exportedMicros: number, uptimeMillis: number | undefined): void {
    const elapsed = Math.max(0, exportedMicros / 1e6 - this.seconds);
    const restarted = this.hasRestarted(uptimeMillis);
    const gap = this.gapBefore(sequence, units);
    if (restarted || gap < -REORDER_WINDOW || gap > (elapsed + SLACK_SECONDS) * MOST_PER_SECOND) {
      this.restart();
    } else if (gap < 0) {
      const filled = this.gaps.fill(sequence, units?.all ?? 0);
      this.totals.lost = Math.max(0, this.totals.lost - filled);
      this.repeats = filled > 0 ? 0 : this.repeats + 1;
      if (this.repeats < REPEATS_OF_A_RESTART) return;
      this.restart();
    } else if (gap > 0) {
      this.totals.lost += gap;
      this.gaps.add(sequence - gap, gap);
    }
    this.repeats = 0;
    this.latest = { sequence, units };
    this.seconds = exportedMicros / 1e6;
    this.uptime = uptimeMillis;
  }

  private restart(): void {
    this.totals.restarts++;
    this.gaps.clear();
  }

  private gapBefore(sequence: number, units: Units | undefined): number {
    const before = this.latest;
    if (!before?.units) return 0;
    const step = (sequence - before.sequence) | 0;
    const repeated = step === 0 && before.units.flows > 0 && units?.all !== 0;
    // The RFC numbers a message by all records before it. softflowd counts a message's own in, and leaves options out.
    if (!repeated && (step === before.units.flows || step === units?.all || step === units?.flows)) return 0;
    return (step - before.units.all) | 0;
  }

  private hasRestarted(uptimeMillis: number | undefined): boolean {
    const before = this.uptime;
    if (uptimeMillis === undefined || before === undefined || before > UPTIME_WRAP_MS) return false;
    return uptimeMillis + UPTIME_SLACK_MS < before;
  }
}
