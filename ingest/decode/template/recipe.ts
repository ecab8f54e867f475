import { i32, local, when, type Code, type Local } from './assembler';
import type { Quantity } from '../ipfix/quantity';
import type { Fields, Frame } from './frame';
import { readUint32 } from './read';

/**
 * How a column comes from the fields of a record: a number, as i32 for the narrow ones and i64 for counters. A column
 * whose recipe gives nothing is left out.
 */
export type Recipe = (frame: Frame, fields: Fields, context: RecipeContext) => Code | undefined;

/** What is known of the observation domain, for records that do not say. */
export interface RecipeContext {
  readonly samplingRate: Local;
  /** How many interfaces have rates of their own. */
  readonly interfaces: Local;
  readonly biflowDirection: Local;
}

/** The first value that is not zero. */
export function coalesce(frame: Frame, values: readonly Code[]): Code | undefined {
  const [first, ...others] = values;
  if (first === undefined || others.length === 0) return first;
  const chosen = frame.locals.i32();
  return [
    local.set(chosen, first),
    others.map((value) => when(i32.eqz(local.get(chosen)), local.set(chosen, value))),
    local.get(chosen),
  ];
}

/** The first field of these quantities, in their order, that is there and not zero. */
export const firstSaid =
  (...quantities: readonly Quantity[]) =>
  (frame: Frame, fields: Fields): Code | undefined =>
    coalesce(
      frame,
      quantities.flatMap((quantity) => fields.all(quantity)).map((field) => readUint32(frame, field)),
    );
