import { PROTOCOL } from '../../kernel/port';

/** SQL that reads values of text lines. What comes in is SQL too: expressions of type String, '' where nothing is said. */

/** Names of protocols as Zeek, Suricata and the IANA registry write them, in lower case. */
const PROTOCOL_NAMES: Readonly<Record<string, number>> = {
  icmp: PROTOCOL.icmp,
  igmp: 2,
  ipip: 4,
  'ip-in-ip': 4,
  ipv4: 4,
  tcp: PROTOCOL.tcp,
  udp: PROTOCOL.udp,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: PROTOCOL.icmp6,
  icmp6: PROTOCOL.icmp6,
  'ipv6-icmp': PROTOCOL.icmp6,
  eigrp: 88,
  ospf: 89,
  ospfigp: 89,
  pim: 103,
  vrrp: 112,
  l2tp: 115,
  sctp: PROTOCOL.sctp,
  udplite: 136,
};

/** Bits of the TCP header. */
export const TCP_FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

/** What an application protocol that was understood says of TCP: payload came through an open connection. */
export const PAYLOAD_FLAGS = TCP_FLAG.psh | TCP_FLAG.ack;

/** The last moment a `DateTime` can hold, in epoch seconds: the hour of a flow is one. */
const LAST_SECOND = 4_294_967_295;
const MICROS = 1_000_000;

/** A text constant that is known only at run time: as digits, so that nothing of it is ever read as SQL. */
export function textConstant(value: string): string {
  return `unhex('${Buffer.from(value, 'latin1').toString('hex')}')`;
}

/**
 * All of these, none put off. The engine evaluates what only the later arguments of `AND` or branches of `if` need there
 * and nowhere else, in each of them anew: JSON that every check parsed for itself made a line cost 139 µs instead of 3.
 * What is needed here is worked out once.
 */
export function allOf(...conditions: readonly string[]): string {
  return `least(${conditions.join(', ')})`;
}

/** Any of these, none put off. */
export function anyOf(...conditions: readonly string[]): string {
  return `greatest(${conditions.join(', ')})`;
}

/** An array of names we chose ourselves. */
export function textList(names: readonly string[]): string {
  return `[${names.map((name) => `'${name}'`).join(', ')}]`;
}

/** Nullable(UInt8), by name or number. */
export function protocolNumber(text: string): string {
  const names = Object.keys(PROTOCOL_NAMES).map((name) => `'${name}'`);
  const numbers = Object.values(PROTOCOL_NAMES).map((number) => `toNullable(toUInt8(${number}))`);
  return `transform(lower(${text}), [${names.join(', ')}], [${numbers.join(', ')}], toUInt8OrNull(${text}))`;
}

/** Nullable(DateTime64(6)) of a text that holds epoch seconds (`seconds`, Nullable(Float64)) or else an ISO 8601 time. */
export function time(text: string, seconds: string): string {
  return `if(isNotNull(${seconds}), ${epochTime(seconds)}, ${isoTime(text)})`;
}

/** Nullable(DateTime64(6)) of Nullable(Float64), epoch seconds. */
function epochTime(seconds: string): string {
  const inRange = `ifNull(${seconds}, -1) >= 0 AND ifNull(${seconds}, -1) <= ${LAST_SECOND}`;
  // NaN and infinity make `toInt64` throw, whichever branch is wanted, and so must never get there.
  const micros = `toInt64(round(if(${inRange}, ifNull(${seconds}, 0), 0) * ${MICROS}))`;
  return `if(${inRange}, toNullable(fromUnixTimestamp64Micro(${micros}, 'UTC')), NULL)`;
}

/** Nullable(DateTime64(6)) of an ISO 8601 time; without an offset it is UTC. */
export function isoTime(text: string): string {
  const parsed = `parseDateTime64BestEffortOrNull(${text}, 6, 'UTC')`;
  return `if(toUnixTimestamp64Micro(${parsed}) BETWEEN 0 AND ${LAST_SECOND * MICROS}, ${parsed}, NULL)`;
}

/** String: a DNS name in lower case without its root dot and port, '' where it is an address. */
export function hostName(text: string): string {
  const host = `trim(TRAILING '.' FROM replaceRegexpOne(lower(${text}), ':[0-9]*$', ''))`;
  return `if(isNull(toIPv6OrNull(trim(BOTH '[]' FROM ${text}))) AND isNull(toIPv6OrNull(trim(BOTH '[]' FROM ${host}))), ${host}, '')`;
}

/** UInt16: what the port column holds for ICMP. */
export function icmpPort(type: string, code: string): string {
  return `toUInt16(least(${type}, 255) * 256 + least(${code}, 255))`;
}

/** String: a reason that shows the value, cut to what fits a report and to text that can be shown. */
export function wrong(name: string, what: string, text: string): string {
  return `concat('${name} is not ${what}: "', toValidUTF8(substring(${text}, 1, 100)), '"')`;
}

/** What must not be true of a good line, and what to say where it is. */
export type Check = readonly [condition: string, reason: string];

/** A value was given and is none of its kind. */
export function invalid(name: string, what: string, text: string, parsed: string): Check {
  return [allOf(`isNull(${parsed})`, `${text} != ''`), wrong(name, what, text)];
}

/** The type of `EnginePlan.sightings`. */
const SIGHTINGS = `Array(Tuple(DateTime64(6, 'UTC'), String, IPv6, UInt8, UInt16, String))`;

export const NO_SIGHTINGS = `CAST([] AS ${SIGHTINGS})`;

/** Something said of an address (Nullable(IPv6)), or of a port there. Only a listener may have no value. */
interface Sighting {
  readonly address: string;
  readonly protocol?: string;
  readonly port?: string;
  readonly value: string;
  readonly when?: string;
}

/** `EnginePlan.sightings` of one sighting at the time `at`, or of none where its condition or address is missing. */
export function oneSighting(
  kind: 'listener' | 'name' | 'user',
  { address, protocol = 'toUInt8(0)', port = 'toUInt16(0)', value, when = 'true' }: Sighting,
): string {
  const said = kind === 'listener' ? 'isNotNull(s.1)' : `isNotNull(s.1) AND s.4 != ''`;
  const candidates = `if(${when}, [(${address}, ${protocol}, ${port}, ${value})], [])`;
  return `arrayMap(s -> (assumeNotNull(at), '${kind}', assumeNotNull(s.1), s.2, s.3, s.4), arrayFilter(s -> ${said}, ${candidates}))`;
}
