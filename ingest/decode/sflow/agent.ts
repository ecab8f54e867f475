import { addressFromBytes, formatAddress } from '../../kernel/ip';
import type { ExporterHealth } from '../exporter';
import type { Reject } from '../format';
import { Sequence } from '../netflow/sequence';
import { DataSources, type SourceBudget } from './sources';

/** What is known of one sub-agent of one agent. */
export class Agent {
  readonly sequence = new Sequence();
  readonly flows: DataSources;
  readonly discards: DataSources;
  readonly skipped = new Map<string, number>();
  readonly rejects = new Map<string, { count: number; last: Reject }>();
  datagrams = 0;
  records = 0;
  samplingRate = 0;
  lastSeenMicros = 0;
  private label: string | undefined;

  constructor(
    /** 16 bytes, network order. */
    readonly address: Uint8Array,
    readonly subAgent: number,
    budget: SourceBudget,
  ) {
    this.flows = new DataSources(budget);
    this.discards = new DataSources(budget);
  }

  /** The address as text. */
  get name(): string {
    return (this.label ??= formatAddress(addressFromBytes(this.address)));
  }

  skip(reason: string): void {
    this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + 1);
  }

  reject(reject: Reject): void {
    const count = (this.rejects.get(reject.code)?.count ?? 0) + 1;
    this.rejects.set(reject.code, { count, last: reject });
  }

  /** Nothing that was counted before goes on. */
  forgetSources(): void {
    this.flows.clear();
    this.discards.clear();
  }

  health(): ExporterHealth {
    const rejects = [...this.rejects].map(([code, { count, last }]) => ({ code, count, last }));
    return {
      exporter: this.name,
      domain: this.subAgent,
      format: 'sflow',
      datagrams: this.datagrams,
      records: this.records,
      skipped: Object.fromEntries([...this.skipped].sort(([a], [b]) => (a < b ? -1 : 1))),
      lost: this.flows.lost + this.discards.lost,
      lostUnit: 'records',
      restarts: this.sequence.restarts,
      wildTimes: 0,
      templates: 0,
      templatesEvicted: 0,
      templatesExpired: 0,
      waitingSets: 0,
      unknownTemplateSets: 0,
      rejects: rejects.sort((a, b) => (a.code < b.code ? -1 : 1)),
      samplingRate: this.samplingRate >>> 0,
      samplingSource: this.samplingRate === 0 ? 'unknown' : 'records',
      skewMillis: 0,
      lastSeenMicros: this.lastSeenMicros,
    };
  }
}
