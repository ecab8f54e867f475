import type { DecodedFormat, Reject } from '../decode/format';
import { WayleaveError } from '../kernel/errors';
import { RowBatches } from '../model/rows';
import { segmentId } from '../model/segment-id';
import { discard, missingSegments } from '../spool';
import { markStale } from '../store';
import { decompressed } from './compression';
import type { UploadDeps } from './deps';
import { UPLOAD_LIMITS } from './limits';
import type { FormatReport } from './lines';
import { mayBeTakenLater } from './not-recorded';
import type { Source } from './source';

/** A segment is written once this much has gathered: large enough for the engine to load at full speed. */
const SEAL_BYTES = 32 * 1024 * 1024;

/**
 * Loads a format that we decode ourselves, by way of the spool. What is refused halfway for good leaves nothing behind:
 * it may come again in pieces, which are other contents.
 *
 * @throws WayleaveError `too-large`, `upload-incomplete`, what the format and the store throw
 */
export async function loadDecoded(deps: UploadDeps, source: Source, format: DecodedFormat): Promise<FormatReport> {
  const { spool, loader, store, clock, limits = UPLOAD_LIMITS } = deps;
  const batches = new RowBatches();
  /** Rows by segment. */
  const written = new Map<string, number>();
  const load = async (): Promise<void> => {
    const rows = batches.filled().map((batch) => batch.rows);
    const nextId = (): string => {
      const id = segmentId(source.digest, written.size);
      written.set(id, rows.shift() ?? 0);
      return id;
    };
    loader.add(await spool.write(batches, nextId), true);
    // All of them: what an earlier attempt spooled may wait still, and is not written again.
    await loader.settled([...written.keys()]);
  };
  const drain = async (): Promise<void> => {
    if (batches.bytes >= SEAL_BYTES) await load();
  };
  const broken: Reject[] = [];
  try {
    const report = await format.read(
      decompressed(source, limits, (reject) => broken.push(reject)),
      { batches, drain, receivedMicros: clock().getTime() * 1000 },
    );
    await load();
    const missing = await missingSegments(store, written);
    if (missing.length > 0) throw incomplete(missing.length, written.size);
    return {
      ...report,
      format: format.name,
      rejected: report.rejected + broken.length,
      rejects: [...report.rejects, ...broken],
    };
  } catch (error) {
    if (!mayBeTakenLater(error)) await withdraw(deps, [...written.keys()]);
    throw error;
  }
}

/** @throws what the store throws: the refusal is found again when the content comes again, and withdrawn then */
async function withdraw({ loader, store }: UploadDeps, segments: readonly string[]): Promise<void> {
  if (segments.length === 0) return;
  await loader.settled(segments);
  await markStale(store, 'segment IN {segments:Array(UUID)}', { segments });
  await discard(store, ...segments);
}

function incomplete(missing: number, segments: number): WayleaveError {
  return new WayleaveError(`ClickHouse refused ${missing} of ${segments} segments, see the log`, {
    code: 'upload-incomplete',
    retriable: true,
  });
}
