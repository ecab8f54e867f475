import { createInterface } from 'node:readline/promises';
import { readSnapshot, type ImportReport, type SourceOptions } from '../../../analytics/inventory';
import { printConflicts, printImport, printImports } from '../print/inventory';
import type { Session } from '../session';
import { clusterOf, readDocuments, type ClusterOptions } from './inventory-documents';

export interface ImportOptions extends Omit<SourceOptions, 'mapping' | 'labels'>, ClusterOptions {
  readonly source?: string;
  readonly kind?: string;
  readonly map?: Readonly<Record<string, string>>;
  readonly label?: Readonly<Record<string, string>>;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** Shows what files or a cluster change; takes it unless it is only to be compared, or somebody at a terminal says no. */
export async function importInventory(
  session: Session,
  files: readonly string[],
  options: ImportOptions,
): Promise<void> {
  const { map, label, scope, domain } = options;
  const cluster = clusterOf(options);
  const { kind: found, snapshot } = readSnapshot(await readDocuments(files, cluster), {
    kind: cluster ? 'kubernetes' : options.kind,
    options: {
      ...(map ? { mapping: map } : {}),
      ...(label ? { labels: label } : {}),
      ...(scope === undefined ? {} : { scope }),
      ...(domain === undefined ? {} : { domain }),
    },
  });
  const given = { source: options.source ?? (found === 'csv' ? 'inventory' : found), kind: found, snapshot };
  const { inventory } = await session.open();
  if (options.dryRun) return report(session, await inventory.diff(given));
  if (!options.yes && asks(session)) {
    const diff = await inventory.diff(given);
    session.say(printImport(diff));
    if (diff.added + diff.changed + diff.ended > 0 && !(await agreed(session))) return report(session, diff);
  }
  report(session, await inventory.import(given));
}

export async function conflicts(session: Session, { limit }: { limit: number }): Promise<void> {
  const { inventory } = await session.open();
  const found = await inventory.conflicts(limit);
  session.answer(found, () => printConflicts(found));
}

export async function imports(session: Session, { limit }: { limit: number }): Promise<void> {
  const { inventory } = await session.open();
  const found = await inventory.imports(limit);
  session.answer(found, () => printImports(found));
}

function report(session: Session, found: ImportReport): void {
  session.answer(found, () => printImport(found));
}

function asks({ terminal, json }: Session): boolean {
  return !json && 'isTTY' in terminal.stdin && terminal.stdin.isTTY === true;
}

async function agreed({ terminal }: Session): Promise<boolean> {
  const asking = createInterface({ input: terminal.stdin, output: terminal.stderr });
  try {
    return /^y(es)?$/i.test((await asking.question('Take it? [y/N] ')).trim());
  } finally {
    asking.close();
  }
}
