import { createRowWalker } from '../model/row-walker';
import type { RowsMessage } from './message';
import { UUID_BYTES } from './uuid';

/** The year 2100: what is later, or before 1970, somebody else wrote, and is not reckoned with. */
const LATEST = 4_102_444_800_000_000;

/** A table of flows has a partition for each. */
const DAY = 86_400_000_000;

/** First and last microsecond of the days on which the rows were `received`; undefined where one does not say. */
export function receivedOf(messages: readonly RowsMessage[]): readonly [number, number] | undefined {
  let least = LATEST;
  let greatest = 0;
  for (const { layout, body } of messages) {
    if (layout[0] !== 'received') return undefined;
    const walk = createRowWalker(layout);
    const view = new DataView(body.buffer, body.byteOffset, body.length);
    for (let at = 0, end = 0; at < body.length; at = end) {
      end = walk(body, at + UUID_BYTES);
      if (end < 0) return undefined;
      const micros = Number(view.getBigInt64(at + UUID_BYTES, true));
      if (micros < 0 || micros > LATEST) return undefined;
      least = Math.min(least, micros);
      greatest = Math.max(greatest, micros);
    }
  }
  return [least - (least % DAY), greatest - (greatest % DAY) + DAY - 1];
}
