import { recogniseSource, SOURCES, sourceOfKind } from './sources/registry';
import type { InventoryReject, Snapshot, SourceDocument, SourceOptions } from './source';

/** A document for sources to look at: what looks like JSON and is none is text. */
export function documentOf(name: string, content: string): SourceDocument {
  const text = content.replace(/^\uFEFF/, '');
  return { name, text, json: /^\s*[[{]/.test(text) ? parsed(text) : undefined };
}

/** The kind of source that recognises all documents; undefined where none does. */
export function kindOf(documents: readonly SourceDocument[]): string | undefined {
  return SOURCES.find((source) => documents.every((document) => source.recognise(document)))?.kind;
}

/**
 * What the documents of one import say.
 *
 * @param kind of source; found by what the documents hold where it is left out
 * @throws WayleaveError `unknown-inventory` or `bad-inventory`
 */
export function readSnapshot(
  documents: readonly SourceDocument[],
  { kind, options }: { readonly kind?: string | undefined; readonly options: SourceOptions },
): { readonly kind: string; readonly snapshot: Snapshot } {
  const source = kind === undefined ? recogniseSource(documents, options) : sourceOfKind(kind);
  const snapshot = source.read(documents, options);
  return { kind: source.kind, snapshot: { ...snapshot, rejects: snapshot.rejects.map(placedIn(documents)) } };
}

/** Sources name the document only where there are several. */
function placedIn([first, ...others]: readonly SourceDocument[]): (reject: InventoryReject) => InventoryReject {
  if (first === undefined || others.length > 0) return (reject) => reject;
  return ({ where, message }) => ({ where: `${first.name}, ${where}`, message });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
