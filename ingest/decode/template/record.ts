import { branchIf, call, i32, local, when, type Code, type Local } from './assembler';
import { shortestRecord, VARIABLE, type TemplateField } from './definition';
import type { Field, Frame } from './frame';
import { usableElement, widening } from './lengths';
import { SCRATCH, SCRATCH_SLOT_BYTES } from './memory';

interface RecordCode {
  readonly fields: readonly Field[];
  /** Finds the fields of variable length. Stands directly in the loop over records, and leaves it at one cut short. */
  readonly locate: Code;
  /** Where the record ends. */
  readonly next: Code;
}

/** Where the fields of the record that starts at the local `from` are; `end` is where the records end. */
export function locateFields(frame: Frame, fields: readonly TemplateField[], from: Local, end: Local): RecordCode {
  const found: Field[] = [];
  const locate: Code[] = [];
  let base = from;
  let offset = 0;
  let left = shortestRecord(fields);
  let slots = 0;
  for (const field of fields) {
    const element = usableElement(field);
    if (field.length !== VARIABLE) {
      if (element) found.push({ element, length: field.length, offset, base });
      offset += field.length;
      left -= field.length;
      continue;
    }
    left -= 1;
    const [start, size, after] = [frame.locals.i32(), frame.locals.i32(), frame.locals.i32()];
    const at = local.get(base);
    const long = [
      local.set(size, i32.or(i32.shl(i32.load8(at, offset + 1), i32.const(8)), i32.load8(at, offset + 2))),
      local.set(start, i32.add(local.get(start), i32.const(2))),
    ];
    locate.push(
      local.set(size, i32.load8(at, offset)),
      local.set(start, i32.add(at, i32.const(offset + 1))),
      when(i32.eq(local.get(size), i32.const(0xff)), long),
      local.set(after, i32.add(local.get(start), local.get(size))),
      branchIf(1, i32.gtU(i32.add(local.get(after), i32.const(left)), local.get(end))),
    );
    if (element) {
      const whole = { element, length: VARIABLE, offset: 0, base: start, size };
      const { code, field: usable } = widen(frame, whole, SCRATCH + SCRATCH_SLOT_BYTES * slots++);
      locate.push(code);
      found.push(usable);
    }
    base = after;
    offset = 0;
  }
  return { fields: found, locate, next: i32.add(local.get(base), i32.const(offset)) };
}

/** A number or address of variable length as one of a fixed length, in scratch memory. */
function widen(frame: Frame, field: Required<Field>, slot: number): { readonly code: Code; readonly field: Field } {
  const to = widening(field.element.as);
  if (to === undefined || to === 'own') return { code: [], field };
  const base = frame.locals.i32();
  const helper = frame.helper(to === 'number' ? 'wideNumber' : 'wideAddress');
  const written = call(helper, local.get(field.base), local.get(field.size), i32.const(slot));
  return {
    code: local.set(base, written),
    field: { element: field.element, length: to === 'number' ? 8 : 16, offset: 0, base },
  };
}
