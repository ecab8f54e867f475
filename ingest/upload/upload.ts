import type { Reject } from '../decode/format';
import { recordHeard } from '../exporters';
import type { Store } from '../store';
import { loadDecoded } from './decoded';
import type { UploadDeps } from './deps';
import { notRecorded } from './not-recorded';
import { openSource, type Source } from './source';
import { loadText } from './text';
import { createTurns } from './turns';
import type { FormatReport } from './lines';

export interface UploadReport extends Omit<FormatReport, 'heard'> {
  readonly name: string;
  readonly digest: string;
  readonly bytes: number;
  /** The same content was taken before; nothing was added. */
  readonly duplicate: boolean;
}

export interface Uploads {
  /**
   * Takes a file of flows: recognised by content, loaded exactly once, recorded under its digest. When the promise
   * resolves the flows can be queried. Segment ids derive from the digest, so that taking a file again after a crash
   * halfway, or after an error, adds only what was missing.
   *
   * @throws WayleaveError `unreadable-file`, `empty-file`, `unknown-format`, `bad-parquet`, `too-large`; retriable, with
   *   nothing recorded, `store-unavailable`, `no-space`, `upload-incomplete`, `upload-overtaken`; what else the store
   *   throws
   */
  take(path: string, name?: string): Promise<UploadReport>;
}

export function createUploads(deps: UploadDeps): Uploads {
  /** The same content twice at a time would be two halves of each in the store: it waits, and is known then. */
  const turns = createTurns();
  return {
    async take(path, name = path) {
      const source = await openSource(path, deps, name);
      try {
        return await turns.take(source.digest, () => takeSource(deps, source));
      } catch (error) {
        throw notRecorded(name, error);
      }
    },
  };
}

async function takeSource(deps: UploadDeps, source: Source): Promise<UploadReport> {
  const { name, digest, bytes, content } = source;
  const known = await recorded(deps.store, digest);
  if (known) return { ...known, name, duplicate: true };
  const format = 'format' in content ? content.format : undefined;
  const { heard, ...taken } = await (format?.kind === 'decoded'
    ? loadDecoded(deps, source, format)
    : loadText(deps, source));
  const report = { ...taken, name, digest, bytes };
  await record(deps, report);
  if (heard) await recordHeard(deps.store, heard, deps.clock());
  return { ...report, duplicate: false };
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
