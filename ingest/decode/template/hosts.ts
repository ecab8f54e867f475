import { call, i32, local, select, type Code } from './assembler';
import { addressOf, sizeOf, type Field, type Frame } from './frame';
import { EXTRACTED_HEADER_BYTES } from './lengths';
import { readUint32 } from './read';

/**
 * Host names among what Cisco NBAR extracts, by application id and what was extracted of it (AVC metric definition guide,
 * table B-1): HTTP host, TLS certificate's common name, RTSP host.
 */
const EXTRACTED_HOSTS = [
  [0x0300_0050, 13314],
  [0x0d00_01c5, 13313],
  [0x0300_022a, 13313],
] as const;

/** AVC sends URL, host, referrer, … all as one element, and says in the value's own header which it is. */
export function extractedHost(frame: Frame, field: Field, to: Code): Code {
  const [application, kind] = [frame.locals.i32(), frame.locals.i32()];
  const isHost = EXTRACTED_HOSTS.map(([id, what]) =>
    i32.and(i32.eq(local.get(application), i32.const(id)), i32.eq(local.get(kind), i32.const(what))),
  ).reduce((any, one) => i32.or(any, one));
  const header = i32.const(EXTRACTED_HEADER_BYTES);
  const isThere = i32.and(isHost, i32.gtU(sizeOf(field), header));
  return [
    local.set(application, readUint32(frame, field, 4)),
    local.set(kind, readUint32(frame, field, 2, 4)),
    call(
      frame.helper('text'),
      i32.add(addressOf(field), header),
      select(isThere, i32.sub(sizeOf(field), header), i32.const(0)),
      to,
    ),
  ];
}

/** The first element of a basicList, where that is a list of host names. */
export function listedHost(frame: Frame, field: Field, to: Code): Code {
  const found = frame.locals.i32();
  return [
    local.set(found, call(frame.helper('listedText'), addressOf(field), sizeOf(field))),
    call(
      frame.helper('text'),
      i32.shrU(local.get(found), i32.const(16)),
      i32.and(local.get(found), i32.const(0xffff)),
      to,
    ),
  ];
}
