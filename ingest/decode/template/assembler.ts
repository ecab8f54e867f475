/**
 * Just enough of a WebAssembly assembler to write record decoders: expressions are nested arrays of bytes, named after
 * the instructions of the WebAssembly core specification (section 5.4), flattened once at the end.
 */
export type Code = readonly (number | Code)[];

/** A local variable, by its index. */
export type Local = number;

const I32 = 0x7f;
const I64 = 0x7e;

function unsigned(value: number): number[] {
  const bytes = [];
  let rest = value;
  do {
    const more = rest > 0x7f;
    bytes.push((rest & 0x7f) | (more ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

function signed(value: bigint): number[] {
  const bytes = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest >= -64n && rest < 64n) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

const binary =
  (opcode: number) =>
  (a: Code, b: Code): Code => [a, b, opcode];
const unary =
  (opcode: number) =>
  (a: Code): Code => [a, opcode];
// The alignment hint is 0 (byte): nothing in a datagram or a row is aligned.
const load =
  (opcode: number) =>
  (address: Code, offset = 0): Code => [address, opcode, 0, unsigned(offset)];
const store =
  (opcode: number) =>
  (address: Code, offset: number, value: Code): Code => [address, value, opcode, 0, unsigned(offset)];

export const i32 = {
  const: (value: number): Code => [0x41, signed(BigInt(value | 0))],
  load: load(0x28),
  load8: load(0x2d),
  load16: load(0x2f),
  store: store(0x36),
  store8: store(0x3a),
  store16: store(0x3b),
  eqz: unary(0x45),
  eq: binary(0x46),
  ne: binary(0x47),
  ltU: binary(0x49),
  gtU: binary(0x4b),
  geU: binary(0x4f),
  add: binary(0x6a),
  sub: binary(0x6b),
  mul: binary(0x6c),
  divU: binary(0x6e),
  and: binary(0x71),
  or: binary(0x72),
  shl: binary(0x74),
  shrU: binary(0x76),
  rotl: binary(0x77),
  rotr: binary(0x78),
  wrap: unary(0xa7),
} as const;

export const i64 = {
  const: (value: bigint): Code => [0x42, signed(BigInt.asIntN(64, value))],
  /** Up to 8 bytes of text, the first at the lowest address when stored. */
  text: (text: string): Code => i64.const(Buffer.concat([Buffer.from(text), Buffer.alloc(8)]).readBigUInt64LE()),
  load: load(0x29),
  store: store(0x37),
  eqz: unary(0x50),
  ltS: binary(0x53),
  gtS: binary(0x55),
  gtU: binary(0x56),
  add: binary(0x7c),
  sub: binary(0x7d),
  mul: binary(0x7e),
  divU: binary(0x80),
  remU: binary(0x82),
  or: binary(0x84),
  shl: binary(0x86),
  shrU: binary(0x88),
  extendS: unary(0xac),
  extendU: unary(0xad),
} as const;

export const local = {
  get: (index: Local): Code => [0x20, unsigned(index)],
  set: (index: Local, value: Code): Code => [value, 0x21, unsigned(index)],
  tee: (index: Local, value: Code): Code => [value, 0x22, unsigned(index)],
} as const;

export const select = (condition: Code, then: Code, otherwise: Code): Code => [then, otherwise, condition, 0x1b];
export const when = (condition: Code, ...body: Code[]): Code => [condition, 0x04, 0x40, body, 0x0b];
/** Leave it with `breakIf(0, …)` at its own level, one more for every `when` or `loop` in between. */
export const block = (...body: Code[]): Code => [0x02, 0x40, body, 0x0b];
export const loop = (...body: Code[]): Code => [0x03, 0x40, body, 0x0b];
/** Inside a `loop` of that depth it goes back to its start; of a `block`, to its end. */
export const branch = (depth: number): Code => [0x0c, unsigned(depth)];
export const branchIf = (depth: number, condition: Code): Code => [condition, 0x0d, unsigned(depth)];
/** Repeats until the condition holds, which is asked before each round; `branchIf(1, …)` in the body ends it too. */
export const until = (done: Code, ...body: Code[]): Code => block(loop(branchIf(1, done), body, branch(0)));
export const call = (index: number, ...args: Code[]): Code => [args, 0x10, unsigned(index)];

/** The locals of one function; its parameters (all i32) come first. */
export class Locals {
  private readonly types: number[] = [];

  constructor(private readonly parameters: number) {}

  i32(): Local {
    return this.parameters + this.types.push(I32) - 1;
  }

  i64(): Local {
    return this.parameters + this.types.push(I64) - 1;
  }

  encode(): Code {
    return [unsigned(this.types.length), this.types.map((type) => [1, type])];
  }
}

export interface WasmFunction {
  /** All parameters and the one result are i32, save those named i64. */
  readonly parameters: readonly ('i32' | 'i64')[];
  readonly locals: Locals;
  /** Leaves the result on the stack. */
  readonly body: Code;
}

/** A function that the host provides as `host.<name>`; its result is i32. */
export interface ImportedFunction {
  readonly name: string;
  readonly parameters: WasmFunction['parameters'];
}

/**
 * A module over the imported memory `host.memory`; it exports the first of its own functions as `run`. Functions are
 * called by index: the imported ones first, then its own.
 */
export function encodeModule(functions: readonly WasmFunction[], imports: readonly ImportedFunction[]): Uint8Array {
  const types = [...imports, ...functions].map(({ parameters }) => [
    0x60,
    vector(parameters.map((type) => (type === 'i64' ? I64 : I32))),
    vector([I32]),
  ]);
  const imported = imports.map(({ name: field }, index) => [name('host'), name(field), 0x00, unsigned(index)]);
  const bodies = functions.map(({ locals, body }) => sized([locals.encode(), body, 0x0b]));
  const bytes = flatten([
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    section(1, vector(types)),
    section(2, vector([[name('host'), name('memory'), 0x02, 0x00, 0x01], ...imported])),
    section(3, vector(functions.map((_, index) => unsigned(imports.length + index)))),
    section(7, vector([[name('run'), 0x00, unsigned(imports.length)]])),
    section(10, vector(bodies)),
  ]);
  return Uint8Array.from(bytes);
}

function vector(items: Code): Code {
  return [unsigned(items.length), items];
}

function name(text: string): Code {
  return vector([...Buffer.from(text)]);
}

function sized(code: Code): Code {
  const bytes = flatten(code);
  return [unsigned(bytes.length), bytes];
}

function section(id: number, content: Code): Code {
  return [id, sized(content)];
}

function flatten(code: Code, into: number[] = []): number[] {
  for (const item of code) {
    if (typeof item === 'number') into.push(item);
    else flatten(item, into);
  }
  return into;
}
