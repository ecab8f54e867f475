import { VERDICT } from '../../model/flow';
import { i32, local, select, type Code } from './assembler';
import type { Field, Fields, Frame } from './frame';
import { readUint32 } from './read';

/** The first that is there: IANA firewallEvent; nProbe's FLOW_VERDICT, whose numbers are ours; IANA forwardingStatus. */
export function verdict(frame: Frame, fields: Fields): Code | undefined {
  const event = fields.first('firewall_event');
  if (event) return ofEvent(frame, event);
  const stated = fields.first('firewall_verdict');
  if (stated) return ofMarker(frame, stated);
  const status = fields.first('forwarding_status');
  return status && ofForwarding(frame, status);
}

/** 1 created, 2 deleted and 5 updated are of connections that were let through; 3 is denied, 4 an alert. */
function ofEvent(frame: Frame, event: Field): Code {
  const value = frame.locals.i32();
  const passed = i32.and(i32.shrU(i32.const(0b10_0110), local.get(value)), i32.ltU(local.get(value), i32.const(8)));
  return [
    local.set(value, readUint32(frame, event)),
    select(i32.eq(local.get(value), i32.const(3)), i32.const(VERDICT.denied), i32.and(passed, i32.const(1))),
  ];
}

function ofMarker(frame: Frame, stated: Field): Code {
  const value = frame.locals.i32();
  const known = i32.ltU(local.tee(value, readUint32(frame, stated)), i32.const(VERDICT.denied + 1));
  return i32.mul(known, local.get(value));
}

/** 129 is dropped by an access list's deny, 130 by its drop; other drops (TTL, checksum, no route) are no verdict. */
function ofForwarding(frame: Frame, status: Field): Code {
  const read = i32.sub(readUint32(frame, status), i32.const(129));
  return select(i32.ltU(read, i32.const(2)), i32.const(VERDICT.denied), i32.const(VERDICT.unsaid));
}
