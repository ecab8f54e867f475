import { WayleaveError } from '../../../ingest/kernel/errors';
import type { InventoryReject, SourceDocument } from '../source';

/** `line 12`, with the document's name in front where there are several. */
export type At = (place: string) => string;

/**
 * Reads the documents of one import, one after the other. A document that cannot be read is a reject as long as another can.
 * @throws WayleaveError what the first document met with, where none could be read
 */
export function readEach(
  documents: readonly SourceDocument[],
  read: (document: SourceDocument, at: At) => void,
): InventoryReject[] {
  const failures: WayleaveError[] = [];
  const rejects: InventoryReject[] = [];
  for (const document of documents) {
    try {
      read(document, (place) => (documents.length > 1 ? `${document.name}, ${place}` : place));
    } catch (error) {
      if (!(error instanceof WayleaveError)) throw error;
      failures.push(error);
      rejects.push({ where: document.name, message: error.message });
    }
  }
  const [first] = failures;
  if (first && failures.length === documents.length) throw first;
  return rejects;
}
