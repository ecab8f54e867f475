import type { ExporterHealth } from '../exporter';
import type { Domain } from './domain';

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
    templatesExpired: 0,
    waitingSets: domain.waiting.size,
    unknownTemplateSets: counters.unknownTemplateSets,
    rejects: rejects.sort((a, b) => (a.code < b.code ? -1 : 1)),
    samplingRate: domain.samplingRate,
    samplingSource: domain.samplingSource,
    skewMillis: 0,
    lastSeenMicros: counters.lastSeenMicros,
  };
}
