import { i32, i64, local, select, when, type Code, type Local } from './assembler';
import type { Field, Fields, Frame } from './frame';
import { V4_MAPPED } from './wide';

/** Which end of a connection an endpoint is, for records that name their ends by role. */
const ROLE = { src: 'client', dst: 'server' } as const;

/** Whether a record says between whom anything went. */
export function hasEndpoints(fields: Fields): boolean {
  return (['src', 'dst', 'client', 'server'] as const).some((end) => fields.has(end));
}

/** The fields that fill an address column, best first. */
export function addressFields(fields: Fields, column: 'src' | 'dst' | 'post_src' | 'post_dst'): readonly Field[] {
  const own = fields.all(column);
  return column === 'src' || column === 'dst' ? [...own, ...fields.all(ROLE[column])] : own;
}

/** 16 bytes at `to + at`; IPv4 goes to ::ffff:0:0/96. */
export function storeAddress(
  frame: Frame,
  fields: readonly Field[],
  to: Local,
  at: number,
  zeroIsUnsaid: boolean,
): Code {
  const [only, ...others] = fields;
  if (!only) return [];
  const row = local.get(to);
  const word = (field: Field, skip: number): Code => i64.load(local.get(field.base), field.offset + skip);
  const v4 = (field: Field): Code => i32.load(local.get(field.base), field.offset);
  if (others.length === 0 && !zeroIsUnsaid) {
    if (only.length === 16) return [i64.store(row, at, word(only, 0)), i64.store(row, at + 8, word(only, 8))];
    return [
      i64.store(row, at, i64.const(0n)),
      i32.store(row, at + 8, i32.const(V4_MAPPED)),
      i32.store(row, at + 12, v4(only)),
    ];
  }
  const [first, second, short] = [frame.locals.i64(), frame.locals.i64(), frame.locals.i32()];
  const take = (field: Field): Code => {
    if (field.length === 16) return [local.set(first, word(field, 0)), local.set(second, word(field, 8))];
    const mapped = i64.or(i64.shl(i64.extendU(local.get(short)), i64.const(32n)), i64.const(BigInt(V4_MAPPED)));
    return [
      local.set(short, v4(field)),
      local.set(first, i64.const(0n)),
      local.set(second, select(local.get(short), mapped, i64.const(0n))),
    ];
  };
  const empty = i64.eqz(i64.or(local.get(first), local.get(second)));
  return [
    take(only),
    others.map((field) => when(empty, take(field))),
    i64.store(row, at, local.get(first)),
    i64.store(row, at + 8, local.get(second)),
  ];
}
