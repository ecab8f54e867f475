import { PROTOCOL } from '../../kernel/port';
import type { EnginePlan } from '../format';
import {
  allOf,
  anyOf,
  hostName,
  invalid,
  NO_SIGHTINGS,
  protocolNumber,
  textList,
  time,
  type Check,
} from '../lines/values';
import { columnsOf, hostOf, userOf } from './columns';
import { field, FIELDS, type Bindings, type ZeekLine } from './line';
import { LOGS } from './logs';
import { sightingsOf } from './sightings';

/** Fields that hold numbers: how they are called below, what they must be, and how they are read. */
const NUMBERS = [
  ['orig_p', 'id.orig_p', 'a port', 'toUInt16OrNull'],
  ['resp_p', 'id.resp_p', 'a port', 'toUInt16OrNull'],
  ['orig_pkts', 'orig_pkts', 'a count', 'toUInt64OrNull'],
  ['resp_pkts', 'resp_pkts', 'a count', 'toUInt64OrNull'],
  ['orig_bytes', 'orig_bytes', 'a count', 'toUInt64OrNull'],
  ['resp_bytes', 'resp_bytes', 'a count', 'toUInt64OrNull'],
  ['orig_ip_bytes', 'orig_ip_bytes', 'a count', 'toUInt64OrNull'],
  ['resp_ip_bytes', 'resp_ip_bytes', 'a count', 'toUInt64OrNull'],
  ['vlan', 'vlan', 'a VLAN id', 'toUInt16OrNull'],
] as const;

/** Seconds; what lasts longer is a broken number. */
const LONGEST = 1e9;

/**
 * The plan for lines that are taken apart so. Any line with endpoints and a transport protocol is a flow, whatever its
 * log is; `LOGS` only adds what a log leaves out.
 */
export function planFor(line: ZeekLine): EnginePlan {
  const [ts, duration] = [field('ts'), field('duration')];
  const numbers = NUMBERS.map(([alias, name, what, parse]) => ({ alias, name, what, parse, text: field(name) }));
  const known = Object.entries(LOGS).map(([log, { protocol }]) => [log, `toUInt8(${protocol})`] as const);
  const stages: readonly Bindings[] = [
    ...line.stages,
    Object.fromEntries(FIELDS.map((name) => [field(name), line.field(name)])),
    {
      log: `toLowCardinality(${line.path})`,
      proto: `toLowCardinality(${field('proto')})`,
      seconds: `toFloat64OrNull(${ts})`,
      lasted: `toFloat64OrNull(${duration})`,
      history: `toLowCardinality(${field('history')})`,
      leased: `if(${field('assigned_addr')} != '', ${field('assigned_addr')}, ${field('client_addr')})`,
      ...Object.fromEntries(numbers.map(({ alias, text, parse }) => [alias, `${parse}(${text})`])),
    },
    {
      at: time(ts, 'seconds'),
      named_host: hostOf(),
      named_user: userOf(),
      // The one log of conversations that names their ends otherwise, as its client may have no address yet.
      orig_text: `if(log = 'dhcp' AND ${field('id.orig_h')} = '', leased, ${field('id.orig_h')})`,
      resp_text: `if(log = 'dhcp' AND ${field('id.resp_h')} = '', ${field('server_addr')}, ${field('id.resp_h')})`,
      stated: protocolNumber(`if(proto IN ('', 'unknown_transport'), ${field('ip_proto')}, toString(proto))`),
      usual: `transform(log, ${textList(known.map(([log]) => log))}, [${known.map(([, number]) => number).join(', ')}], toUInt8(0))`,
    },
    {
      // Of lines that name one, and with the name written out once.
      host: `arrayMap(name -> ${hostName('name')}, if(named_host = '', [], [named_host]))[1]`,
      orig_h: `toIPv6OrNull(orig_text)`,
      resp_h: `toIPv6OrNull(resp_text)`,
      has_endpoints: allOf(`orig_text != ''`, `resp_text != ''`),
      has_protocol: anyOf(`proto != ''`, `isNotNull(stated)`, `usual != 0`),
      protocol_number: `toUInt8(multiIf(stated = ${PROTOCOL.icmp} AND position(orig_text, ':') > 0, ${PROTOCOL.icmp6}, isNotNull(stated), assumeNotNull(stated), usual))`,
    },
    // The last is always true: it has what most branches need worked out here, once (see `allOf`).
    { whole: allOf(line.whole, 'length(log) + length(orig_text) + protocol_number >= 0') },
  ];
  const checks: readonly Check[] = [
    [`isNull(at)`, invalid('ts', 'a time', ts, 'at')[1]],
    invalid('id.orig_h', 'an IP address', 'orig_text', 'orig_h'),
    invalid('id.resp_h', 'an IP address', 'resp_text', 'resp_h'),
    ...numbers.map(({ alias, name, what, text }) => invalid(name, what, text, alias)),
    [
      `(${duration} != '' AND NOT ifNull(abs(lasted) <= ${LONGEST}, 0))`,
      invalid('duration', 'a time in seconds', duration, 'lasted')[1],
    ],
    [
      `(isNull(stated) AND proto NOT IN ('', 'unknown_transport'))`,
      invalid('proto', 'a transport protocol', 'toString(proto)', 'stated')[1],
    ],
  ];
  // Without endpoints or protocol a line is broken in a log of flows, and has nothing to say of flows in another.
  const needed = textList(['conn', ...Object.keys(LOGS).filter((log) => log !== 'dhcp')]);
  const isOther = allOf(
    'whole',
    `NOT ${line.plain}`,
    `log != ''`,
    `if(has_endpoints, NOT has_protocol, log NOT IN ${needed})`,
  );
  // Zeek writes these per interval: packets it was not given, in which flows may have gone unseen.
  const isLoss = allOf(
    `log IN ['capture_loss', 'stats']`,
    `greatest(toUInt64OrZero(${field('gaps')}), toUInt64OrZero(${field('pkts_dropped')})) > 0`,
  );
  return {
    stages: stages.map((bindings) =>
      Object.entries(bindings)
        .map(([name, expression]) => `${expression} AS ${name}`)
        .join(', '),
    ),
    with: `${isOther} AS is_other, ${isLoss} AS is_loss`,
    good: allOf('whole', 'has_endpoints', 'has_protocol', ...checks.map(([condition]) => `NOT ${condition}`)),
    skipped: anyOf(line.header, allOf('is_other', 'NOT is_loss')),
    lost: allOf('is_other', 'is_loss'),
    reject: `multiIf(NOT whole, ${line.broken}, NOT has_endpoints, 'the line has no originator and responder (id.orig_h, id.resp_h)', NOT has_protocol, 'the line names neither its log nor its transport protocol', ${checks.flat().join(', ')}, '')`,
    plain: line.plain,
    columns: columnsOf(line),
    sightings: `if(${line.conn}, ${NO_SIGHTINGS}, ${sightingsOf(line)})`,
    unsighted: line.conn,
  };
}
