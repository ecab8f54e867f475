import { i32, i64, local, select, when, type Code, type Local } from './assembler';
import type { Field, Fields, Frame } from './frame';
import { EARLIEST_MICROS } from './memory';
import { readUint32, readUint64 } from './read';

/** Locals a row's times are computed in, all but `wild` and `uptime` as i64 microseconds. */
export interface TimeLocals {
  readonly start: Local;
  readonly end: Local;
  readonly exported: Local;
  readonly latest: Local;
  /** Exporter's milliseconds since start at export, and whether it is known. */
  readonly uptime: Local;
  readonly uptimeKnown: Local;
  /** Counts times that cannot be and were replaced. */
  readonly wild: Local;
}

/** Above this a count of seconds or milliseconds is nonsense, and multiplying it would wrap into the plausible. */
const NONSENSE = 1n << 45n;
const NTP_TO_UNIX_SECONDS = 2_208_988_800n;

/**
 * Sets `start` and `end`: as stated, else from the other and the duration, else the moment of observation, else the
 * time of export. What lies before 1990 or a day after reception becomes the time of export, and is counted.
 */
export function emitTimes(frame: Frame, fields: Fields, times: TimeLocals): Code {
  const { start, end, exported } = times;
  const stated = { start: fields.first('start') ?? fields.first('observation_time'), end: fields.first('end') };
  const observed = fields.first('observation_time');
  const duration = fields.first('duration');
  const micros = (field: Field): Code => readTime(frame, field, times, fields);
  const length = duration && readDuration(frame, duration);
  const ends = stated.end ?? (duration && stated.start ? undefined : observed);

  const code: Code[] = [];
  if (stated.start) code.push(local.set(start, micros(stated.start)), check(start, times));
  if (ends) code.push(local.set(end, micros(ends)), check(end, times));
  if (stated.start && !ends) code.push(local.set(end, length ? i64.add(local.get(start), length) : local.get(start)));
  if (!stated.start && ends) code.push(local.set(start, length ? i64.sub(local.get(end), length) : local.get(end)));
  if (!stated.start && !ends) {
    code.push(local.set(end, local.get(exported)));
    code.push(local.set(start, length ? i64.sub(local.get(end), length) : local.get(end)));
  }
  if (length && !(stated.start && ends)) code.push(check(start, times), check(end, times));
  return code;
}

function check(time: Local, { exported, latest, wild }: TimeLocals): Code {
  const early = i64.ltS(local.get(time), i64.const(BigInt(EARLIEST_MICROS)));
  const late = i64.gtS(local.get(time), local.get(latest));
  return when(
    i32.or(early, late),
    local.set(time, local.get(exported)),
    local.set(wild, i32.add(local.get(wild), i32.const(1))),
  );
}

function readTime(frame: Frame, field: Field, times: TimeLocals, fields: Fields): Code {
  const { as } = field.element;
  if (as === 'ntp') return ntp(frame, field);
  if (as === 'uptime') return sinceStart(frame, field, times, fields);
  if (as === 'before-export') return i64.sub(local.get(times.exported), readUint64(frame, field));
  return scaled(frame, field, as === 'seconds' ? 1_000_000n : 1000n);
}

function readDuration(frame: Frame, field: Field): Code {
  return scaled(frame, field, field.element.as === 'millis' ? 1000n : 1n);
}

function scaled(frame: Frame, field: Field, factor: bigint): Code {
  if (field.length <= 4) return i64.mul(readUint64(frame, field), i64.const(factor));
  const value = frame.locals.i64();
  return [
    local.set(value, readUint64(frame, field)),
    i64.mul(select(i64.gtU(local.get(value), i64.const(NONSENSE)), i64.const(0n), local.get(value)), i64.const(factor)),
  ];
}

/** RFC 7011 sections 6.1.9 and 6.1.10: NTP timestamps; their first half wraps in 2036. */
function ntp(frame: Frame, field: Field): Code {
  const since1900 = frame.locals.i64();
  const seconds = local.tee(since1900, i64.extendU(readUint32(frame, field, 4)));
  const fraction = i64.extendU(readUint32(frame, field, 4, 4));
  const wrapped = i64.ltS(seconds, i64.const(NTP_TO_UNIX_SECONDS));
  const era = select(wrapped, i64.const(1n << 32n), i64.const(0n));
  const unix = i64.sub(i64.add(era, local.get(since1900)), i64.const(NTP_TO_UNIX_SECONDS));
  // Rounded, because exporters cut the fraction off.
  const micros = i64.shrU(i64.add(i64.mul(fraction, i64.const(1_000_000n)), i64.const(1n << 31n)), i64.const(32n));
  return i64.add(i64.mul(unix, i64.const(1_000_000n)), micros);
}

/**
 * Milliseconds since the exporter started, as a signed distance from its clock at export, which survives the wrap after
 * 49.7 days. Where that clock is not known (IPFIX without systemInitTimeMilliseconds), the flow is taken to have ended
 * at export, so its duration at least is right.
 */
function sinceStart(frame: Frame, field: Field, times: TimeLocals, fields: Fields): Code {
  const ended = fields.all('end').find(({ element }) => element.as === 'uptime') ?? field;
  const clock = select(local.get(times.uptimeKnown), local.get(times.uptime), readUint32(frame, ended));
  const distance = i32.sub(readUint32(frame, field), clock);
  return i64.add(local.get(times.exported), i64.mul(i64.extendS(distance), i64.const(1000n)));
}
