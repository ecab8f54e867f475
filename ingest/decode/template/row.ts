import { flowColumn, flowLayout, type FlowColumnName } from '../../model/flow';
import { i32, i64, local, type Code, type Local } from './assembler';
import { addressFields, storeAddress } from './addresses';
import { NUMBER_RECIPES } from './columns';
import type { ExportFormat } from './definition';
import type { Field, Fields, Frame } from './frame';
import { TEXT_ROOM } from './helpers';
import { AT, CONTEXT } from './memory';
import { emitText } from './texts';
import { emitTimes, type TimeLocals } from './times';

interface RowCode {
  readonly layout: readonly FlowColumnName[];
  /** Loads what is the same for all rows of a datagram. */
  readonly prelude: Code;
  /** Writes one row at `to` and moves it on. */
  readonly code: Code;
  /** The most a row can take. */
  readonly room: number;
  readonly wild: Local;
}

const ADDRESS_COLUMNS = ['src', 'dst', 'post_src', 'post_dst'] as const;
const TEXT_COLUMNS = [
  'scope',
  'rule_id',
  'workload',
  'src_workload',
  'dst_workload',
  'vif',
  'l7',
  'fqdn',
  'tls_version',
  'user',
  'process',
  'alert',
] as const;
const ALWAYS = ['received', 'exporter', 'domain', 'format', 'start', 'end', 'sampling_rate'] as const;

/** Numbers are little-endian in RowBinary, as in WebAssembly. */
const NUMBERS: ReadonlyMap<string, { readonly bytes: number; readonly store: typeof i32.store }> = new Map([
  ['UInt8', { bytes: 1, store: i32.store8 }],
  ['UInt16', { bytes: 2, store: i32.store16 }],
  ['UInt32', { bytes: 4, store: i32.store }],
  ['UInt64', { bytes: 8, store: i64.store }],
  ['DateTime64(6)', { bytes: 8, store: i64.store }],
]);

/** A row of the columns that these fields fill, written at the local `to`: RowBinary, in table order. */
export function emitRow(frame: Frame, fields: Fields, format: ExportFormat, to: Local): RowCode {
  const { locals } = frame;
  const loads: Code[] = [];
  const fromContext = (into: Local, load: typeof i32.load, offset: number): Local => {
    loads.push(local.set(into, load(i32.const(CONTEXT), offset)));
    return into;
  };
  const received = fromContext(locals.i64(), i64.load, AT.received);
  const exporter = [
    fromContext(locals.i64(), i64.load, AT.exporter),
    fromContext(locals.i64(), i64.load, AT.exporter + 8),
  ];
  const domain = fromContext(locals.i32(), i32.load, AT.domain);
  const domainwide = {
    samplingRate: fromContext(locals.i32(), i32.load, AT.samplingRate),
    interfaces: fromContext(locals.i32(), i32.load, AT.interfaces),
    biflowDirection: fromContext(locals.i32(), i32.load, AT.biflowDirection),
  };
  const times: TimeLocals = {
    start: locals.i64(),
    end: locals.i64(),
    exported: fromContext(locals.i64(), i64.load, AT.exported),
    latest: fromContext(locals.i64(), i64.load, AT.latest),
    uptime: fromContext(locals.i32(), i32.load, AT.uptime),
    uptimeKnown: fromContext(locals.i32(), i32.load, AT.uptimeKnown),
    wild: locals.i32(),
  };

  const values = new Map<FlowColumnName, Code>([
    ['received', local.get(received)],
    ['domain', local.get(domain)],
    ['start', local.get(times.start)],
    ['end', local.get(times.end)],
  ]);
  for (const [column, recipe] of Object.entries(NUMBER_RECIPES)) {
    const value = recipe(frame, fields, domainwide);
    if (value) values.set(column as FlowColumnName, value);
  }
  const addresses = new Map<FlowColumnName, readonly Field[]>(
    ADDRESS_COLUMNS.map((column) => [column, addressFields(fields, column)] as const).filter(
      ([, all]) => all.length > 0,
    ),
  );
  const layout = flowLayout([
    ...ALWAYS,
    ...values.keys(),
    ...addresses.keys(),
    ...TEXT_COLUMNS.filter((column) => fields.has(column)),
  ]);

  const stores: Code[] = [emitTimes(frame, fields, times)];
  let at = 0;
  let room = 0;
  const advance = (bytes: number): void => {
    at += bytes;
    room += bytes;
  };
  for (const column of layout) {
    const value = values.get(column);
    const number = NUMBERS.get(flowColumn(column).type);
    const endpoint = addresses.get(column);
    if (column === 'exporter') {
      exporter.forEach((half, index) => stores.push(i64.store(local.get(to), at + 8 * index, local.get(half))));
      advance(16);
    } else if (column === 'format') {
      stores.push(storeConstantText(format, to, at));
      advance(format.length + 1);
    } else if (value && number) {
      stores.push(number.store(local.get(to), at, value));
      advance(number.bytes);
    } else if (endpoint) {
      stores.push(storeAddress(frame, endpoint, to, at, column !== 'src' && column !== 'dst'));
      advance(16);
    } else {
      stores.push(local.set(to, i32.add(local.get(to), i32.const(at))), emitText(frame, fields.all(column), to));
      at = 0;
      room += TEXT_ROOM;
    }
  }
  stores.push(local.set(to, i32.add(local.get(to), i32.const(at))));
  return { layout, prelude: loads, code: stores, room, wild: times.wild };
}

function storeConstantText(text: string, to: Local, at: number): Code {
  return [text.length, ...Buffer.from(text)].map((byte, index) =>
    i32.store8(local.get(to), at + index, i32.const(byte)),
  );
}
