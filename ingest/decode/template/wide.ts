import { i32, i64, local, Locals, when, type WasmFunction } from './assembler';

const get = local.get;
const BITS = 8;
/** The bytes 00 00 ff ff, as a little-endian word. */
export const V4_MAPPED = 0xffff_0000;

/** wideNumber(from, size, to): 1 to 8 big-endian bytes as 8, other sizes as 0; returns `to`. */
export function wideNumber(): WasmFunction {
  const [from, size, to] = [0, 1, 2];
  const locals = new Locals(3);
  const missing = i64.extendU(i32.mul(i32.sub(i32.const(8), get(size)), i32.const(BITS)));
  return {
    parameters: ['i32', 'i32', 'i32'],
    locals,
    body: [
      i64.store(get(to), 0, i64.const(0n)),
      // In memory the first byte is the lowest, so what comes too much behind the field is shifted out at the top.
      when(
        i32.ltU(i32.sub(get(size), i32.const(1)), i32.const(8)),
        i64.store(get(to), 0, i64.shl(i64.load(get(from)), missing)),
      ),
      get(to),
    ],
  };
}

/** wideAddress(from, size, to): IPv4 as ::ffff:a.b.c.d, 0.0.0.0 and other sizes as ::; returns `to`. */
export function wideAddress(): WasmFunction {
  const [from, size, to] = [0, 1, 2];
  const locals = new Locals(3);
  const short = locals.i32();
  return {
    parameters: ['i32', 'i32', 'i32'],
    locals,
    body: [
      i64.store(get(to), 0, i64.const(0n)),
      i64.store(get(to), 8, i64.const(0n)),
      when(
        i32.eq(get(size), i32.const(16)),
        i64.store(get(to), 0, i64.load(get(from))),
        i64.store(get(to), 8, i64.load(get(from), 8)),
      ),
      when(
        i32.eq(get(size), i32.const(4)),
        local.set(short, i32.load(get(from))),
        when(get(short), i32.store(get(to), 8, i32.const(V4_MAPPED)), i32.store(get(to), 12, get(short))),
      ),
      get(to),
    ],
  };
}
