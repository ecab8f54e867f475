import { i32, i64, local, type Code } from './assembler';
import type { Field, Frame } from './frame';

/** Big-endian integers of 1 to 8 bytes; WebAssembly loads little-endian only. */
export function readUint32(frame: Frame, field: Field, length = field.length, skip = 0): Code {
  const base = local.get(field.base);
  const at = field.offset + skip;
  switch (length) {
    case 1:
      return i32.load8(base, at);
    case 2:
      return swap16(frame, i32.load16(base, at));
    case 3:
      return i32.or(i32.shl(i32.load8(base, at), i32.const(16)), swap16(frame, i32.load16(base, at + 1)));
    default:
      // Of a longer field, the low-order four bytes.
      return swap32(frame, i32.load(base, at + length - 4));
  }
}

export function readUint64(frame: Frame, field: Field, length = field.length, skip = 0): Code {
  if (length <= 4) return i64.extendU(readUint32(frame, field, length, skip));
  const high = i64.extendU(readUint32(frame, field, length - 4, skip));
  const low = i64.extendU(readUint32(frame, field, 4, skip + length - 4));
  return i64.or(i64.shl(high, i64.const(32n)), low);
}

function swap16({ swap }: Frame, value: Code): Code {
  const high = i32.and(i32.shl(local.tee(swap, value), i32.const(8)), i32.const(0xff00));
  return i32.or(high, i32.shrU(local.get(swap), i32.const(8)));
}

function swap32({ swap }: Frame, value: Code): Code {
  const odd = i32.and(i32.rotl(local.tee(swap, value), i32.const(8)), i32.const(0x00ff_00ff));
  return i32.or(odd, i32.and(i32.rotr(local.get(swap), i32.const(8)), i32.const(0xff00_ff00)));
}
