import { createInterface } from 'node:readline/promises';
import { readSnapshot, type ImportReport, type SourceOptions } from '../../../analytics/inventory';
import { WayleaveError } from '../../../ingest/kernel/errors';
import { printConflicts, printImport, printImports } from '../print/inventory';
import type { Session } from '../session';
import { clusterOf, readDocuments, type ClusterOptions } from './inventory-documents';

export interface ImportOptions extends Omit<SourceOptions, 'mapping' | 'labels'>, ClusterOptions {
  readonly source?: string;
  readonly kind?: string;
  readonly map?: Readonly<Record<string, string>>;
  readonly label?: Readonly<Record<string, string>>;
  readonly yes?: boolean;
  readonly endsMost?: boolean;
  readonly dryRun?: boolean;
}

/**
 * Shows what files or a cluster change, and takes it if it is not only to be compared: with `--yes`, when somebody at a
 * terminal agrees, or where there is nothing to agree to.
 *
 * @throws WayleaveError `unconfirmed` when somebody would have to be asked and nobody is there; `ends-most`
 */
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
  const source = options.source ?? (found === 'csv' ? 'inventory' : found);
  const given = { source, kind: found, snapshot, mayEndMost: options.endsMost ?? false };
  const { inventory } = await session.open();
  if (options.dryRun) return report(session, await inventory.diff(given));
  if (options.yes) return report(session, await inventory.import(given));
  const diff = await inventory.diff(given);
  if (!asks(session)) {
    if (!onlyNew(diff)) throw unconfirmed(diff);
    return report(session, await inventory.import(given));
  }
  session.say(printImport(diff));
  if (changes(diff) && !(await agreed(session))) return report(session, diff);
  report(session, await inventory.import({ ...given, mayEndMost: true }));
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

function changes({ added, changed, ended, networks }: ImportReport): boolean {
  return added + changed + ended + networks.added + networks.changed + networks.ended > 0;
}

/** What a source says that said nothing yet, or nothing at all: nobody's word is replaced. */
function onlyNew(diff: ImportReport): boolean {
  const { held, changed, ended, networks } = diff;
  return !changes(diff) || held + changed + ended + networks.changed + networks.ended === 0;
}

function unconfirmed({ source, added, changed, ended, networks }: ImportReport): WayleaveError {
  const of = (what: string, counts: { added: number; changed: number; ended: number }) =>
    `${counts.added} ${what} added, ${counts.changed} changed, ${counts.ended} ended`;
  return new WayleaveError(
    `nothing is taken: this changes what ${source} said (${of('addresses', { added, changed, ended })}; ` +
      `${of('networks', networks)}), and there is no terminal to ask on. \`--yes\` takes it, \`--dry-run\` shows it`,
    { code: 'unconfirmed', where: { source } },
  );
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
