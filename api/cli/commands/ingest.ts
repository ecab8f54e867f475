import { join } from 'node:path';
import { messageOf, WayleaveError } from '../../../ingest/kernel/errors';
import type { UploadReport } from '../../../ingest/upload';
import { withReceived } from '../../http/receive';
import { printUpload } from '../print/upload';
import { spaceOf } from '../../config/config';
import type { Session } from '../session';

type Outcome =
  UploadReport | { readonly name: string; readonly error: { readonly code: string; readonly message: string } };

/** One file that gives nothing does not keep the others out; the command then ends with 1. */
export async function ingest(session: Session, files: readonly string[]): Promise<void> {
  const wayleave = await session.open();
  const outcomes: Outcome[] = [];
  const bar = session.progress('ingest');
  for (const [index, file] of files.entries()) {
    bar.report(index, files.length, file);
    try {
      outcomes.push(
        file === '-' ? await takeStdin(session, (path) => wayleave.take(path, 'stdin')) : await wayleave.take(file),
      );
    } catch (error) {
      if (!(error instanceof WayleaveError) || error.retriable) throw error;
      outcomes.push({ name: file, error: { code: error.code, message: messageOf(error) } });
    }
  }
  bar.done();
  session.answer(outcomes, () =>
    outcomes.map((outcome) => ('error' in outcome ? `${outcome.error.message}\n` : printUpload(outcome))).join(''),
  );
  if (outcomes.some(nothingTaken)) process.exitCode = 1;
}

/**
 * Recognising and digesting need the whole content, so standard input goes through a file: in the data directory, whose
 * disk is meant for this much and whose files only their owner reads.
 */
function takeStdin<T>({ terminal, config }: Session, take: (path: string) => Promise<T>): Promise<T> {
  const folder = join(config.data, 'incoming');
  const limit = config.http.uploadLimitMiB * 1024 * 1024;
  return withReceived(terminal.stdin, { folder, limit, space: spaceOf(config) }, take);
}

function nothingTaken(outcome: Outcome): boolean {
  return 'error' in outcome || (outcome.rows === 0 && outcome.rejected > 0);
}
