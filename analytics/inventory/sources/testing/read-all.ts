import type { InventorySource, Snapshot, SourceDocument, SourceOptions } from '../../source';

/** A document of text as it is, or of anything else as JSON. */
export function documentOf(content: unknown, name = 'inventory.json'): SourceDocument {
  if (typeof content === 'string') return { name, text: content, json: undefined };
  const text = JSON.stringify(content);
  return { name, text, json: JSON.parse(text) };
}

export function readAll(source: InventorySource, contents: readonly unknown[], options: SourceOptions = {}): Snapshot {
  return source.read(
    contents.map((content, index) => documentOf(content, `${index}.json`)),
    options,
  );
}
