import { messageOf } from '../../../ingest/kernel/errors';
import { FilterError, pointAt } from '../../../ingest/query';

/** What went wrong, for people; a filter that is not understood with a mark under the place. */
export function printProblem(error: unknown): string {
  const place = error instanceof FilterError ? `${pointAt(error)}\n` : '';
  return `wayleave: ${messageOf(error)}\n${place}`;
}
