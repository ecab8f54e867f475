import type { ExporterQuality, ListenerLosses } from '../../../ingest/exporters';
import { formatTime } from '../../../ingest/kernel/time';
import { count, plural } from './table';

/** What comes as a file may name no exporter. */
export const UNNAMED_SOURCE = 'a source without address';

const PERIODS_SHOWN = 5;
const EXPORTERS_SHOWN = 20;

export function printExporters(found: readonly ExporterQuality[]): string {
  if (found.length === 0) return 'No exporter was heard in this time; --from and --to choose another\n';
  return found.map(printExporter).join('\n');
}

export function printListeners(listeners: readonly ListenerLosses[]): string {
  return listeners
    .map(({ listener, received, droppedByKernel, droppedByUs, exporters }) => {
      const lost = `${count(droppedByKernel)} dropped by the kernel, ${count(droppedByUs)} because the spool was full`;
      const whose = exporters
        .slice(0, EXPORTERS_SHOWN)
        .map(({ exporter, datagrams }) => `  ${count(datagrams)} of ${exporter} because the spool was full\n`);
      const others = exporters.length - whose.length;
      const more = others > 0 ? `  and those of ${plural(others, 'more exporter')}\n` : '';
      return `\n${listener}: ${count(received)} received, ${lost}\n${whose.join('')}${more}`;
    })
    .join('');
}

function printExporter(quality: ExporterQuality): string {
  const { exporter, domain, format, score, flows, flowsPerSecond, lastSeen, parts, blind, restarts, skewMillis } =
    quality;
  const name = exporter === '::' ? UNNAMED_SOURCE : exporter;
  const periods = blind
    .slice(0, PERIODS_SHOWN)
    .map(({ from, to, why }) => `  ${why} ${formatTime(from)} to ${formatTime(to)}`);
  const more = blind.length - periods.length;
  return [
    `${name}, ${format}, domain ${domain}: ${(score * 100).toFixed(1)} % of what it reported was seen and understood`,
    `  ${plural(flows, 'flow')}, ${flowsPerSecond.toFixed(1)}/s while heard, last ${formatTime(lastSeen)}`,
    `  ${sampling(quality)}`,
    ...parts.filter(({ share }) => share < 1).map(({ text }) => `  ${text}`),
    ...(restarts > 0 ? [`  ${plural(restarts, 'restart')}`] : []),
    ...(Math.abs(skewMillis) >= 5000 ? [`  its clock is ${(skewMillis / 1000).toFixed(0)} s behind ours`] : []),
    ...periods,
    ...(more > 0 ? [`  and ${plural(more, 'more blind period')}`] : []),
    '',
  ].join('\n');
}

function sampling({ samplingRate, samplingSource }: ExporterQuality): string {
  if (samplingRate === 0) return 'sampling rate unknown: `wayleave sampling-rate <exporter> <rate>` sets it';
  const rate = samplingRate === 1 ? 'every packet counted' : `one packet in ${count(samplingRate)} counted`;
  return `${rate} (${samplingSource === 'set' ? 'set by hand' : `said in ${samplingSource}`})`;
}
