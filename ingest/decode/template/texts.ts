import { call, i32, i64, local, select, when, type Code, type Local } from './assembler';
import type { Reading } from '../ipfix/quantity';
import { addressOf, sizeOf, type Field, type Frame } from './frame';
import { extractedHost, listedHost } from './hosts';
import { readUint32, readUint64 } from './read';

/**
 * Writes the first text that is not empty at `to`, with its length before it, and moves `to` behind it.
 */
export function emitText(frame: Frame, fields: readonly Field[], to: Local): Code {
  const written = frame.locals.i32();
  const [first, ...others] = fields;
  if (!first) return [];
  const isEmpty = i32.eq(local.get(written), i32.add(local.get(to), i32.const(1)));
  return [
    local.set(written, write(frame, first, local.get(to))),
    others.map((field) => when(isEmpty, local.set(written, write(frame, field, local.get(to))))),
    local.set(to, local.get(written)),
  ];
}

function write(frame: Frame, field: Field, to: Code): Code {
  const { as } = field.element;
  const prefix = PREFIXES.get(as);
  if (prefix !== undefined) return numbered(frame, field, prefix, to);
  switch (as) {
    case 'selector':
      return selector(frame, field, to);
    case 'uuid':
      return uuid(frame, field, to);
    case 'hex':
      return hex(frame, field, WORD_DASHES & ((1 << (field.length - 1)) - 1), to);
    case 'tls':
      return call(frame.helper('tlsVersion'), readUint32(frame, field), to);
    case 'extracted':
      return extractedHost(frame, field, to);
    case 'list':
      return listedHost(frame, field, to);
    default:
      return call(frame.helper('text'), addressOf(field), sizeOf(field), to);
  }
}

/** What stands before a number that becomes text. */
const PREFIXES: ReadonlyMap<Reading, string> = new Map([
  ['decimal', ''],
  ['vrf', 'vrf:'],
  ['vpn', 'vpn:'],
  ['svc', 'svc:'],
  ['silk', 'silk:'],
  ['ndpi', 'ndpi:'],
]);

/** A dash after byte i where bit i is set: 8-4-4-4-12 digits, and words of 8. */
const UUID_DASHES = (1 << 3) | (1 << 5) | (1 << 7) | (1 << 9);
const WORD_DASHES = (1 << 3) | (1 << 7) | (1 << 11);

function hex(frame: Frame, field: Field, dashes: number, to: Code): Code {
  return call(frame.helper('hex'), addressOf(field), sizeOf(field), i32.const(dashes), to);
}

/** Sixteen bytes are the binary form; anything else is taken for text. */
function uuid(frame: Frame, field: Field, to: Code): Code {
  const asText = call(frame.helper('text'), addressOf(field), sizeOf(field), to);
  if (field.size === undefined) return field.length === 16 ? hex(frame, field, UUID_DASHES, to) : asText;
  const end = frame.locals.i32();
  const isBinary = i32.eq(local.get(field.size), i32.const(16));
  return [
    local.set(end, i32.const(0)),
    when(isBinary, local.set(end, hex(frame, field, UUID_DASHES, to))),
    when(i32.eqz(local.get(end)), local.set(end, asText)),
    local.get(end),
  ];
}

function numbered(frame: Frame, field: Field, prefix: string, to: Code): Code {
  return call(frame.helper('decimal'), readUint64(frame, field), i64.text(prefix), i32.const(prefix.length), to);
}

/** RFC 6759 section 4.1: a byte of engine id, then the selector; engine 20 puts a private enterprise number between. */
function selector(frame: Frame, field: Field, to: Code): Code {
  const engine = i64.extendU(readUint32(frame, field, 1));
  const whole = readUint64(frame, field, field.length - 1, 1);
  const helper = frame.helper('selector');
  if (field.length <= ENTERPRISE_BYTES + 1) return call(helper, engine, i64.const(0n), whole, to);
  const byEnterprise = i32.eq(readUint32(frame, field, 1), i32.const(ENTERPRISE_ENGINE));
  const enterprise = readUint64(frame, field, ENTERPRISE_BYTES, 1);
  const own = readUint64(frame, field, field.length - 1 - ENTERPRISE_BYTES, 1 + ENTERPRISE_BYTES);
  return call(helper, engine, select(byEnterprise, enterprise, i64.const(0n)), select(byEnterprise, own, whole), to);
}

const ENTERPRISE_ENGINE = 20;
const ENTERPRISE_BYTES = 4;
