import type { FlowColumnName } from '../../model/flow';
import { ELEMENTS } from '../ipfix/elements';
import { hasEndpoints } from './addresses';
import {
  block,
  branch,
  branchIf,
  encodeModule,
  i32,
  local,
  Locals,
  loop,
  when,
  type Code,
  type Local,
} from './assembler';
import { shortestRecord, type TemplateDefinition } from './definition';
import { Fields, Frame } from './frame';
import { IMPORTS } from './imports';
import { AT, CONTEXT, ROWS_END } from './memory';
import { emitPacket } from './packets';
import { locateFields } from './record';
import { emitRow } from './row';

/** A template as code. */
export interface TemplateCode {
  /** What it writes, in table order. */
  readonly layout: readonly FlowColumnName[];
  /**
   * A WebAssembly module over `host.memory` (see memory.ts) and `host.readPacket` (see packets.ts) whose
   * `run(from, end, rows)` decodes records from `from` until less than a record is left, a record would not fit, or the
   * row area is full; it returns where it stopped.
   */
  readonly module: Uint8Array;
  /** A record has at least so many bytes. */
  readonly shortest: number;
}

const [FROM, END, ROW] = [0, 1, 2];

/**
 * Compiles a data template into a decoder that writes RowBinary rows straight from its records.
 *
 * WebAssembly, because it is the one way in Node to have unaligned loads and stores without checks around each (the
 * module's memory is fenced as a whole): 19 M records/s where the same code as JavaScript over DataViews made 9 M. It
 * also keeps what exporters send out of any source text: a template only ever becomes integer constants.
 *
 * @returns undefined for a template without addresses or packets: its records are not flows
 */
export function compileTemplate(definition: TemplateDefinition): TemplateCode | undefined {
  const frame = new Frame(new Locals(3));
  const record = locateFields(frame, definition.fields, FROM, END);
  const stated = new Fields(record.fields, ELEMENTS);
  const packet = emitPacket(frame, stated);
  const fields = packet ? new Fields([...record.fields, ...packet.fields], ELEMENTS) : stated;
  if (!hasEndpoints(fields)) return undefined;

  const row = emitRow(frame, fields, definition.format, ROW);
  const shortest = shortestRecord(definition.fields);
  const [rows, notIp] = [frame.locals.i32(), frame.locals.i32()];
  const count = (counter: Local): Code => local.set(counter, i32.add(local.get(counter), i32.const(1)));
  const goOn = local.set(FROM, record.next);
  const records = loop(
    branchIf(1, i32.gtU(i32.add(local.get(FROM), i32.const(shortest)), local.get(END))),
    branchIf(1, i32.gtU(local.get(ROW), i32.const(ROWS_END - row.room))),
    record.locate,
    packet ? when(i32.eqz(packet.read), count(notIp), goOn, branch(1)) : [],
    row.code,
    count(rows),
    goOn,
    branch(0),
  );
  const context = i32.const(CONTEXT);
  const body = [
    row.prelude,
    block(records),
    i32.store(context, AT.rows, local.get(rows)),
    i32.store(context, AT.rowsEnd, local.get(ROW)),
    i32.store(context, AT.wildTimes, local.get(row.wild)),
    i32.store(context, AT.notIp, local.get(notIp)),
    local.get(FROM),
  ];
  const run = { parameters: ['i32', 'i32', 'i32'], locals: frame.locals, body } as const;
  return { layout: row.layout, module: encodeModule([run, ...frame.helperFunctions()], IMPORTS), shortest };
}
