import { i32, local, type Code, type Local, type Locals } from '../template/assembler';

/** Big-endian reads at a local plus an offset; WebAssembly loads little-endian only. */
export class Reads {
  private readonly swap: Local;

  constructor(locals: Locals) {
    this.swap = locals.i32();
  }

  uint16(at: Local, offset: number): Code {
    return i32.or(i32.shl(i32.load8(local.get(at), offset), i32.const(8)), i32.load8(local.get(at), offset + 1));
  }

  uint32(at: Local, offset: number): Code {
    const value = local.tee(this.swap, i32.load(local.get(at), offset));
    const odd = i32.and(i32.rotl(value, i32.const(8)), i32.const(0x00ff_00ff));
    return i32.or(odd, i32.and(i32.rotr(local.get(this.swap), i32.const(8)), i32.const(0xff00_ff00)));
  }

  /** Whether that is there: 16 bits, without bringing them into order. */
  is16(at: Local, offset: number, value: number): Code {
    const swapped = ((value & 0xff) << 8) | (value >>> 8);
    return i32.eq(i32.load16(local.get(at), offset), i32.const(swapped));
  }

  is32(at: Local, offset: number, value: number): Code {
    return i32.eq(i32.load(local.get(at), offset), i32.const(new DataView(Uint32Array.of(value).buffer).getInt32(0)));
  }
}

export const anyOf = (...conditions: Code[]): Code => conditions.reduce((either, other) => i32.or(either, other));
