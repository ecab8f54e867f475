import { Counter, Gauge, type Registry } from 'prom-client';
import type { ExporterHealth } from '../decode/exporter';

/** Domains that get metrics of their own: time series are dear, and anyone can pretend to be many exporters. */
const MOST_DOMAINS = 1000;
const LABELS = ['exporter', 'domain', 'format'] as const;

/** Metrics per exporter and observation domain, read off the decoder when they are asked for; the busiest if many. */
export function registerExporterMetrics(registry: Registry, health: () => readonly ExporterHealth[]): void {
  const labelsOf = ({ exporter, domain, format }: ExporterHealth) => ({ exporter, domain: String(domain), format });
  const busiest = (): readonly ExporterHealth[] =>
    health()
      .toSorted((a, b) => b.datagrams - a.datagrams)
      .slice(0, MOST_DOMAINS);
  const counter = (name: string, help: string, value: (domain: ExporterHealth) => number): void => {
    const metric = new Counter({
      name: `wayleave_exporter_${name}_total`,
      help,
      labelNames: LABELS,
      registers: [],
      collect() {
        this.reset();
        for (const domain of busiest()) this.inc(labelsOf(domain), value(domain));
      },
    });
    registry.registerMetric(metric);
  };
  const gauge = (name: string, help: string, value: (domain: ExporterHealth) => number): void => {
    const metric = new Gauge({
      name: `wayleave_exporter_${name}`,
      help,
      labelNames: LABELS,
      registers: [],
      collect() {
        this.reset();
        for (const domain of busiest()) this.set(labelsOf(domain), value(domain));
      },
    });
    registry.registerMetric(metric);
  };
  counter('datagrams', 'Datagrams received', ({ datagrams }) => datagrams);
  counter('flows', 'Flows decoded', ({ records }) => records);
  counter('lost', 'Records (NetFlow v9, sFlow: datagrams) missing by sequence number', ({ lost }) => lost);
  counter('restarts', 'Restarts of the exporter', ({ restarts }) => restarts);
  counter('replaced_times', 'Times that cannot be, replaced by the time of export', ({ wildTimes }) => wildTimes);
  counter('rejected', 'Records and sets that could not be taken', ({ rejects }) =>
    rejects.reduce((sum, { count }) => sum + count, 0),
  );
  counter('unknown_template_sets', 'Data sets whose template never came', (domain) => domain.unknownTemplateSets);
  gauge('waiting_sets', 'Data sets that wait for their template', ({ waitingSets }) => waitingSets);
  gauge('templates', 'Templates known', ({ templates }) => templates);
  gauge('sampling_rate', 'One packet in how many is looked at; 0 unknown', ({ samplingRate }) => samplingRate);
  gauge('clock_skew_seconds', "The exporter's clock behind ours", ({ skewMillis }) => skewMillis / 1000);
  gauge('last_seen_seconds', 'Last datagram, in epoch seconds', ({ lastSeenMicros }) => lastSeenMicros / 1e6);
}
