import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { flowColumn, flowLayout, type FlowColumnName } from '../../model/flow';
import { openEmbedded, type SqlSource, type Store } from '../../store';
import { carriedSource, understand, type Content } from '../../upload/content';
import { UPLOAD_LIMITS } from '../../upload/limits';
import { writeRecords } from '../../upload/records';
import type { EngineFormat, EnginePlan } from '../format';
import { plannedLines } from '../lines/planned-lines';

/** A flow row as JSON: addresses as text, times in epoch seconds with a fraction. */
export type LoadedRow = Partial<Record<FlowColumnName, string | number>>;

export interface LoadedSighting {
  readonly seen: number;
  readonly kind: string;
  readonly address: string;
  readonly protocol: number;
  readonly port: number;
  readonly value: string;
}

export interface Loaded {
  readonly rows: LoadedRow[];
  readonly sightings: LoadedSighting[];
  readonly skipped: number;
  readonly lost: number;
  /** Reasons, in the order of the lines. */
  readonly rejects: string[];
}

/** Gives the tests of a file an engine of their own, opened before them and gone after. */
export function withEngine(use: (store: Store) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-engine-'));
  let store: Store | undefined;
  beforeAll(() => {
    store = openEmbedded(join(folder, 'data'));
    use(store);
  });
  afterAll(async () => {
    await store?.close();
    rmSync(folder, { recursive: true, force: true });
  });
}

/**
 * Runs a format's plan over a text as an upload does: JSON documents are taken apart, a shipper's envelope is taken off,
 * lines that hold several flows are unfolded. Rows hold the columns that the plan fills, in the order of the lines.
 *
 * @throws Error when a line is not exactly one of good, skipped, lost and rejected, or the plan breaks another promise
 */
export async function loadLines(store: Store, format: EngineFormat, text: string | Uint8Array): Promise<Loaded> {
  const folder = await mkdtemp(join(tmpdir(), 'wayleave-lines-'));
  try {
    const path = join(folder, 'lines');
    const bytes = Buffer.from(text);
    const known = understand(bytes, [format], UPLOAD_LIMITS);
    // What the format does not recognise is given to it as it is: a test may be after what it makes of it.
    const content: Pick<Content, 'head' | 'field' | 'recordKeys'> =
      known === undefined || 'packed' in known ? { head: bytes } : known;
    if (content.recordKeys) {
      const broken = await writeRecords(Readable.from([bytes]), path, content.recordKeys, UPLOAD_LIMITS);
      if (broken.count > 0) throw new Error(`broken JSON: ${JSON.stringify(broken.first)}`);
    } else await writeFile(path, bytes);
    return await store.withLines(
      { kind: 'text', path, compression: 'none', content: () => createReadStream(path) },
      ({ sql, params }) => run(store, format.plan(content.head), { sql: carriedSource(content, sql), params }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(store: Store, plan: EnginePlan, { sql, params }: SqlSource): Promise<Loaded> {
  const source = plannedLines(plan, sql);
  // One thread keeps the rows in the order of the lines.
  const ask = <Row>(query: string): Promise<Row[]> =>
    store.query<Row>(`WITH ${plan.with} ${query} SETTINGS max_threads = 1`, params);

  const rejected = `NOT (${plan.good}) AND NOT (${plan.skipped}) AND NOT (${plan.lost})`;
  const broken = await ask<{ line: string; good: number; skipped: number; lost: number; reject: string }>(
    `SELECT line, (${plan.good}) AS good, (${plan.skipped}) AS skipped, (${plan.lost}) AS lost, (${plan.reject}) AS reject
     FROM ${source}
     WHERE good + skipped + lost > 1 OR good AND reject != '' OR good + skipped + lost = 0 AND reject = ''
       OR (${plan.plain}) AND (skipped OR lost)`,
  );
  if (broken.length > 0) throw new Error(`not exactly one of good, skipped, lost, rejected: ${JSON.stringify(broken)}`);

  const layout = flowLayout(Object.keys(plan.columns) as FlowColumnName[]);
  const columns = layout.map((name) => {
    const typed = `CAST(${plan.columns[name]}, '${flowColumn(name).type}')`;
    return `${seconds(flowColumn(name).type, typed)} AS out_${name}`;
  });
  const rows = await ask<Record<string, string | number>>(
    `SELECT ${columns.join(', ')} FROM ${source} WHERE ${plan.good}`,
  );
  const [counts] = await ask<{ skipped: number; lost: number }>(
    `SELECT countIf(${plan.skipped}) AS skipped, countIf(${plan.lost}) AS lost FROM ${source}`,
  );
  const rejects = await ask<{ reason: string }>(`SELECT ${plan.reject} AS reason FROM ${source} WHERE ${rejected}`);
  const sightings =
    plan.sightings === undefined
      ? []
      : await ask<LoadedSighting>(
          `SELECT ${seconds('DateTime64(6)', 'said.1')} AS seen, said.2 AS kind, said.3 AS address, said.4 AS protocol,
             said.5 AS port, said.6 AS value
           FROM ${source} ARRAY JOIN ${plan.sightings} AS said WHERE NOT (${rejected})`,
        );
  return {
    rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name.slice(4), value]))),
    sightings,
    skipped: counts?.skipped ?? 0,
    lost: counts?.lost ?? 0,
    rejects: rejects.map(({ reason }) => reason),
  };
}

function seconds(type: string, expression: string): string {
  return type === 'DateTime64(6)' ? `toUnixTimestamp64Micro(${expression}) / 1e6` : expression;
}
