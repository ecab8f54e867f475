import { recogniseSource, sourceOfKind } from './sources/registry';
import type { Snapshot, SourceDocument, SourceOptions } from './source';

/** A document for sources to look at: what looks like JSON and is none is text. */
export function documentOf(name: string, content: string): SourceDocument {
  const text = content.replace(/^\uFEFF/, '');
  return { name, text, json: /^\s*[[{]/.test(text) ? parsed(text) : undefined };
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
  return { kind: source.kind, snapshot: source.read(documents, options) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
