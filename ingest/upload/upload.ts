import type { DecodedFormat, Reject } from '../decode/format';
import { WayleaveError } from '../kernel/errors';
import { RowBatches } from '../model/rows';
import { recordHeard } from '../exporters';
import type { Store } from '../store';
import type { UploadDeps } from './deps';
import { decompressed } from './compression';
import { UPLOAD_LIMITS } from './limits';
import { openSource, type Source } from './source';
import { segmentId } from './segment-id';
import { loadText } from './text';
import type { FormatReport } from './lines';

/** A segment is written once this much has gathered: large enough for the engine to load at full speed. */
const SEAL_BYTES = 32 * 1024 * 1024;

export interface UploadReport extends Omit<FormatReport, 'heard'> {
  readonly name: string;
  readonly digest: string;
  readonly bytes: number;
  /** The same content was taken before; nothing was added. */
  readonly duplicate: boolean;
}

/**
 * Takes a file of flows: recognised by content, loaded exactly once, recorded under its digest. When the promise
 * resolves the flows can be queried. Segment ids derive from the digest, so that taking a file again after a crash
 * halfway adds only what was missing.
 *
 * @throws WayleaveError `unreadable-file`, `empty-file`, `unknown-format`, `bad-parquet`, `too-large`, and what the store
 *   throws
 */
export async function takeFile(deps: UploadDeps, path: string, name = path): Promise<UploadReport> {
  const source = await openSource(path, deps, name);
  const known = await recorded(deps.store, source.digest);
  if (known) return { ...known, name, duplicate: true };
  const { digest, bytes, content } = source;
  const format = 'format' in content ? content.format : undefined;
  const { heard, ...taken } = await (format?.kind === 'decoded'
    ? decode(deps, source, format)
    : loadText(deps, source));
  const report = { ...taken, name, digest, bytes };
  await record(deps, report);
  if (heard) await recordHeard(deps.store, heard, deps.clock());
  return { ...report, duplicate: false };
}

async function decode(
  { spool, loader, store, clock, limits = UPLOAD_LIMITS }: UploadDeps,
  source: Source,
  format: DecodedFormat,
): Promise<FormatReport> {
  const batches = new RowBatches();
  let written = 0;
  const seal = async (): Promise<void> => {
    const segments = await spool.write(batches, () => segmentId(source.digest, written++));
    loader.add(segments, true);
  };
  const drain = async (): Promise<void> => {
    if (batches.bytes < SEAL_BYTES) return;
    await seal();
    await loader.idle();
  };
  const broken: Reject[] = [];
  const report = await format.read(
    decompressed(source, limits, (reject) => broken.push(reject)),
    { batches, drain, receivedMicros: clock().getTime() * 1000 },
  );
  await seal();
  await loader.idle();
  const missing = await missingSegments(store, source.digest, written);
  if (missing > 0) {
    throw new WayleaveError(
      `${source.name}: ClickHouse refused ${missing} of ${written} segments; see the log, then upload it again`,
      {
        code: 'upload-incomplete',
        retriable: true,
        where: { file: source.name },
      },
    );
  }
  return {
    ...report,
    format: format.name,
    rejected: report.rejected + broken.length,
    rejects: [...report.rejects, ...broken],
  };
}

async function missingSegments(store: Store, digest: string, count: number): Promise<number> {
  if (count === 0) return 0;
  const ids = Array.from({ length: count }, (_, index) => segmentId(digest, index));
  const [row] = await store.query<{ found: number }>(
    'SELECT uniqExact(segment) AS found FROM flows WHERE segment IN {ids:Array(UUID)}',
    { ids },
  );
  return count - (row?.found ?? 0);
}

async function recorded(store: Store, digest: string): Promise<Omit<UploadReport, 'name' | 'duplicate'> | undefined> {
  const [row] = await store.query<Omit<UploadReport, 'rejects'> & { rejects: string }>(
    `SELECT format, digest, bytes, rows, skipped, lost, rejected, sightings, rejects, exporters
     FROM uploads FINAL WHERE digest = {digest:String}`,
    { digest },
  );
  return row && { ...row, rejects: JSON.parse(row.rejects) as Reject[] };
}

async function record({ store, clock }: UploadDeps, report: Omit<UploadReport, 'duplicate'>): Promise<void> {
  await store.insert('uploads', [{ ...report, received: clock().getTime(), rejects: JSON.stringify(report.rejects) }]);
}
