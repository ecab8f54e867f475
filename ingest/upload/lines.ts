import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnginePlan, ReadReport, Reject } from '../decode/format';
import { WayleaveError } from '../kernel/errors';
import { flowLayout, type FlowColumnName } from '../model/flow';
import { discard, markStale } from '../spool';
import type { LineFile, SqlSource, Store } from '../store';
import { segmentId } from './segment-id';
import { salvage, type Source } from './source';
import type { UploadDeps } from './deps';

const REJECTS_SHOWN = 20;
const REPORTERS_SHOWN = 1000;

/**
 * Loads a text format inside the engine: one pass inserts the good lines, a lighter one counts the rest. Only when lines
 * were rejected does a third find out where they are.
 */
export async function loadLines(
  deps: Pick<UploadDeps, 'store' | 'spool' | 'clock'>,
  source: Source,
  plan: EnginePlan,
  onBroken: (reject: Reject) => void,
): Promise<ReadReport> {
  const segment = segmentId(source.digest, 0);
  try {
    return await loadFrom(deps, source, plan, segment);
  } catch (error) {
    if (!source.gzip || !(error instanceof WayleaveError) || error.retriable) throw error;
    // The engine gives up on an archive that breaks off; what can still be decompressed is good.
    const salvaged = join(deps.spool.folder, `${segment}.salvaged`);
    try {
      const broken: Reject[] = [];
      await salvage(source, salvaged, (reject) => broken.push(reject));
      if (broken.length === 0) throw error;
      broken.forEach(onBroken);
      return await loadFrom(deps, { path: salvaged, gzip: false }, plan, segment);
    } finally {
      await rm(salvaged, { force: true });
    }
  }
}

function loadFrom(
  { store, clock }: Pick<UploadDeps, 'store' | 'clock'>,
  file: LineFile,
  plan: EnginePlan,
  segment: string,
): Promise<ReadReport> {
  return store.withLines(file, async (lines) => {
    await removePartial(store, segment);
    await insert(store, lines, plan, segment, clock());
    const counts = await count(store, lines, plan, segment);
    await markStale(store, segment);
    return { ...counts, rejects: counts.rejected === 0 ? [] : await findRejects(store, lines, plan) };
  });
}

/** Rows that an earlier attempt put in before it was killed. */
async function removePartial(store: Store, segment: string): Promise<void> {
  const [row] = await store.query<{ rows: number }>(
    'SELECT count() AS rows FROM flows WHERE segment = {segment:UUID}',
    { segment },
  );
  if (row !== undefined && row.rows > 0) await discard(store, segment);
}

function insert(store: Store, lines: SqlSource, plan: EnginePlan, segment: string, received: Date): Promise<void> {
  const now = 'fromUnixTimestamp64Milli({received:Int64})';
  // A source without times is taken to speak of the moment it arrived, not of 1970.
  const filled: EnginePlan['columns'] = { start: now, end: plan.columns.start ?? now, ...plan.columns, received: now };
  const layout = flowLayout(Object.keys(filled) as FlowColumnName[]);
  return store.command(
    `INSERT INTO flows (${layout.join(', ')}, segment)
     WITH ${plan.with}
     SELECT ${layout.map((name) => filled[name]).join(', ')}, {segment:UUID}
     FROM ${lines.sql} WHERE ${plan.good}`,
    { ...lines.params, segment, received: received.getTime() },
  );
}

async function count(
  store: Store,
  lines: SqlSource,
  plan: EnginePlan,
  segment: string,
): Promise<Omit<ReadReport, 'rejects'>> {
  const [all] = await store.query<{ lines: number }>(`SELECT count() AS lines FROM ${lines.sql}`, lines.params);
  const [seen] = await store.query<{ skipped: number; lost: number }>(
    `WITH ${plan.with}
     SELECT countIf(${plan.skipped}) AS skipped, countIf(${plan.lost}) AS lost
     FROM (SELECT line FROM ${lines.sql} WHERE NOT (${plan.plain}))`,
    lines.params,
  );
  const [taken] = await store.query<{ rows: number; exporters: string[] }>(
    `SELECT count() AS rows, arraySort(groupUniqArray(${REPORTERS_SHOWN})(toString(reporter))) AS exporters
     FROM flows WHERE segment = {segment:UUID}`,
    { segment },
  );
  const { rows, exporters } = taken ?? { rows: 0, exporters: [] };
  const { skipped, lost } = seen ?? { skipped: 0, lost: 0 };
  return { rows, skipped, lost, rejected: (all?.lines ?? 0) - rows - skipped - lost, sightings: 0, exporters };
}

async function findRejects(store: Store, lines: SqlSource, plan: EnginePlan): Promise<Reject[]> {
  // One thread reads in file order, so the row number is the line number.
  const found = await store.query<{ number: number; reason: string }>(
    `WITH ${plan.with}
     SELECT number, ${plan.reject} AS reason
     FROM (SELECT line, rowNumberInAllBlocks() + 1 AS number FROM ${lines.sql})
     WHERE NOT (${plan.good}) AND NOT (${plan.skipped}) AND NOT (${plan.lost})
     ORDER BY number LIMIT ${REJECTS_SHOWN}
     SETTINGS max_threads = 1, input_format_parallel_parsing = 0`,
    lines.params,
  );
  return found.map(({ number, reason }) => ({ code: 'bad-line', message: reason, where: { line: number } }));
}
