import type { EnginePlan } from '../format';
import {
  allOf,
  anyOf,
  invalid,
  isoTime,
  NO_SIGHTINGS,
  protocolNumber,
  textList,
  wrong,
  type Check,
} from '../lines/values';
import { COLUMNS, HOST, USER } from './columns';
import { EVENT_FIELDS, FLOW_FIELDS, SILENT_EVENTS } from './fields';
import { SIGHTINGS } from './sightings';

/** Keys that hold numbers: how they are called below, where they are, what they must be, and how they are read. */
const NUMBERS = [
  ['sport', 'src_port', 'e.src_port', 'a port', 'toUInt16OrNull'],
  ['dport', 'dest_port', 'e.dest_port', 'a port', 'toUInt16OrNull'],
  ['icmp_type', 'icmp_type', 'e.icmp_type', 'an ICMP type', 'toUInt8OrNull'],
  ['icmp_code', 'icmp_code', 'e.icmp_code', 'an ICMP code', 'toUInt8OrNull'],
  ['pkts', 'netflow.pkts', 'e.netflow.pkts', 'a count', 'toUInt64OrNull'],
  ['octets', 'netflow.bytes', 'e.netflow.bytes', 'a count', 'toUInt64OrNull'],
  ['pkts_ts', 'flow.pkts_toserver', 'e.flow.pkts_toserver', 'a count', 'toUInt64OrNull'],
  ['pkts_tc', 'flow.pkts_toclient', 'e.flow.pkts_toclient', 'a count', 'toUInt64OrNull'],
  ['bytes_ts', 'flow.bytes_toserver', 'e.flow.bytes_toserver', 'a count', 'toUInt64OrNull'],
  ['bytes_tc', 'flow.bytes_toclient', 'e.flow.bytes_toclient', 'a count', 'toUInt64OrNull'],
] as const;

/**
 * JSON is parsed once for what flows hold; a second time, for what only other events hold, where it is not a flow. Every
 * list is over the names of the lists before.
 */
const STAGES: readonly Readonly<Record<string, string>>[] = [
  // One byte that is not UTF-8 would make the engine refuse the whole line.
  { text: `toValidUTF8(line)` },
  { e: `JSONExtract(text, '${FLOW_FIELDS}')` },
  {
    event: `toLowCardinality(e.event_type)`,
    is_flow: `(e.event_type = 'flow')`,
    is_netflow: `(e.event_type = 'netflow')`,
    proto: `toLowCardinality(e.proto)`,
    app_proto: `toLowCardinality(e.app_proto)`,
    flags: hexByte(`toLowCardinality(if(e.event_type = 'netflow', e.tcp.tcp_flags, e.tcp.tcp_flags_ts))`),
    reverse_flags: hexByte('toLowCardinality(e.tcp.tcp_flags_tc)'),
  },
  {
    details: `if(is_flow OR is_netflow, [], [JSONExtract(text, '${EVENT_FIELDS}')])`,
    first: `multiIf(is_flow, e.flow.start, is_netflow, e.netflow.start, '')`,
    last: `multiIf(is_flow, e.flow.end, is_netflow, e.netflow.end, '')`,
    src_ip: `toIPv6OrNull(e.src_ip)`,
    dest_ip: `toIPv6OrNull(e.dest_ip)`,
    known_protocol: protocolNumber(`replaceOne(toString(proto), 'PROTO:', '')`),
    ...Object.fromEntries(NUMBERS.map(([alias, , text, , parse]) => [alias, `${parse}(${text})`])),
  },
  {
    at: isoTime(`if(first = '', e.timestamp, first)`),
    ended: isoTime(`if(last = '', e.timestamp, last)`),
    protocol_number: `toUInt8(ifNull(known_protocol, 0))`,
    has_endpoints: allOf(`e.src_ip != ''`, `e.dest_ip != ''`),
    is_silent: `(event IN ${textList(SILENT_EVENTS)})`,
    lost_packets: `toUInt64OrZero(details.stats.capture.kernel_drops_delta[1])`,
    host: HOST,
    named_user: USER,
    // Alerts and drops are in the direction of a packet, DNS answers since version 3, all else in that of the flow.
    is_reply: `multiIf(
      event IN ${textList(['alert', 'drop'])}, if(e.flow.src_ip != '', (e.flow.src_ip, e.flow.src_port) = (e.dest_ip, e.dest_port), e.direction = 'to_client'),
      event = 'dns', e.src_port = '53' AND e.dest_port != '53',
      0)`,
  },
];

const CHECKS: readonly Check[] = [
  [allOf(`first = ''`, `isNull(at)`), wrong('timestamp', 'a time', 'e.timestamp')],
  [`isNull(at)`, wrong('start', 'a time', 'first')],
  [`isNull(ended)`, wrong('end', 'a time', `if(last = '', e.timestamp, last)`)],
  [`isNull(src_ip)`, wrong('src_ip', 'an IP address', 'e.src_ip')],
  [`isNull(dest_ip)`, wrong('dest_ip', 'an IP address', 'e.dest_ip')],
  [`isNull(known_protocol)`, wrong('proto', 'a protocol', 'toString(proto)')],
  ...NUMBERS.map(([alias, name, text, what]) => invalid(name, what, text, alias)),
];

// The last is always true: it has what is parsed worked out here, once (see `allOf`).
const WHOLE = allOf(`startsWith(trimLeft(line), '{')`, `e.event_type != ''`, `length(details) >= 0`);
const PLAIN = `(position(line, '"event_type":"flow"') > 0 OR position(line, '"event_type":"netflow"') > 0)`;
// Not a condition on the event: one that has a plain mark anywhere is never passed over.
const PASSED = allOf(
  'whole',
  `NOT ${PLAIN}`,
  `event NOT IN ['flow', 'netflow']`,
  anyOf('is_silent', 'NOT has_endpoints'),
);

/** The plan for EVE lines; they need no header. */
export const EVE_PLAN: EnginePlan = {
  stages: STAGES.map((names) =>
    Object.entries(names)
      .map(([name, expression]) => `${expression} AS ${name}`)
      .join(', '),
  ),
  with: `${WHOLE} AS whole, ${PASSED} AS is_passed`,
  good: allOf('whole', 'has_endpoints', 'NOT is_silent', ...CHECKS.map(([condition]) => `NOT ${condition}`)),
  skipped: anyOf(`trimBoth(line) = ''`, allOf('is_passed', 'lost_packets = 0')),
  lost: allOf('is_passed', 'lost_packets > 0'),
  reject: `multiIf(
    NOT whole, if(isValidJSON(text), 'the line is no JSON object with an event_type', 'the line is not valid JSON'),
    NOT has_endpoints, 'the line has no src_ip and dest_ip',
    ${CHECKS.flat().join(', ')}, '')`,
  plain: PLAIN,
  columns: COLUMNS,
  sightings: `if(${PLAIN}, ${NO_SIGHTINGS}, ${SIGHTINGS})`,
  unsighted: PLAIN,
};

/** Two hex digits as a number, 0 of anything else. */
function hexByte(text: string): string {
  return `if(match(${text}, '^[0-9a-fA-F]{2}$'), reinterpretAsUInt8(unhex(${text})), 0)`;
}
