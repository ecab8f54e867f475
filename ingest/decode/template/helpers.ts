import {
  branchIf,
  i32,
  i64,
  local,
  Locals,
  loop,
  select,
  until,
  when,
  type Code,
  type WasmFunction,
} from './assembler';
import { AT, CONTEXT } from './memory';
import { listedText } from './list';
import { wideAddress, wideNumber } from './wide';

/** Longest text taken from a record; host names have at most 253 bytes. */
const MAX_TEXT = 255;
/** Bytes a text column can take in a row: two for the length, and what the wide copy writes too much. */
export const TEXT_ROOM = MAX_TEXT + 2 + 8;

const get = local.get;
const set = local.set;
const number = i32.const;
const next = (index: number): Code => set(index, i32.add(get(index), number(1)));

/** text(from, length, to): writes the text up to its first NUL, and returns where it ended. */
function text(): WasmFunction {
  const [from, length, to] = [0, 1, 2];
  const locals = new Locals(3);
  const [taken, copied] = [locals.i32(), locals.i32()];
  return {
    parameters: ['i32', 'i32', 'i32'],
    locals,
    body: [
      set(length, select(i32.gtU(get(length), number(MAX_TEXT)), number(MAX_TEXT), get(length))),
      until(
        i32.geU(get(taken), get(length)),
        branchIf(1, i32.eqz(i32.load8(i32.add(get(from), get(taken))))),
        next(taken),
      ),
      // Row lengths are LEB128 (ClickHouse RowBinary): a second byte from 128 on.
      i32.store16(
        get(to),
        0,
        i32.or(
          i32.or(i32.and(get(taken), number(0x7f)), select(i32.gtU(get(taken), number(0x7f)), number(0x80), number(0))),
          i32.shl(i32.shrU(get(taken), number(7)), number(8)),
        ),
      ),
      set(to, i32.add(get(to), select(i32.gtU(get(taken), number(0x7f)), number(2), number(1)))),
      until(
        i32.geU(get(copied), get(taken)),
        i64.store(i32.add(get(to), get(copied)), 0, i64.load(i32.add(get(from), get(copied)))),
        set(copied, i32.add(get(copied), number(8))),
      ),
      i32.add(get(to), get(taken)),
    ],
  };
}

/** Code that writes the i64 in `value` as decimal digits at `at` and moves `at` behind them. */
function digits(value: number, at: number, rest: number, end: number): Code {
  return [
    set(rest, get(value)),
    set(end, get(at)),
    loop(next(end), set(rest, i64.divU(get(rest), i64.const(10n))), branchIf(0, i32.eqz(i64.eqz(get(rest))))),
    set(at, get(end)),
    loop(
      set(end, i32.sub(get(end), number(1))),
      i32.store8(get(end), 0, i32.add(number(48), i32.wrap(i64.remU(get(value), i64.const(10n))))),
      set(value, i64.divU(get(value), i64.const(10n))),
      branchIf(0, i32.eqz(i64.eqz(get(value)))),
    ),
  ];
}

/** decimal(value, prefix, prefixLength, to): prefix (up to 8 bytes) and number, nothing for 0. */
function decimal(): WasmFunction {
  const [value, prefix, prefixLength, to] = [0, 1, 2, 3];
  const locals = new Locals(4);
  const [at, rest, end] = [locals.i32(), locals.i64(), locals.i32()];
  return {
    parameters: ['i64', 'i64', 'i32', 'i32'],
    locals,
    body: [
      set(at, i32.add(get(to), number(1))),
      when(
        i32.eqz(i64.eqz(get(value))),
        i64.store(get(at), 0, get(prefix)),
        set(at, i32.add(get(at), get(prefixLength))),
        digits(value, at, rest, end),
      ),
      finish(to, at),
    ],
  };
}

/** selector(engine, enterprise, selector, to): `engine:selector` or `engine:enterprise:selector`, nothing for selector 0. */
function selector(): WasmFunction {
  const [engine, enterprise, chosen, to] = [0, 1, 2, 3];
  const locals = new Locals(4);
  const [at, rest, end] = [locals.i32(), locals.i64(), locals.i32()];
  const colon = [i32.store8(get(at), 0, number(58)), next(at)];
  return {
    parameters: ['i64', 'i64', 'i64', 'i32'],
    locals,
    body: [
      set(at, i32.add(get(to), number(1))),
      when(
        i32.eqz(i64.eqz(get(chosen))),
        digits(engine, at, rest, end),
        colon,
        when(i32.eqz(i64.eqz(get(enterprise))), digits(enterprise, at, rest, end), colon),
        digits(chosen, at, rest, end),
      ),
      finish(to, at),
    ],
  };
}

/** hex(from, count, dashes, to): lower-case, a dash after byte i where bit i is set; nothing when all bytes are 0. */
function hex(): WasmFunction {
  const [from, count, dashes, to] = [0, 1, 2, 3];
  const locals = new Locals(4);
  const [at, index, byte, seen] = [locals.i32(), locals.i32(), locals.i32(), locals.i32()];
  const nibble = (value: Code): Code => [
    i32.store8(
      get(at),
      0,
      i32.add(local.tee(byte, value), select(i32.gtU(get(byte), number(9)), number(87), number(48))),
    ),
    next(at),
  ];
  const current = i32.load8(i32.add(get(from), get(index)));
  return {
    parameters: ['i32', 'i32', 'i32', 'i32'],
    locals,
    body: [
      set(at, i32.add(get(to), number(1))),
      until(
        i32.geU(get(index), get(count)),
        set(seen, i32.or(get(seen), current)),
        nibble(i32.shrU(current, number(4))),
        nibble(i32.and(current, number(15))),
        when(i32.and(i32.shrU(get(dashes), get(index)), number(1)), i32.store8(get(at), 0, number(45)), next(at)),
        next(index),
      ),
      when(i32.eqz(get(seen)), set(at, i32.add(get(to), number(1)))),
      finish(to, at),
    ],
  };
}

/** Puts the length (under 128) before what was written from `to + 1` to `at`, and leaves `at`. */
function finish(to: number, at: number): Code {
  return [i32.store8(get(to), 0, i32.sub(i32.sub(get(at), get(to)), number(1))), get(at)];
}

const [SSL, TLS, DTLS] = ['SSLv3', 'TLSv1.', 'DTLSv1.'] as const;

/**
 * tlsVersion(version, to): the protocol version of a TLS record (RFC 8446 section 4.1.2) or DTLS record (RFC 9147), whose
 * numbers count down from 0xfeff for DTLSv1.0 and have no 1.1; nothing for what is neither.
 */
function tlsVersion(): WasmFunction {
  const [version, to] = [0, 1];
  const locals = new Locals(2);
  const [at, minor] = [locals.i32(), locals.i32()];
  const write = (text: string): Code => [
    i64.store(get(at), 0, i64.text(text)),
    i32.store8(get(at), text.length, i32.add(number(48), get(minor))),
    set(at, i32.add(get(at), number(text.length + 1))),
  ];
  return {
    parameters: ['i32', 'i32'],
    locals,
    body: [
      set(at, i32.add(get(to), number(1))),
      when(
        i32.eq(get(version), number(0x0300)),
        i64.store(get(at), 0, i64.text(SSL)),
        set(at, i32.add(get(at), number(SSL.length))),
      ),
      set(minor, i32.sub(get(version), number(0x0301))),
      when(i32.ltU(get(minor), number(4)), write(TLS)),
      set(minor, i32.sub(number(0xfeff), get(version))),
      when(i32.ltU(get(minor), number(4)), when(i32.ne(get(minor), number(1)), write(DTLS))),
      finish(to, at),
    ],
  };
}

/** rate(id): the sampling rate that a table of the context has for a sampler or interface, 0 when it has none. */
function rateOf(countAt: number, tableAt: number): WasmFunction {
  const id = 0;
  const locals = new Locals(1);
  const [entry, end, rate] = [locals.i32(), locals.i32(), locals.i32()];
  return {
    parameters: ['i32'],
    locals,
    body: [
      set(entry, number(CONTEXT + tableAt)),
      set(end, i32.add(get(entry), i32.shl(i32.load(number(CONTEXT), countAt), number(3)))),
      until(
        i32.geU(get(entry), get(end)),
        when(i32.eq(i32.load(get(entry)), get(id)), set(rate, i32.load(get(entry), 4))),
        set(entry, i32.add(get(entry), number(8))),
      ),
      get(rate),
    ],
  };
}

export const HELPERS = {
  text: text(),
  decimal: decimal(),
  selector: selector(),
  hex: hex(),
  tlsVersion: tlsVersion(),
  listedText: listedText(),
  wideNumber: wideNumber(),
  wideAddress: wideAddress(),
  samplerRate: rateOf(AT.samplers, AT.samplerTable),
  interfaceRate: rateOf(AT.interfaces, AT.interfaceTable),
} as const;
export type HelperName = keyof typeof HELPERS;
