import type { z } from 'zod';
import type { InventoryReject, SourceDocument } from '../source';
import { foldKey } from './json-shape';
import { beginsAsJson, jsonValues } from './json-values';

/** An object of the documents, and what it was found to be. */
export interface JsonRecord<Kind extends string> {
  readonly kind: Kind;
  /** `NetworkInterfaces[3]`; `enis.json, line 12, NetworkInterfaces[3]` where there are several of each. */
  readonly where: string;
  readonly value: object;
}

/**
 * What an object is, by its keys (folded: `InstanceId`, `instanceId` and `instance_id` are `instanceid`) and, where
 * these are not enough, its values. Undefined: nothing of ours, and looked into.
 */
export type KindOf<Kind extends string> = (keys: ReadonlySet<string>, value: object) => Kind | undefined;

/** A wrapper, a section, a list in it, an object, a list in that: real documents need six. */
const DEEPEST = 8;
/** A document that is one of a source's says so early. */
const LOOKED_AT = { values: 5, elements: 200 };

/** What says that a page is not the last one: AWS, Azure, Google, NSX, Resource Graph. */
const MORE_TO_COME = new Set(['nexttoken', 'nextlink', 'nextpagetoken', 'cursor', 'skiptoken', '$skiptoken']);

interface Found<Kind extends string> {
  readonly records: readonly JsonRecord<Kind>[];
  readonly rejects: InventoryReject[];
  /** Whether no listing stops at a page that says there are more. */
  readonly complete: boolean;
}

/** All objects that are of a kind, wherever they are in the documents: how these are wrapped does not matter. */
export function recordsIn<Kind extends string>(
  documents: readonly SourceDocument[],
  kindOf: KindOf<Kind>,
): Found<Kind> {
  const records: JsonRecord<Kind>[] = [];
  const rejects: InventoryReject[] = [];
  // By the lists a page holds, whether the last such page says that there are more.
  const unfinished = new Map<string, boolean>();
  const turnPage = (page: object): void => {
    const entries = Object.entries(page).map(([key, value]): [string, unknown] => [foldKey(key), value]);
    const lists = entries.filter(([, value]) => Array.isArray(value)).map(([key]) => key);
    const hasMore = entries.some(([key, value]) => MORE_TO_COME.has(key) && typeof value === 'string' && value !== '');
    if (lists.length > 0) unfinished.set(lists.toSorted().join(), hasMore);
  };
  for (const document of documents) {
    const name = documents.length > 1 ? `${document.name}, ` : '';
    const reject = ({ where, message }: InventoryReject): unknown => rejects.push({ where: name + where, message });
    for (const { where, value } of jsonValues(document, reject)) {
      const place = where === '' ? name : `${name}${where}, `;
      for (const record of walk(value, kindOf, '', DEEPEST, Infinity, turnPage)) {
        records.push({ ...record, where: (place + record.where).replace(/, $/, '') });
      }
    }
  }
  return { records, rejects, complete: ![...unfinished.values()].includes(true) };
}

/** Whether a document holds an object of some kind, looking at its beginning only. */
export function holdsRecord(document: SourceDocument, kindOf: KindOf<string>): boolean {
  if (!beginsAsJson(document)) return false;
  let looked = 0;
  let broken = false;
  for (const { value } of jsonValues(document, () => (broken = true))) {
    for (const _ of walk(value, kindOf, '', DEEPEST, LOOKED_AT.elements)) return true;
    if (broken || ++looked === LOOKED_AT.values) return false;
  }
  return false;
}

/** What a schema makes of each record; those it refuses are rejects. */
export function shapedRecords<Kind extends string, Schema extends z.ZodType>(
  records: readonly JsonRecord<Kind>[],
  kind: Kind,
  schema: Schema,
  rejects: InventoryReject[],
): { where: string; value: z.output<Schema> }[] {
  return records.flatMap(({ kind: found, where, value }) => {
    if (found !== kind) return [];
    const read = schema.safeParse(value);
    if (read.success) return [{ where, value: read.data }];
    const [issue] = read.error.issues;
    const path = (issue?.path ?? []).map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
    rejects.push({ where: (where + path.join('')).replace(/^\./, ''), message: issue?.message ?? 'not understood' });
    return [];
  });
}

function* walk<Kind extends string>(
  value: unknown,
  kindOf: KindOf<Kind>,
  where: string,
  depth: number,
  most: number,
  pass?: (wrapper: object) => void,
): Generator<JsonRecord<Kind>> {
  if (typeof value !== 'object' || value === null || depth === 0) return;
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) {
      if (index === most) return;
      yield* walk(element, kindOf, `${where}[${index}]`, depth - 1, most, pass);
    }
    return;
  }
  const kind = kindOf(new Set(Object.keys(value).map(foldKey)), value);
  if (kind !== undefined) {
    yield { kind, where, value };
    return;
  }
  pass?.(value);
  for (const [key, inner] of Object.entries(value)) {
    yield* walk(inner, kindOf, where === '' ? key : `${where}.${key}`, depth - 1, most, pass);
  }
}
