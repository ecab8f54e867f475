import { block, branch, branchIf, encodeModule, i32, local, Locals, loop, type Code } from '../template/assembler';
import { AT, SOURCE_BYTES } from './memory';
import type { DataSources } from './sources';
import { emitRecords } from './usual-packet';
import { emitRow } from './usual-row';
import { emitSample, type SampleCode } from './usual-sample';

const [FROM, END, LEFT, ROW] = [0, 1, 2, 3];
const ROWS = AT.rows;
/** In words. */
const [TAKEN, ROWS_END, RATE, SOURCES, SOURCE] = [
  AT.taken / 4,
  AT.rowsEnd / 4,
  AT.samplingRate / 4,
  AT.sources / 4,
  SOURCE_BYTES / 4,
];

/** Runs the compiled decoder over the datagram in memory. */
export class UsualSamples {
  /** Where the last run stopped. */
  at = 0;
  private readonly bytes: Uint8Array;
  private readonly words: Int32Array;
  private readonly code: (from: number, end: number, left: number, row: number) => number;

  constructor(memory: WebAssembly.Memory) {
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
    const { run } = new WebAssembly.Instance(new WebAssembly.Module(compileUsual()), { host: { memory } }).exports;
    if (!run) throw new TypeError('the compiled decoder has no entry');
    this.code = run;
  }

  /** @returns how many samples were taken */
  run(from: number, end: number, left: number): number {
    this.at = this.code(from, end, left, ROWS);
    return this.words[TAKEN] ?? 0;
  }

  /** One packet in how many, in 32 bits. */
  get samplingRate(): number {
    return this.words[RATE] ?? 0;
  }

  /** The rows of the last run; valid until the next. */
  rows(): Uint8Array {
    return this.bytes.subarray(ROWS, this.words[ROWS_END]);
  }

  /** Tells where the samples of the last run came from. */
  follow(sources: DataSources): void {
    const { words } = this;
    const end = SOURCES + SOURCE * (words[TAKEN] ?? 0);
    for (let at = SOURCES; at < end; at += SOURCE) {
      sources.follow(words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0);
    }
  }
}

/**
 * A decoder for the samples that nearly all traffic consists of: a flow sample, compact or expanded, of an Ethernet
 * frame with at most one VLAN tag, IPv4 without options or IPv6 without extension headers, TCP or UDP outside of tunnels,
 * and no records that say more than switch, router and gateway do. It leaves all others to `takeSample`, and the tests
 * hold both to the same rows.
 *
 * WebAssembly for the reason that templates are (see template/compile.ts): 10 M samples/s, where all samples by way of
 * `takeSample` made 3.5 M.
 *
 * @returns a module whose `run(from, end, left, row)` takes samples from `from` until `left` are taken or one is not
 *   usual, writes a row of each at `row`, and returns where it stopped; memory.ts has the rest of its results
 */
function compileUsual(): Uint8Array {
  const locals = new Locals(4);
  const taken = locals.i32();
  const sample = emitSample(locals, FROM, END);
  const packet = emitRecords(locals, sample);
  const row = emitRow(sample, packet, ROW);
  const samples = loop(
    branchIf(1, i32.eqz(local.get(LEFT))),
    sample.code,
    packet.code,
    row,
    noteSource(sample, taken),
    local.set(taken, i32.add(local.get(taken), i32.const(1))),
    local.set(LEFT, i32.sub(local.get(LEFT), i32.const(1))),
    local.set(FROM, local.get(sample.next)),
    branch(0),
  );
  const results = i32.const(0);
  const body = [
    block(samples),
    i32.store(results, AT.taken, local.get(taken)),
    i32.store(results, AT.rowsEnd, local.get(ROW)),
    i32.store(results, AT.samplingRate, local.get(sample.samplingRate)),
    local.get(FROM),
  ];
  return encodeModule([{ parameters: ['i32', 'i32', 'i32', 'i32'], locals, body }], []);
}

/** What `DataSources` wants to know. */
function noteSource({ sourceType, sourceIndex, sequence, drops }: SampleCode, taken: number): Code {
  const at = i32.mul(local.get(taken), i32.const(SOURCE_BYTES));
  return [sourceType, sourceIndex, sequence, drops].map((value, index) =>
    i32.store(at, AT.sources + 4 * index, local.get(value)),
  );
}
