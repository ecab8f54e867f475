import { OBSERVED } from '../../model/flow';
import { branchIf, i32, local, select, when, type Code, type Local, type Locals } from '../template/assembler';
import { SAMPLE } from './sample';
import { Reads } from './usual-code';

/** The head of a sample, in locals. */
export interface SampleCode {
  /** Stands directly in the loop over samples, and leaves it at one that is not usual. */
  readonly code: Code;
  /** Where the sample ends and the next one starts. */
  readonly next: Local;
  readonly sourceType: Local;
  readonly sourceIndex: Local;
  readonly sequence: Local;
  readonly samplingRate: Local;
  readonly drops: Local;
  readonly input: Local;
  readonly output: Local;
  readonly observed: Code;
  /** How many records, and where they start. */
  readonly count: Local;
  readonly record: Local;
}

const HEADER_BYTES = 8;
const [COMPACT_BYTES, EXPANDED_BYTES] = [32, 44];
/** Of a compact interface number: the device itself from here on, then what is no single interface. */
const NO_INDEX = 0x3fff_ffff;
const DISCARDED = 1;

export function emitSample(locals: Locals, from: Local, end: Local): SampleCode {
  const reads = new Reads(locals);
  const [next, length, record, count, format] = [locals.i32(), locals.i32(), locals.i32(), locals.i32(), locals.i32()];
  const [sourceType, sourceIndex, sequence, samplingRate] = [locals.i32(), locals.i32(), locals.i32(), locals.i32()];
  const [drops, input, output] = [locals.i32(), locals.i32(), locals.i32()];
  const read = (into: Local, offset: number): Code => local.set(into, reads.uint32(from, HEADER_BYTES + offset));
  const startsAt = (bytes: number): Code =>
    local.set(record, i32.add(local.get(from), i32.const(HEADER_BYTES + bytes)));
  const clear = (index: Local, unless: Code): Code => local.set(index, select(unless, local.get(index), i32.const(0)));
  const isIndex = (index: Local): Code => i32.ltU(local.get(index), i32.const(NO_INDEX));

  const compact = [
    branchIf(2, i32.ltU(local.get(length), i32.const(COMPACT_BYTES))),
    read(sequence, 0),
    read(sourceIndex, 4),
    local.set(sourceType, i32.shrU(local.get(sourceIndex), i32.const(24))),
    local.set(sourceIndex, i32.and(local.get(sourceIndex), i32.const(0xff_ffff))),
    read(samplingRate, 8),
    read(drops, 16),
    read(input, 20),
    read(output, 24),
    branchIf(2, i32.eq(i32.shrU(local.get(output), i32.const(30)), i32.const(DISCARDED))),
    clear(input, isIndex(input)),
    clear(output, isIndex(output)),
    read(count, 28),
    startsAt(COMPACT_BYTES),
  ];
  const expanded = [
    branchIf(2, i32.ltU(local.get(length), i32.const(EXPANDED_BYTES))),
    read(sequence, 0),
    read(sourceType, 4),
    read(sourceIndex, 8),
    read(samplingRate, 12),
    read(drops, 20),
    read(format, 24),
    read(input, 28),
    clear(input, i32.eqz(local.get(format))),
    read(format, 32),
    read(output, 36),
    branchIf(2, i32.eq(local.get(format), i32.const(DISCARDED))),
    clear(output, i32.eqz(local.get(format))),
    // What an index cannot be stands for the device itself.
    ...[input, output].map((index) =>
      clear(index, i32.and(i32.ne(local.get(index), i32.const(NO_INDEX)), i32.ne(local.get(index), i32.const(-1)))),
    ),
    read(count, 40),
    startsAt(EXPANDED_BYTES),
  ];
  const code = [
    branchIf(1, i32.gtU(i32.add(local.get(from), i32.const(HEADER_BYTES)), local.get(end))),
    local.set(length, reads.uint32(from, 4)),
    local.set(next, i32.add(local.get(from), i32.const(HEADER_BYTES))),
    branchIf(1, i32.gtU(local.get(length), i32.sub(local.get(end), local.get(next)))),
    local.set(next, i32.add(local.get(next), local.get(length))),
    local.set(record, i32.const(0)),
    when(reads.is32(from, 0, SAMPLE.flow), compact),
    when(reads.is32(from, 0, SAMPLE.expandedFlow), expanded),
    branchIf(1, i32.eqz(local.get(record))),
  ];

  const isSource = (index: Local): Code => i32.eq(local.get(sourceIndex), local.get(index));
  const sides = select(
    isSource(input),
    i32.const(OBSERVED.ingress),
    select(isSource(output), i32.const(OBSERVED.egress), i32.const(OBSERVED.unsaid)),
  );
  const sided = i32.and(i32.eqz(local.get(sourceType)), i32.ne(local.get(input), local.get(output)));
  const observed = select(sided, sides, i32.const(OBSERVED.unsaid));
  return {
    code,
    next,
    sourceType,
    sourceIndex,
    sequence,
    samplingRate,
    drops,
    input,
    output,
    observed,
    count,
    record,
  };
}
