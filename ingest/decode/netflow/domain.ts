import { addressFromBytes, formatAddress } from '../../kernel/ip';
import type { SamplingSource } from '../exporter';
import type { Reject } from '../format';
import type { RowBatch, RowBatches } from '../../model/rows';
import type { ExportFormat, TemplateDefinition } from '../template/definition';
import { layoutKey } from '../template/definition';
import type { Decoder, Source } from '../template/machine';
import { MAX_SAMPLERS } from '../template/memory';
import type { Limits } from './limits';
import { LruMap } from './lru';
import { Sequence } from './sequence';
import { WaitingRoom, type WaitingBudget } from './waiting';

/** A template as one domain announced it. */
export class Template {
  readonly key: string;
  private batches: RowBatches | undefined;
  private batch: RowBatch | undefined;

  constructor(readonly definition: TemplateDefinition) {
    this.key = layoutKey(definition);
  }

  batchFor(decoder: Decoder, batches: RowBatches): RowBatch {
    if (this.batch && this.batches === batches) return this.batch;
    this.batches = batches;
    return (this.batch = batches.for(decoder.layout));
  }
}

/** What is known of one observation domain of one exporter. Templates mean nothing outside it (RFC 7011 section 3.4.1). */
export class Domain implements Source {
  readonly templates: LruMap<number, Template>;
  readonly waiting: WaitingRoom;
  readonly sequence = new Sequence();
  readonly skipped = new Map<string, number>();
  readonly rejects = new Map<string, { count: number; last: Reject }>();
  readonly samplers = new Map<number, number>();
  readonly counters = {
    datagrams: 0,
    records: 0,
    wildTimes: 0,
    templatesEvicted: 0,
    unknownTemplateSets: 0,
    lastSeenMicros: 0,
  };
  samplingRate = 0;
  samplingSource: SamplingSource = 'unknown';
  biflowDirection = 0;
  bootMillis: number | undefined;
  private label: string | undefined;

  constructor(
    /** 16 bytes, network order. */
    readonly exporter: Uint8Array,
    readonly format: ExportFormat | 'unknown',
    readonly domain: number,
    limits: Limits,
    budget: WaitingBudget,
  ) {
    this.templates = new LruMap(limits.templatesPerDomain, () => this.counters.templatesEvicted++);
    this.waiting = new WaitingRoom({ sets: limits.waitingSets, bytes: limits.waitingBytes }, budget);
  }

  /** The exporter's address as text. */
  get name(): string {
    return (this.label ??= formatAddress(addressFromBytes(this.exporter)));
  }

  /** Milliseconds the exporter had been up at that time, where its start was announced. */
  uptimeAt(epochMicros: number): number | undefined {
    return this.bootMillis === undefined ? undefined : (epochMicros / 1000 - this.bootMillis) >>> 0;
  }

  skip(reason: string, count = 1): void {
    this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + count);
  }

  reject(reject: Reject): void {
    const known = this.rejects.get(reject.code);
    if (known) {
      known.count++;
      known.last = reject;
    } else {
      this.rejects.set(reject.code, { count: 1, last: reject });
    }
  }

  /** @param sampler its id, undefined for the domain as a whole */
  learnSampling(rate: number, source: SamplingSource, sampler?: number): void {
    this.samplingSource = source;
    if (sampler === undefined) {
      this.samplingRate = rate;
      return;
    }
    this.samplers.delete(sampler);
    this.samplers.set(sampler, rate);
    for (const oldest of this.samplers.keys()) {
      if (this.samplers.size <= MAX_SAMPLERS) break;
      this.samplers.delete(oldest);
    }
    // Records that do not name their sampler can only have gone through this one if there is no other rate.
    this.samplingRate = new Set(this.samplers.values()).size === 1 ? rate : 0;
  }
}
