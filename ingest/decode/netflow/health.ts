import type { ExporterHealth } from '../exporter';
import type { Domain } from './domain';

export function healthOf(domain: Domain): ExporterHealth {
  const { format, counters, continuity, sampling } = domain;
  const sessions = domain.allSessions();
  const rejects = [...domain.rejects].map(([code, { count, last }]) => ({ code, count, last }));
  // What a record states of itself goes before what is known of its domain, here as in rows.
  const fromRecords = sampling.recorded > 0;
  return {
    exporter: domain.from.name,
    domain: domain.domain,
    format,
    datagrams: counters.datagrams,
    records: counters.records,
    skipped: Object.fromEntries([...domain.skipped].sort(([a], [b]) => (a < b ? -1 : 1))),
    lost: continuity.lost,
    lostUnit: format === 'netflow9' ? 'datagrams' : 'records',
    restarts: continuity.restarts,
    wildTimes: counters.wildTimes,
    templates: sessions.reduce((sum, { templates }) => sum + templates.size, 0),
    templatesEvicted: counters.templatesEvicted,
    templatesExpired: counters.templatesExpired,
    waitingSets: sessions.reduce((sum, { waiting }) => sum + waiting.size, 0),
    unknownTemplateSets: counters.unknownTemplateSets,
    rejects: rejects.sort((a, b) => (a.code < b.code ? -1 : 1)),
    samplingRate: fromRecords ? sampling.recorded : sampling.rate,
    samplingSource: fromRecords ? 'records' : sampling.source,
    skewMillis: Math.round(counters.skewMicros / 1000),
    lastSeenMicros: counters.lastSeenMicros,
  };
}
