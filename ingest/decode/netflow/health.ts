import type { ExportFormat } from '../template/definition';
import type { Reject } from '../format';
import type { Domain, SamplingSource } from './domain';

/** The state of one observation domain of one exporter, since it was first heard. */
export interface ExporterHealth {
  readonly exporter: string;
  readonly domain: number;
  /** `unknown` gathers the datagrams that are no flow exports at all. */
  readonly format: ExportFormat | 'unknown';
  readonly datagrams: number;
  /** Rows written. */
  readonly records: number;
  /** Records that hold no flow, by reason: `options`, `no-addresses`. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Missing by sequence number, in `lostUnit`. */
  readonly lost: number;
  readonly lostUnit: 'records' | 'datagrams';
  readonly restarts: number;
  /** Times that cannot be and were replaced by the time of export. */
  readonly wildTimes: number;
  readonly templates: number;
  readonly templatesEvicted: number;
  /** Data sets waiting for their template now, and those given up. */
  readonly waitingSets: number;
  readonly unknownTemplateSets: number;
  /** By code, with the latest of each. */
  readonly rejects: readonly { readonly code: string; readonly count: number; readonly last: Reject }[];
  /** One packet in how many; 0 unknown. */
  readonly samplingRate: number;
  readonly samplingSource: SamplingSource;
  /** Epoch microseconds, by the collector's clock. */
  readonly lastSeenMicros: number;
}

export function healthOf(domain: Domain): ExporterHealth {
  const { format, counters, sequence } = domain;
  const rejects = [...domain.rejects].map(([code, { count, last }]) => ({ code, count, last }));
  return {
    exporter: domain.name,
    domain: domain.domain,
    format,
    datagrams: counters.datagrams,
    records: counters.records,
    skipped: Object.fromEntries([...domain.skipped].sort(([a], [b]) => (a < b ? -1 : 1))),
    lost: sequence.lost,
    lostUnit: format === 'netflow9' ? 'datagrams' : 'records',
    restarts: sequence.restarts,
    wildTimes: counters.wildTimes,
    templates: domain.templates.size,
    templatesEvicted: counters.templatesEvicted,
    waitingSets: domain.waiting.size,
    unknownTemplateSets: counters.unknownTemplateSets,
    rejects: rejects.sort((a, b) => (a.code < b.code ? -1 : 1)),
    samplingRate: domain.samplingRate,
    samplingSource: domain.samplingSource,
    lastSeenMicros: counters.lastSeenMicros,
  };
}
