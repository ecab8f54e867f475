import { WayleaveError } from '../../kernel/errors';
import { flowColumn, type FlowColumnName } from '../../model/flow';
import type { EngineFormat, EnginePlan } from '../format';
import { firstFields } from '../lines/csv';
import { NAMED_VALUES, pathOf, type MappedValue, type MappingDefinition } from './definition';
import { hasKeys, jsonHead } from '../lines/json';
import { planLines, type Field } from '../lines/plan';
import { READINGS, written, type Reading } from '../lines/reading';
import { csvRecord, csvRecordOf, jsonRecord, type RecordShape } from '../lines/record';
import { bind, choose, quote } from '../lines/sql';

export { mappingSchema, type MappingDefinition } from './definition';

/**
 * A format described in config: lines of CSV or of JSON, and which of their values fill which columns.
 *
 * ```yaml
 * name: perimeter
 * csv: { separator: ';' }
 * columns:
 *   src: source
 *   dst: destination
 *   start: { field: opened, unit: ms }
 *   verdict: { field: action, values: { allow: allowed, drop: denied } }
 *   sampling_rate: { constant: 1 }
 * skip: { field: action, equals: heartbeat }
 * ```
 */
export function createMappingFormat(definition: MappingDefinition): EngineFormat {
  const columns = Object.entries(definition.columns) as [FlowColumnName, MappedValue][];
  return {
    kind: 'engine',
    name: definition.name,
    title: `${definition.csv ? 'CSV' : 'JSON lines'}, as the config describes it`,
    fills: Object.fromEntries(
      columns.map(([column, value]) => [column, pathOf(value)?.join('.') ?? `always ${constantOf(value)}`]),
    ),
    recognise: (head) => recognises(definition, head),
    plan: (head) => planFor(definition, columns, shapeOf(definition, head)),
  };
}

function constantOf(value: MappedValue): string | number {
  return typeof value === 'object' && 'constant' in value ? value.constant : '';
}

/** The values that a flow cannot do without, as the source calls them. */
function requiredNames({ recognise, columns }: MappingDefinition): readonly string[] {
  return recognise ?? ['src', 'dst'].flatMap((column) => columns[column] ?? []).flatMap((value) => pathOf(value) ?? []);
}

function recognises(definition: MappingDefinition, head: Uint8Array): boolean {
  const names = requiredNames(definition);
  const { csv } = definition;
  if (csv === undefined) {
    const json = jsonHead(head);
    return json !== undefined && hasKeys(json, ...names);
  }
  const first = firstFields(head, csv.separator).names;
  if (csv.header === true) return names.every((name) => first.includes(name));
  // Without a header only the addresses can tell.
  const { header } = csv;
  const src = pathOf(definition.columns.src ?? '')?.[0] ?? '';
  return first.length === header.length && /^[0-9a-f.:]*[.:][0-9a-f.:]*$/i.test(first[header.indexOf(src)] ?? '');
}

function shapeOf(definition: MappingDefinition, head: Uint8Array): RecordShape {
  const { csv, columns, skip } = definition;
  if (csv !== undefined) {
    return csv.header === true ? csvRecordOf(head, csv.separator) : csvRecord(csv.header, csv.separator);
  }
  const paths = [...Object.values(columns), ...(skip ? [skip] : [])].flatMap((value) => {
    const path = pathOf(value);
    return path === undefined ? [] : [path];
  });
  return jsonRecord(paths);
}

function planFor(
  { name, skip }: MappingDefinition,
  columns: readonly [FlowColumnName, MappedValue][],
  shape: RecordShape,
): EnginePlan {
  const fields: Field[] = [];
  const others: Partial<Record<FlowColumnName, string>> = { format: quote(name) };
  for (const [column, value] of columns) {
    const path = pathOf(value);
    const text = path && shape.text(path);
    if (text !== undefined && path !== undefined) {
      const required = column === 'src' || column === 'dst';
      fields.push({ column, name: path.join('.'), text, reading: readingOf(column, value), required });
    } else if (path === undefined) {
      const constant = constantOf(value);
      const meant = NAMED_VALUES[column]?.[constant] ?? constant;
      others[column] = typeof meant === 'number' ? String(meant) : quote(meant);
    } else if (column === 'src' || column === 'dst') {
      throw new WayleaveError(`the file has no "${path.join('.')}", which the format ${name} takes ${column} from`, {
        code: 'unknown-fields',
        where: { format: name, field: path.join('.') },
      });
    }
  }
  const skipped = skip && shape.text(pathOf(skip) ?? []);
  const passed = [shape.passed, skipped === undefined ? undefined : `${skipped} = ${quote(skip?.equals ?? '')}`];
  return planLines({
    ...shape,
    passed: passed.filter((condition) => condition !== undefined).join(' OR ') || 'false',
    fields,
    // A flow of which only the beginning is known ended then.
    columns:
      fields.some(({ column }) => column === 'start') && !fields.some(({ column }) => column === 'end')
        ? { ...others, end: `ifNull(v_start, ${READINGS.date.absent})` }
        : others,
  });
}

function readingOf(column: FlowColumnName, value: MappedValue): Reading {
  if (typeof value === 'object' && 'unit' in value && value.unit !== undefined) return timeIn(value.unit);
  const names = NAMED_VALUES[column];
  if (typeof value === 'object' && 'values' in value && value.values !== undefined && names !== undefined) {
    const cases = Object.fromEntries(Object.entries(value.values).map(([text, to]) => [text, names[to] ?? 0]));
    return { ...READINGS.uint8, parse: (text) => bind(text, (t) => `toNullable(toUInt8(${choose(t, cases, 0)}))`) };
  }
  if (column === 'protocol') return READINGS.protocol;
  if (column === 'tcp_flags' || column === 'reverse_tcp_flags') return READINGS.tcpFlags;
  if (column.endsWith('_port')) return READINGS.port;
  return BY_TYPE[flowColumn(column).type];
}

const BY_TYPE = {
  IPv6: READINGS.address,
  UInt8: READINGS.uint8,
  UInt16: READINGS.uint16,
  UInt32: READINGS.uint32,
  UInt64: READINGS.count,
  'DateTime64(6)': READINGS.date,
  String: READINGS.text,
  'LowCardinality(String)': READINGS.text,
} as const;

const TIMES = {
  s: READINGS.seconds,
  ms: READINGS.milliseconds,
  us: READINGS.microseconds,
  ns: READINGS.nanoseconds,
  iso: READINGS.date,
} as const;

function timeIn(unit: string): Reading {
  return unit in TIMES ? TIMES[unit as keyof typeof TIMES] : written(unit);
}
