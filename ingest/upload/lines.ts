import type { EnginePlan, ReadReport, Reject } from '../decode/format';
import { plannedLines } from '../decode/lines/planned-lines';
import { messageOf } from '../kernel/errors';
import { flowLayout, type FlowColumnName } from '../model/flow';
import { discard } from '../spool';
import { markStale, type LineFile, type SqlParams, type Store } from '../store';
import { insertAs, stopEarlier } from './attempt';
import { catchUp } from './catch-up';
import { carriedSource, type Content } from './content';
import { tooLargeError } from './compression';
import { tooLarge, type UploadLimits } from './limits';

const REJECTS_SHOWN = 20;
const REPORTERS_SHOWN = 1000;
/** On two cores the second thread that sorts and writes takes a third off; more would make more parts. */
const INSERT_THREADS = 2;

/** What reading came to, and as which format. */
export interface FormatReport extends ReadReport {
  readonly format: string;
}

export interface LinesToLoad {
  readonly name: string;
  /** Size of the upload on disk, for what it may decompress to. */
  readonly bytes: number;
  readonly file: LineFile;
  readonly content: Pick<Content, 'format' | 'field'>;
  readonly plan: EnginePlan;
  readonly segment: string;
  readonly received: Date;
  readonly limits: UploadLimits;
  /** Where a line of the file is in what was uploaded. */
  place(line: number): Reject['where'];
}

/** What a step of a load works on: the file as a table expression with its bindings. */
interface Loading extends LinesToLoad {
  readonly store: Store;
  readonly sql: string;
  readonly params: SqlParams;
}

/**
 * Loads a text format inside the engine. The first pass counts, and refuses what is too large before anything is
 * written; the second inserts the good lines. Only when lines were rejected does another find out where they are.
 *
 * @throws WayleaveError `too-large`, and what the store throws
 */
export function loadLines(store: Store, load: LinesToLoad): Promise<FormatReport> {
  return store.withLines(load.file, async ({ sql, params }) => {
    const loading: Loading = { ...load, store, sql: carriedSource(load.content, sql), params };
    const counts = await count(loading);
    const { lines, bytes, longest, skipped, lost } = counts;
    const reason =
      tooLarge(bytes, load.bytes, load.limits) ??
      (longest > load.limits.lineBytes ? `it has a line of more than ${load.limits.lineBytes} bytes` : undefined);
    if (reason !== undefined) throw tooLargeError(load.name, reason);
    await stopEarlier(store, loading.segment);
    await removePartial(loading);
    const missing = ({ rows }: { rows: number }): number => lines - rows - skipped - lost;
    await insert(loading);
    const sightings = await insertSightings(loading);
    let found = await taken(loading);
    if (missing(found) > 0 && (await insertUnusual(loading))) found = await taken(loading);
    await markStale(store, 'segment = {segment:UUID}', { segment: load.segment });
    const { rows, exporters } = found;
    const rejected = missing(found);
    const rejects = rejected === 0 ? [] : await findRejects(loading);
    return { format: load.content.format.name, rows, skipped, lost, rejected, sightings, exporters, rejects };
  });
}

interface Counts {
  readonly lines: number;
  readonly bytes: number;
  readonly longest: number;
  readonly skipped: number;
  readonly lost: number;
}

async function count({ store, sql, params, plan, name, limits }: Loading): Promise<Counts> {
  const query = plan.unfold === undefined && plan.stages === undefined ? countInOne(plan, sql) : countInTwo(plan, sql);
  try {
    const [counts] = await store.query<Counts>(`${query} SETTINGS max_memory_usage = ${limits.memoryBytes}`, params);
    return counts ?? { lines: 0, bytes: 0, longest: 0, skipped: 0, lost: 0 };
  } catch (error) {
    if (!/memory limit/i.test(messageOf(error))) throw error;
    throw tooLargeError(name, `to look through it takes more than ${limits.memoryBytes} bytes of memory`);
  }
}

const SIZES = 'sum(length(line)) AS bytes, max(length(line)) AS longest';

/** The engine takes only those lines apart that are not plain; 5 M lines: 1.1 s of CPU, in two passes 1.7 s. */
function countInOne(plan: EnginePlan, sql: string): string {
  return `SELECT count() AS lines, ${SIZES}, countIf(kind = 1) AS skipped, countIf(kind = 2) AS lost
    FROM (WITH ${plan.with} SELECT line, multiIf(${plan.plain}, 0, ${plan.skipped}, 1, ${plan.lost}, 2, 0) AS kind FROM ${sql})`;
}

/** What is bound in stages would be worked out for every line. */
function countInTwo(plan: EnginePlan, sql: string): string {
  const lines = plan.unfold === undefined ? 'count()' : `sum(length(${plan.unfold}))`;
  return `SELECT sum(lines) AS lines, sum(bytes) AS bytes, max(longest) AS longest, sum(skipped) AS skipped, sum(lost) AS lost
    FROM (
      SELECT ${lines} AS lines, ${SIZES}, 0 AS skipped, 0 AS lost FROM ${sql}
      UNION ALL
      SELECT 0, 0, 0, skipped, lost FROM (
        WITH ${plan.with} SELECT countIf(${plan.skipped}) AS skipped, countIf(${plan.lost}) AS lost
        FROM ${plannedLines(plan, sql, `NOT (${plan.plain})`)}
      )
    )`;
}

/** What an earlier attempt put in before it was killed. */
async function removePartial({ store, segment, plan }: Loading): Promise<void> {
  const holds = async (table: string): Promise<boolean> => {
    const found = await store.query(`SELECT 1 FROM ${table} WHERE segment = {segment:UUID} LIMIT 1`, { segment });
    return found.length > 0;
  };
  await catchUp(store);
  if (await holds('flows')) await discard(store, segment);
  if (plan.sightings !== undefined && (await holds('sightings'))) {
    const statements = store.layout.erase('sightings', 'segment = {segment:UUID}');
    for (const statement of statements) await store.command(statement, { segment });
  }
}

const RECEIVED = 'fromUnixTimestamp64Milli({received:Int64})';

function insert(loading: Loading): Promise<void> {
  const { plan, sql } = loading;
  return insertFrom(loading, plan.quick ?? plan.with, plannedLines(plan, sql));
}

/** The lines that are not in their usual form but good all the same. @returns false where the plan knows one form only */
async function insertUnusual(loading: Loading): Promise<boolean> {
  const { plan, sql } = loading;
  if (plan.quick === undefined) return false;
  const unusual = `(SELECT * EXCEPT usual FROM (WITH ${plan.quick} SELECT line, ${plan.good} AS usual FROM ${plannedLines(plan, sql)}) WHERE NOT usual)`;
  await insertFrom(loading, plan.with, unusual);
  return true;
}

async function insertFrom(
  { store, params, plan, segment, received }: Loading,
  bindings: string,
  source: string,
): Promise<void> {
  // A source without times is taken to speak of the moment it arrived, not of 1970.
  const start = plan.columns.start ?? RECEIVED;
  const filled: EnginePlan['columns'] = { start, end: start, ...plan.columns, received: RECEIVED };
  const layout = flowLayout(Object.keys(filled) as FlowColumnName[]);
  await insertAs(
    store,
    segment,
    `INSERT INTO flows (${layout.join(', ')}, segment)
     WITH ${bindings}
     SELECT ${layout.map((name) => filled[name]).join(', ')}, {segment:UUID}
     FROM ${source} WHERE ${plan.good}`,
    { ...params, received: received.getTime() },
    { max_insert_threads: INSERT_THREADS },
  );
}

async function insertSightings({ store, sql, params, plan, segment, received }: Loading): Promise<number> {
  if (plan.sightings === undefined) return 0;
  const wanted = plan.unsighted === undefined ? undefined : `NOT (${plan.unsighted})`;
  await insertAs(
    store,
    segment,
    `INSERT INTO sightings (received, seen, kind, address, protocol, port, value, reporter, format, segment)
     WITH ${plan.with}
     SELECT ${RECEIVED}, said.1, said.2, said.3, said.4, said.5, said.6,
       ${plan.columns.reporter ?? "''"}, ${plan.columns.format ?? "''"}, {segment:UUID}
     FROM ${plannedLines(plan, sql, wanted)} ARRAY JOIN ${plan.sightings} AS said
     WHERE ${plan.good} OR ${plan.skipped} OR ${plan.lost}`,
    { ...params, received: received.getTime() },
  );
  const [row] = await store.query<{ sightings: number }>(
    `SELECT count() AS sightings FROM sightings WHERE received = ${RECEIVED} AND segment = {segment:UUID}`,
    { segment, received: received.getTime() },
  );
  return row?.sightings ?? 0;
}

async function taken({ store, segment }: Loading): Promise<{ rows: number; exporters: string[] }> {
  await catchUp(store);
  const [row] = await store.query<{ rows: number; exporters: string[] }>(
    `SELECT count() AS rows, arraySort(groupUniqArrayIf(${REPORTERS_SHOWN})(toString(reporter), reporter != '')) AS exporters
     FROM flows WHERE segment = {segment:UUID}`,
    { segment },
  );
  return row ?? { rows: 0, exporters: [] };
}

async function findRejects({ store, sql, params, plan, place }: Loading): Promise<Reject[]> {
  // One thread reads in file order, so the row number is the line number.
  const numbered = `(SELECT line, rowNumberInAllBlocks() + 1 AS line_number FROM ${sql})`;
  const found = await store.query<{ number: number; reason: string }>(
    `WITH ${plan.with}
     SELECT line_number AS number, ${plan.reject} AS reason FROM ${plannedLines(plan, numbered)}
     WHERE NOT (${plan.good}) AND NOT (${plan.skipped}) AND NOT (${plan.lost})
     ORDER BY line_number LIMIT ${REJECTS_SHOWN}
     SETTINGS max_threads = 1, input_format_parallel_parsing = 0`,
    params,
  );
  return found.map(({ number, reason }) => ({ code: 'bad-line', message: reason, where: place(number) }));
}
