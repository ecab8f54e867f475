import type { UploadReport } from '../../../ingest/upload';
import { UNNAMED_SOURCE } from './exporters';
import { count, few, plural } from './table';

const EXPORTERS_SHOWN = 5;

export function printUpload(report: UploadReport): string {
  const { name, format, rows, skipped, lost, rejected, rejects, sightings, exporters, duplicate } = report;
  if (duplicate) return `${name}: taken before (${plural(rows, 'flow')}, ${format}); nothing added\n`;
  const parts = [
    plural(rows, 'flow'),
    `${count(skipped)} skipped`,
    `${count(lost)} lost by the source`,
    `${count(rejected)} rejected`,
    ...(sightings > 0 ? [plural(sightings, 'sighting')] : []),
  ];
  const lines = [`${name}: ${format}, ${parts.join(', ')}`];
  if (exporters.length > 0) lines.push(`  from ${few(exporters.map(sourceName), EXPORTERS_SHOWN)}`);
  for (const { message, where } of rejects) lines.push(`  ${placeOf(where)}: ${message}`);
  if (rejected > rejects.length && rejects.length > 0) lines.push(`  … and ${count(rejected - rejects.length)} more`);
  return `${lines.join('\n')}\n`;
}

/** `192.0.2.1 domain 6`. */
function sourceName(exporter: string): string {
  return exporter.replace(/^::(?= |$)/, UNNAMED_SOURCE);
}

function placeOf(where: Readonly<Record<string, string | number>>): string {
  return Object.entries(where)
    .map(([kind, value]) => `${kind} ${value}`)
    .join(', ');
}
