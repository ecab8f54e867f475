import type { BackupSummary, RestoreSummary } from '../../backup';

export function printBackup(backup: BackupSummary): string {
  return `${backup.folder}: ${contents(backup)}. The API token is not in it\n`;
}

export function printRestored({ data, migrated, ignored, ...backup }: RestoreSummary): string {
  const lines = [`${data}: ${contents(backup)}, as of ${backup.created}`];
  if (migrated.length > 0) lines.push(`schema brought up to date: ${migrated.join(', ')}`);
  if (ignored.length > 0) lines.push(`left out, being none of Wayleave's tables: ${ignored.join(', ')}`);
  return `${lines.join('\n')}\n`;
}

function contents({ tables, files, bytes }: Pick<BackupSummary, 'tables' | 'files' | 'bytes'>): string {
  const flows = tables.find(({ name }) => name === 'flows')?.rows ?? 0;
  return `${flows} flows, ${files} files, ${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
