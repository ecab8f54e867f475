import type { Element, Quantity, Reading } from '../ipfix/elements';
import { elementOf } from '../ipfix/elements';
import { i32, local, type Code, type Local, type Locals, type WasmFunction } from './assembler';
import { VARIABLE, type TemplateField } from './definition';
import { HELPERS, type HelperName } from './helpers';

/** A field that fills something, and where its bytes are in a record. */
export interface Field {
  readonly element: Element;
  /** Bytes, or `VARIABLE`. */
  readonly length: number;
  /** Bytes from `base` to the field. */
  readonly offset: number;
  /** Points at the record, or at the field after the last variable-length one. */
  readonly base: Local;
  /** Holds the length of a variable-length field. */
  readonly size?: Local;
}

/** One function under construction: its locals, and the helper functions it calls. */
export class Frame {
  readonly swap: Local;
  private readonly helpers: HelperName[] = [];

  constructor(readonly locals: Locals) {
    this.swap = locals.i32();
  }

  /** The index of a helper function in the module; the decoder itself is function 0. */
  helper(name: HelperName): number {
    const known = this.helpers.indexOf(name);
    if (known >= 0) return known + 1;
    return this.helpers.push(name);
  }

  helperFunctions(): readonly WasmFunction[] {
    return this.helpers.map((name) => HELPERS[name]);
  }
}

/** Whether a field of this length can be read that way; one that cannot is passed over. */
function readable(as: Reading, length: number): boolean {
  const between = (least: number, most: number): boolean => length >= least && length <= most;
  switch (as) {
    case 'text':
      return length > 0;
    case 'address':
      return length === 4 || length === 16;
    case 'float':
      return length === 4 || length === 8;
    case 'ntp':
      return length === 8;
    case 'uptime':
    case 'before-export':
      return between(1, 4);
    case 'selector':
      return between(2, 9);
    case 'uuid':
      return length === 16;
    case 'hex':
      return length % 4 === 0 && between(4, 16);
    case 'uint':
    case 'seconds':
    case 'millis':
    case 'micros':
    case 'decimal':
    case 'vrf':
    case 'silk':
    case 'ndpi':
      return between(1, 8);
    default:
      return as satisfies never;
  }
}

/** The fields that fill a quantity, best first. */
export class Fields {
  private readonly byQuantity = new Map<Quantity, Field[]>();

  constructor(fields: readonly Field[], order: readonly Element[]) {
    const rank = new Map(order.map((element, index) => [element, index]));
    for (const field of fields.toSorted((a, b) => (rank.get(a.element) ?? 0) - (rank.get(b.element) ?? 0))) {
      const found = this.byQuantity.get(field.element.fills);
      if (found) found.push(field);
      else this.byQuantity.set(field.element.fills, [field]);
    }
  }

  /** At most four: duplicates (ASR 1000 repeats elements) must not make the code grow without bound. */
  all(quantity: Quantity): readonly Field[] {
    return (this.byQuantity.get(quantity) ?? []).slice(0, 4);
  }

  first(quantity: Quantity): Field | undefined {
    return this.byQuantity.get(quantity)?.[0];
  }

  has(...quantities: Quantity[]): boolean {
    return quantities.every((quantity) => this.byQuantity.has(quantity));
  }
}

export function usableElement({ enterprise, id, length }: TemplateField): Element | undefined {
  const element = elementOf(enterprise, id);
  if (!element) return undefined;
  if (length === VARIABLE) return element.as === 'text' ? element : undefined;
  return readable(element.as, length) ? element : undefined;
}

export function addressOf(field: Field): Code {
  return i32.add(local.get(field.base), i32.const(field.offset));
}
