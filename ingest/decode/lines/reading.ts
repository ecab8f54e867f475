import { bind, choose, quote } from './sql';

/** How the text of a value is understood. */
export interface Reading {
  /** SQL over an expression of type String that gives Nullable: null where the text is not such a value. */
  parse(text: string): string;
  /** What stands for a value that is not there. */
  readonly absent: string;
  /** Completes "… is not". */
  readonly what: string;
}

function integer(bits: 8 | 16 | 32 | 64, what: string): Reading {
  return { parse: (text) => `toUInt${bits}OrNull(${text})`, absent: '0', what };
}

const ADDRESS: Reading = {
  parse: (text) => `toIPv6OrNull(${text})`,
  absent: `toIPv6('::')`,
  what: 'an IP address',
};

/** Columns count hours in 32 bits of seconds: later times would come around to 1970. */
const SECONDS_LIMIT = 2 ** 32;
const EPOCH = `toDateTime64(0, 6, 'UTC')`;

/** Decimals are taken as floats: microseconds of this century fit into their 53 bits. */
function epoch(perSecond: number): (text: string) => string {
  const limit = SECONDS_LIMIT * perSecond;
  return (text) =>
    bind(
      `toFloat64OrNull(${text})`,
      (value) =>
        `fromUnixTimestamp64Micro(toInt64(if(${value} >= 0 AND ${value} < ${limit}, round(${value} * ${1e6 / perSecond}), NULL)), 'UTC')`,
    );
}

function inRange(parsed: string): string {
  return bind(parsed, (t) => `if(${t} >= ${EPOCH} AND ${t} < ${EPOCH} + ${SECONDS_LIMIT - 1}, ${t}, NULL)`);
}

/** The engine reads almost anything as a time, `21` too; a year comes first in all that is meant here. */
function dated(text: string): string {
  return inRange(bind(text, (t) => `parseDateTime64BestEffortOrNull(if(position(${t}, '-') = 5, ${t}, ''), 6, 'UTC')`));
}

function time(what: string, parse: (text: string) => string): Reading {
  return { parse, absent: EPOCH, what };
}

/** As nfdump and tcpdump print them, dots for those not set: `...AP.SF`; or their names, `SYN,ACK`. */
const FLAG_NAMES = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32, ECE: 64, CWR: 128 } as const;
const FLAG_LETTERS = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32, E: 64, C: 128 } as const;

function tcpFlags(text: string): string {
  const bits = (flags: string, t: string, all: Readonly<Record<string, number>>): string => {
    const sum = Object.entries(all).map(([flag, bit]) => `if(position(${t}, '${flag}') > 0, ${bit}, 0)`);
    return `match(${t}, '${flags}'), toNullable(toUInt8(${sum.join(' + ')}))`;
  };
  const names = `(${Object.keys(FLAG_NAMES).join('|')})`;
  return bind(
    text,
    (t) => `multiIf(
      ${bits('^[UAPRSFEC.]*$', t, FLAG_LETTERS)},
      ${bits(`^${names}([ ,|]${names})*$`, t, FLAG_NAMES)},
      toUInt8OrNull(${t}))`,
  );
}

const PROTOCOLS = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  icmp6: 58,
  icmpv6: 58,
  eigrp: 88,
  ospf: 89,
  ospfigp: 89,
  pim: 103,
  vrrp: 112,
  l2tp: 115,
  sctp: 132,
} as const;

function protocol(text: string): string {
  const named = (t: string): string => choose(t, PROTOCOLS, 'NULL');
  return bind(`lower(trimBoth(${text}))`, (t) => `ifNull(toUInt8OrNull(${t}), ${named(t)})`);
}

/** Everything a value can be. */
export const READINGS = {
  address: ADDRESS,
  port: integer(16, 'a port'),
  uint8: integer(8, 'a number from 0 to 255'),
  uint16: integer(16, 'a number from 0 to 65535'),
  uint32: integer(32, 'a number from 0 to 4294967295'),
  count: integer(64, 'a count'),
  text: { parse: (text: string) => `toNullable(${text})`, absent: `''`, what: 'a text' },
  protocol: { parse: protocol, absent: '0', what: 'a protocol number or name' },
  tcpFlags: { parse: tcpFlags, absent: '0', what: 'a set of TCP flags' },
  seconds: time('a time in epoch seconds', epoch(1)),
  milliseconds: time('a time in epoch milliseconds', epoch(1e3)),
  microseconds: time('a time in epoch microseconds', epoch(1e6)),
  // The float is off by up to 128 ns, so what is below a microsecond is cut off beforehand.
  nanoseconds: time('a time in epoch nanoseconds', (text) =>
    epoch(1e6)(`left(${text}, greatest(length(${text}), 3) - 3)`),
  ),
  date: time('an ISO 8601 time', dated),
} as const satisfies Readonly<Record<string, Reading>>;

export type ReadingName = keyof typeof READINGS;

/** A time in a notation of the engine's `parseDateTime` (MySQL's: `%Y-%m-%d %H:%i:%s.%f`). */
export function written(notation: string): Reading {
  const parse = notation.includes('%f') ? 'parseDateTime64OrNull' : 'parseDateTimeOrNull';
  return time(`a time written as ${notation}`, (text) =>
    inRange(`toDateTime64(${parse}(${text}, ${quote(notation)}, 'UTC'), 6, 'UTC')`),
  );
}
