import { branchIf, i32, local, when, type Code, type Local } from './assembler';
import { shortestRecord, VARIABLE, type TemplateField } from './definition';
import { usableElement, type Field, type Frame } from './frame';

interface RecordCode {
  readonly fields: readonly Field[];
  /** Walks over the variable-length fields. Stands directly in the loop over records, and leaves it at one cut short. */
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
    if (element) found.push({ element, length: VARIABLE, offset: 0, base: start, size });
    base = after;
    offset = 0;
  }
  return { fields: found, locate, next: i32.add(local.get(base), i32.const(offset)) };
}
