import { i32, i64, select, type Code } from './assembler';
import { NTOP } from '../ipfix/table';
import type { Quantity } from '../ipfix/quantity';
import type { Field, Fields, Frame } from './frame';
import { readUint32, readUint64 } from './read';
import type { Recipe } from './recipe';

interface Count {
  readonly pair: readonly [own: Quantity, other: Quantity];
  readonly plain: Quantity;
  readonly reverse: Quantity;
  readonly post: Quantity;
}

const BYTES: Count = {
  pair: ['initiator_bytes', 'responder_bytes'],
  plain: 'bytes',
  reverse: 'reverse_bytes',
  post: 'post_bytes',
};
const PACKETS: Count = {
  pair: ['initiator_packets', 'responder_packets'],
  plain: 'packets',
  reverse: 'reverse_packets',
  post: 'post_packets',
};

/**
 * Of the several counts of one thing that a record may carry, one is taken, the same for all records of a template:
 * deltas and totals are never mixed.
 *
 * Some exporters (Huawei) use responderOctets alone for something of their own, so only the pair counts. What IANA
 * defines as octets after the observation point, ntop's exporters send as octets of the other direction.
 */
export const COUNTER_RECIPES = {
  bytes: forward(BYTES),
  packets: forward(PACKETS),
  reverse_bytes: backward(BYTES),
  reverse_packets: backward(PACKETS),
} satisfies Readonly<Record<string, Recipe>>;

/** Whether counts are kept for the initiator and the responder of a connection, in that order. */
export function countsRoles(fields: Fields): boolean {
  return fields.has(...BYTES.pair) || fields.has(...PACKETS.pair);
}

/** Whether both directions of a flow are counted. */
export function countsBothWays(fields: Fields): boolean {
  return fields.has(BYTES.reverse) || fields.has(PACKETS.reverse) || sendsReverseAsPost(fields);
}

function forward({ pair, plain, post }: Count): Recipe {
  return (frame, fields) => {
    if (fields.has(...pair)) return connectionCount(frame, fields, fields.first(pair[0]));
    const field = fields.first(plain) ?? (fields.isFrom(NTOP) ? undefined : fields.first(post));
    return field && readUint64(frame, field);
  };
}

function backward({ pair, reverse, post }: Count): Recipe {
  return (frame, fields) => {
    if (fields.has(...pair)) return connectionCount(frame, fields, fields.first(pair[1]));
    const field = fields.first(reverse) ?? (sendsReverseAsPost(fields) ? fields.first(post) : undefined);
    return field && readUint64(frame, field);
  };
}

function sendsReverseAsPost(fields: Fields): boolean {
  return fields.isFrom(NTOP) && (fields.has('post_bytes') || fields.has('post_packets'));
}

const FLOW_UPDATE = 5;

/**
 * A Cisco ASA uses the same elements for two things: in an update event, what was transferred since the last one; in
 * the teardown event, the total of the connection, updates included. Teardowns come for every connection, updates only
 * where they are configured and never before 8.4(5), so the teardown counts and updates count nothing.
 */
function connectionCount(frame: Frame, fields: Fields, field: Field | undefined): Code | undefined {
  if (!field) return undefined;
  const count = readUint64(frame, field);
  const event = fields.has('nsel_event') ? fields.first('firewall_event') : undefined;
  if (!event) return count;
  const isUpdate = i32.eq(readUint32(frame, event), i32.const(FLOW_UPDATE));
  return select(isUpdate, i64.const(0n), count);
}
