import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { FLOW_COLUMNS, INITIATOR, OBSERVED, VERDICT, type FlowColumnName } from '../../model/flow';

/** Columns that are ours to fill, not the mapping's. */
const OURS: ReadonlySet<string> = new Set(['received', 'format']);
const MAPPED: readonly string[] = FLOW_COLUMNS.map(({ name }) => name as string).filter((name) => !OURS.has(name));

/** Names for the numbers of columns that hold one of a few. */
export const NAMED_VALUES: Readonly<Partial<Record<FlowColumnName, Readonly<Record<string, number>>>>> = {
  verdict: VERDICT,
  initiator: INITIATOR,
  observed: OBSERVED,
};

export const UNITS = ['s', 'ms', 'us', 'ns', 'iso'] as const;
/** What `parseDateTime` of the engine understands and does not guess: numbers and English month names. */
const NOTATION = /^(?:[^%']|%[YymcdeHkhlIisSfMbTFDRpj%])*%(?:[^%']|%?[YymcdeHkhlIisSfMbTFDRpj%])*$/;

const name = z.string().min(1).max(200);
const place = z.union([z.strictObject({ field: name }), z.strictObject({ path: z.array(name).min(1).max(16) })]);
const value = z.union([
  name,
  z.strictObject({
    field: name.optional(),
    path: z.array(name).min(1).max(16).optional(),
    unit: z
      .union([
        z.enum(UNITS),
        z.string().regex(NOTATION, `expected ${UNITS.join(', ')} or a notation such as %Y-%m-%d %H:%i:%s`),
      ])
      .optional(),
    values: z.record(z.string(), name).optional(),
  }),
  z.strictObject({ constant: z.union([z.string(), z.number()]) }),
]);

export type MappedValue = z.infer<typeof value>;

/** One format of `formats:` in the config. */
export const mappingSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'expected lower-case letters, digits and dashes'),
    csv: z
      .strictObject({
        separator: z
          .string()
          .regex(/^[^"\r\n\\A-Za-z0-9]$/, 'expected one character')
          .default(','),
        header: z.union([z.literal(true), z.array(name).min(2).max(500)]).default(true),
      })
      .optional(),
    json: z.literal(true).optional(),
    recognise: z.array(name).min(1).max(50).optional(),
    columns: z.record(z.string(), value),
    skip: z.intersection(place, z.looseObject({ equals: z.string() })).optional(),
  })
  .superRefine((definition, context) => {
    const complain = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if ((definition.csv === undefined) === (definition.json === undefined)) {
      complain([], 'expected either csv or json');
    }
    for (const column of ['src', 'dst']) {
      if (definition.columns[column] === undefined) complain(['columns', column], `a flow needs a value for ${column}`);
    }
    for (const [column, value] of Object.entries(definition.columns)) {
      const problem = MAPPED.includes(column)
        ? problemOf(column as FlowColumnName, value, definition.csv === undefined)
        : `no flow column ${column}: did you mean ${closest(column, MAPPED)}?`;
      if (problem !== undefined) complain(['columns', column], problem);
    }
    const paths = Object.values(definition.columns).map((value) => pathOf(value)?.join('\0'));
    const within = paths.find((path) => path !== undefined && paths.some((other) => other?.startsWith(`${path}\0`)));
    if (within !== undefined)
      complain(['columns'], `"${within.replaceAll('\0', '.')}" is used as a value and as an object`);
  });

export type MappingDefinition = z.infer<typeof mappingSchema>;

/** Where a value is found; undefined of a constant. */
export function pathOf(value: MappedValue): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  if ('constant' in value) return undefined;
  return value.path ?? (value.field === undefined ? undefined : [value.field]);
}

function problemOf(column: FlowColumnName, value: MappedValue, isJson: boolean): string | undefined {
  if (typeof value === 'string') return isTime(column) ? timeNeedsUnit(column) : undefined;
  if ('constant' in value) return constantProblem(column, value.constant);
  if ((value.field === undefined) === (value.path === undefined)) return 'expected either field or path';
  if (value.path !== undefined && !isJson) return 'a path needs json: columns of CSV have a field';
  if (isTime(column) !== (value.unit !== undefined)) {
    return isTime(column) ? timeNeedsUnit(column) : `unit is for start and end, not for ${column}`;
  }
  const names = NAMED_VALUES[column];
  if (value.values === undefined) return undefined;
  if (names === undefined) return `values are for ${Object.keys(NAMED_VALUES).join(', ')}, not for ${column}`;
  const odd = Object.values(value.values).find((to) => !Object.hasOwn(names, to));
  return odd === undefined ? undefined : `"${odd}" is none of ${Object.keys(names).join(', ')}`;
}

function constantProblem(column: FlowColumnName, constant: string | number): string | undefined {
  const type = FLOW_COLUMNS.find(({ name }) => name === column)?.type ?? '';
  if (type.includes('String')) return typeof constant === 'string' ? undefined : 'expected a text';
  const bits = /^UInt(\d+)$/.exec(type)?.[1];
  if (bits === undefined) return `${column} cannot be a constant`;
  const names = NAMED_VALUES[column];
  if (names !== undefined && typeof constant === 'string' && Object.hasOwn(names, constant)) return undefined;
  const fits =
    typeof constant === 'number' && Number.isSafeInteger(constant) && constant >= 0 && constant < 2 ** Number(bits);
  return fits
    ? undefined
    : `expected a whole number of ${bits} bits${names ? ` or one of ${Object.keys(names).join(', ')}` : ''}`;
}

function isTime(column: FlowColumnName): boolean {
  return column === 'start' || column === 'end';
}

function timeNeedsUnit(column: FlowColumnName): string {
  return `a time needs its unit: { field: …, unit: ${UNITS.join(' | ')} or a notation }; ${column} has none`;
}
