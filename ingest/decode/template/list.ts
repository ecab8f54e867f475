import { ELEMENTS } from '../ipfix/elements';
import { i32, local, Locals, select, when, type Code, type WasmFunction } from './assembler';

const get = local.get;
const set = local.set;
const ENTERPRISE_BIT = 0x8000;
const VARIABLE_LENGTH = 0xffff;

const HOST_NAMES = ELEMENTS.filter(({ fills, as }) => fills === 'fqdn' && as === 'text');

/**
 * listedText(from, size): the first value of a basicList of host names (RFC 6313 section 4.5.1) as its place and, in the
 * low 16 bits, its length; 0 for a list of anything else, an empty one, or one whose first value is not within it.
 */
export function listedText(): WasmFunction {
  const [from, size] = [0, 1];
  const locals = new Locals(2);
  const [id, enterprise, length] = [locals.i32(), locals.i32(), locals.i32()];
  const [at, end] = [locals.i32(), locals.i32()];
  const uint16 = (place: Code, offset: number): Code =>
    i32.or(i32.shl(i32.load8(place, offset), i32.const(8)), i32.load8(place, offset + 1));
  const forward = (bytes: number): Code => set(at, i32.add(get(at), i32.const(bytes)));
  const isHostName = HOST_NAMES.map((element) =>
    i32.and(i32.eq(get(id), i32.const(element.id)), i32.eq(get(enterprise), i32.const(element.enterprise))),
  ).reduce((any, one) => i32.or(any, one));
  return {
    parameters: ['i32', 'i32'],
    locals,
    body: [
      set(end, i32.add(get(from), get(size))),
      // A byte of semantic stands before the element's id and length.
      set(id, uint16(get(from), 1)),
      set(length, uint16(get(from), 3)),
      set(at, i32.add(get(from), i32.const(5))),
      when(
        i32.and(get(id), i32.const(ENTERPRISE_BIT)),
        set(enterprise, i32.or(i32.shl(uint16(get(at), 0), i32.const(16)), uint16(get(at), 2))),
        set(id, i32.and(get(id), i32.const(ENTERPRISE_BIT - 1))),
        forward(4),
      ),
      when(
        i32.eq(get(length), i32.const(VARIABLE_LENGTH)),
        set(length, i32.load8(get(at))),
        forward(1),
        when(i32.eq(get(length), i32.const(0xff)), set(length, uint16(get(at), 0)), forward(2)),
      ),
      select(
        i32.and(isHostName, i32.geU(get(end), i32.add(get(at), get(length)))),
        i32.or(i32.shl(get(at), i32.const(16)), get(length)),
        i32.const(0),
      ),
    ],
  };
}
