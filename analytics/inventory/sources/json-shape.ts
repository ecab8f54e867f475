import { z } from 'zod';
import { parseMoment } from './moment';

/** `InstanceId`, `instanceId` and `instance_id` are one key: tools around one API differ in nothing else. */
export function foldKey(key: string): string {
  const lower = key.toLowerCase();
  return lower.includes('_') ? lower.replaceAll('_', '') : lower;
}

/** An object with these keys, however they are cased; further keys are left out. */
export function shape<Fields extends z.ZodRawShape>(fields: Fields) {
  const names = new Map(Object.keys(fields).map((name) => [foldKey(name), name]));
  const renamed = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const known = new Map<string, unknown>();
    for (const [key, inner] of Object.entries(value)) {
      const name = names.get(foldKey(key));
      if (name !== undefined && !known.has(name)) known.set(name, inner);
    }
    return Object.fromEntries(known);
  };
  return z.preprocess(renamed, z.object(fields));
}

/** Absent, null, or what the schema says. */
export function maybe<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** A list; absent and null are an empty one, and PowerShell writes a list of one without brackets. */
export function listOf<Schema extends z.ZodType>(schema: Schema) {
  const listed = (value: unknown): unknown => (value === undefined || value === null ? [] : [value].flat());
  return z.preprocess(listed, z.array(schema));
}

/** Text that may be missing; '' is missing. */
export const text = z
  .string()
  .max(4096)
  .nullish()
  .transform((value) => value || undefined);

/** Tags: an object, or a list of keys (or names) and values; values that are no text say nothing. */
export const tags = z
  .unknown()
  .optional()
  .transform((value): Record<string, string> => {
    if (typeof value !== 'object' || value === null) return {};
    const pairs = Array.isArray(value) ? value.flatMap(pairOf) : Object.entries(value);
    return Object.fromEntries(pairs.map(([key, inner]) => [key, scalar(inner)]));
  });

function pairOf(element: unknown): [string, unknown][] {
  if (typeof element !== 'object' || element === null) return [];
  const fields = new Map(Object.entries(element).map(([key, value]) => [foldKey(key), value]));
  const key = fields.get('key') ?? fields.get('name');
  return typeof key === 'string' ? [[key, fields.get('value')]] : [];
}

/** A moment, in epoch milliseconds. */
export const moment = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value, context) => {
    if (value === undefined || value === null || value === '') return undefined;
    const read = parseMoment(String(value));
    if (read !== undefined) return read;
    context.addIssue({ code: 'custom', message: `not a time: "${String(value).slice(0, 40)}"` });
    return z.NEVER;
  });

/** Tags hold text; numbers and booleans are written as such, anything else says nothing. */
function scalar(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
