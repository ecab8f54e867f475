import type { Element, Quantity } from '../ipfix/quantity';
import { i32, local, type Code, type Local, type Locals, type WasmFunction } from './assembler';
import { HELPERS, type HelperName } from './helpers';
import { IMPORTS } from './imports';

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

  /** The index of a helper function in the module, where imported ones and the decoder itself come first. */
  helper(name: HelperName): number {
    const known = this.helpers.indexOf(name);
    return IMPORTS.length + 1 + (known >= 0 ? known : this.helpers.push(name) - 1);
  }

  helperFunctions(): readonly WasmFunction[] {
    return this.helpers.map((name) => HELPERS[name]);
  }
}

/** The fields that fill a quantity, best first. */
export class Fields {
  private readonly byQuantity = new Map<Quantity, Field[]>();

  constructor(
    private readonly fields: readonly Field[],
    order: readonly Element[],
  ) {
    const rank = new Map(order.map((element, index) => [element, index]));
    for (const field of fields.toSorted((a, b) => (rank.get(a.element) ?? 0) - (rank.get(b.element) ?? 0))) {
      const found = this.byQuantity.get(field.element.fills);
      if (found) found.push(field);
      else this.byQuantity.set(field.element.fills, [field]);
    }
  }

  /**
   * At most eight: duplicates (ASR 1000 repeats elements, AVC sends all that it extracts as one) must not make the code
   * grow without bound.
   */
  all(quantity: Quantity): readonly Field[] {
    return (this.byQuantity.get(quantity) ?? []).slice(0, 8);
  }

  first(quantity: Quantity): Field | undefined {
    return this.byQuantity.get(quantity)?.[0];
  }

  has(...quantities: Quantity[]): boolean {
    return quantities.every((quantity) => this.byQuantity.has(quantity));
  }

  /** Whether any of them is an element of that enterprise. */
  isFrom(enterprise: number): boolean {
    return this.fields.some(({ element }) => element.enterprise === enterprise);
  }
}

export function addressOf(field: Field): Code {
  return i32.add(local.get(field.base), i32.const(field.offset));
}

/** Bytes in a field, known only from the record where it is of variable length. */
export function sizeOf(field: Field): Code {
  return field.size === undefined ? i32.const(field.length) : local.get(field.size);
}
