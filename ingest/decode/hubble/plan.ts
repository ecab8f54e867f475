import { PROTOCOL } from '../../kernel/port';
import { INITIATOR, OBSERVED, VERDICT } from '../../model/flow';
import type { EnginePlan } from '../format';
import { planLines, type Field } from '../lines/plan';
import { READINGS, type ReadingName } from '../lines/reading';
import { bind, choose, firstGiven } from '../lines/sql';
import { extractEvent } from './event';

/** `MessageType` of Cilium's monitor, where the event says no better where it was seen. */
const POINTS = { '1': 'DROP', '2': 'DEBUG', '3': 'CAPTURE', '4': 'TRACE', '5': 'POLICY_VERDICT', '129': 'L7' } as const;
/** Numeric identities that Cilium reserves, for endpoints whose labels were left out. */
const RESERVED = {
  '1': 'host',
  '2': 'world',
  '4': 'health',
  '6': 'remote-node',
  '7': 'kube-apiserver',
  '8': 'ingress',
};
const FLAGS = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32, ECE: 64, CWR: 128 } as const;
/** ICMP answers by what they answer: only these can be turned around. */
const ICMP_REQUESTS = { 0: 8, 14: 13, 16: 15, 18: 17 } as const;
const ICMP6_REQUESTS = { 129: 128 } as const;

/** @param wrapped whether a line is a response of the observer, which holds a flow or something else */
export function planEvents(wrapped: boolean): EnginePlan {
  const f = wrapped ? 'j.flow' : 'j';
  const either = (key: string): string => (wrapped ? firstGiven(`${f}.${key}`, `j.${key}`) : `${f}.${key}`);
  const l4 = (key: string): string => firstGiven(`${f}.l4.TCP.${key}`, `${f}.l4.UDP.${key}`, `${f}.l4.SCTP.${key}`);
  const icmp = (key: string): string => firstGiven(`${f}.l4.ICMPv4.${key}`, `${f}.l4.ICMPv6.${key}`);
  const field = (
    column: Field['column'],
    name: string,
    text: string,
    reading: ReadingName,
    required = false,
  ): Field => ({
    column,
    name,
    text,
    reading: READINGS[reading],
    required,
  });
  const bySide = (forward: string, reply: string): string => `if(folded, ${reply}, ${forward})`;
  const isFlow = `(${f}.verdict != '' OR ${f}.IP.source != '')`;
  const lostEvents = wrapped ? `j.lost_events != ''` : 'false';
  const notes = wrapped ? `j.node_status != '' OR j.agent_event != '' OR j.debug_event != '' OR ` : '';
  const flags = Object.entries(FLAGS).map(([flag, bit]) => `if(${f}.l4.TCP.flags.${flag} = 'true', ${bit}, 0)`);

  return planLines({
    bindings: [
      ['j', extractEvent(wrapped)],
      ['answer', firstGiven(`${f}.is_reply`, `${f}.reply`)],
      ['icmp6', `(${f}.l4.ICMPv6.type != '' OR ${f}.l4.ICMPv6.code != '')`],
      // Protobuf leaves zeros out: an ICMPv4 echo reply is an empty object.
      ['icmp4', `(${f}.l4.ICMPv4.type != '' OR ${f}.l4.ICMPv4.code != '' OR position(line, '"ICMPv4"') > 0)`],
      ['icmp_type', `toUInt8OrZero(${icmp('type')})`],
      ['request', `transform(icmp_type, ${pairs()}, toUInt8(255))`],
      ['folded', `answer = 'true' AND (request != 255 OR NOT icmp4 AND NOT icmp6)`],
      ['flags', `toUInt8(${flags.join(' + ')})`],
      ['counted', `toUInt64(${f}.Type != 'L7')`],
    ],
    formed: `(${isFlow}${wrapped ? ` OR ${lostEvents} OR ${notes}false` : ''})`,
    malformed: `'the line is no Hubble event: it has neither a flow nor lost_events, node_status, agent_event or debug_event'`,
    // Translations at the socket (SOCK) are no packets, and frames without IP no flows.
    passed: `NOT ${lostEvents} AND (${notes}${f}.Type = 'SOCK' OR ${f}.IP.source = '' AND ${f}.IP.destination = '')`,
    lost: lostEvents,
    fields: [
      field('src', 'IP.source', `${f}.IP.source`, 'address', true),
      field('dst', 'IP.destination', `${f}.IP.destination`, 'address', true),
      field('src_port', 'source_port', l4('source_port'), 'port'),
      field('dst_port', 'destination_port', l4('destination_port'), 'port'),
      field('start', 'time', either('time'), 'date', true),
    ],
    columns: {
      format: `'hubble'`,
      end: 'assumeNotNull(v_start)',
      reporter: `concat(${either('node_name')}, ' ', ${point(f)})`,
      src: `assumeNotNull(${bySide('v_src', 'v_dst')})`,
      dst: `assumeNotNull(${bySide('v_dst', 'v_src')})`,
      src_port: bySide('ifNull(v_src_port, 0)', 'ifNull(v_dst_port, 0)'),
      dst_port: `if(icmp4 OR icmp6, if(folded, request, icmp_type) * 256 + toUInt8OrZero(${icmp('code')}),
        ${bySide('ifNull(v_dst_port, 0)', 'ifNull(v_src_port, 0)')})`,
      protocol: protocol(f),
      packets: bySide('counted', '0'),
      reverse_packets: bySide('0', 'counted'),
      tcp_flags: bySide('flags', '0'),
      reverse_tcp_flags: bySide('0', 'flags'),
      initiator: `if(folded OR answer = 'false', ${INITIATOR.src}, ${INITIATOR.unknown})`,
      verdict: choose(
        `${f}.verdict`,
        {
          FORWARDED: VERDICT.allowed,
          REDIRECTED: VERDICT.allowed,
          // In audit mode policy lets pass what it would deny.
          AUDIT: VERDICT.allowed,
          DROPPED: VERDICT.denied,
        },
        VERDICT.unsaid,
      ),
      rule_id: rule(f),
      observed: choose(
        `${f}.traffic_direction`,
        { INGRESS: OBSERVED.ingress, EGRESS: OBSERVED.egress },
        OBSERVED.unsaid,
      ),
      src_workload: bySide(endpoint(`${f}.source`), endpoint(`${f}.destination`)),
      dst_workload: bySide(endpoint(`${f}.destination`), endpoint(`${f}.source`)),
      // The direction is the connection's, also that of its replies.
      workload: `multiIf(
        ${f}.traffic_direction = '', '',
        (${f}.traffic_direction = 'EGRESS') != folded, ${pod(`${f}.source`)},
        ${pod(`${f}.destination`)})`,
      l7: `multiIf(${f}.l7.dns.query != '', 'dns', ${f}.l7.http.method != '' OR ${f}.l7.http.url != '', 'http', ${f}.l7.kafka != '', 'kafka', '')`,
      fqdn: hostName(f, bySide(`${f}.destination_names`, `${f}.source_names`)),
    },
    sightings: sightings(f),
  });
}

function pairs(): string {
  const all = { ...ICMP_REQUESTS, ...ICMP6_REQUESTS };
  return `[${Object.keys(all).join(', ')}], [${Object.values(all)
    .map((type) => `toUInt8(${type})`)
    .join(', ')}]`;
}

function protocol(f: string): string {
  const cases: readonly (readonly [condition: string, number: number])[] = [
    [`${f}.l4.TCP.destination_port != '' OR ${f}.l4.TCP.source_port != ''`, PROTOCOL.tcp],
    [`${f}.l4.UDP.destination_port != '' OR ${f}.l4.UDP.source_port != ''`, PROTOCOL.udp],
    [`${f}.l4.SCTP.destination_port != '' OR ${f}.l4.SCTP.source_port != ''`, PROTOCOL.sctp],
    ['icmp6', PROTOCOL.icmp6],
    ['icmp4', PROTOCOL.icmp],
  ];
  return `multiIf(${cases.map(([condition, number]) => `${condition}, ${number}`).join(', ')}, 0)`;
}

function point(f: string): string {
  const byType = Object.entries(POINTS).map(([type, name]) => `${f}.event_type.type = '${type}', '${name}'`);
  return firstGiven(
    `${f}.trace_observation_point`,
    `${f}.debug_capture_point`,
    `multiIf(${byType.join(', ')}, ${f}.Type)`,
  );
}

function pod(endpoint: string): string {
  return `if(${endpoint}.pod_name = '', '', concat(${endpoint}.namespace, '/', ${endpoint}.pod_name))`;
}

function endpoint(path: string): string {
  const reserved = Object.entries(RESERVED).map(([id, name]) => `${path}.identity = '${id}', 'reserved:${name}'`);
  return `multiIf(
    ${path}.pod_name != '', ${pod(path)},
    arrayExists(l -> startsWith(l, 'reserved:'), ${path}.labels), arrayFirst(l -> startsWith(l, 'reserved:'), ${path}.labels),
    ${reserved.join(', ')},
    ${path}.identity IN ('', '0'), '',
    concat('identity:', ${path}.identity))`;
}

function rule(f: string): string {
  const lists = ['ingress_denied_by', 'egress_denied_by', 'ingress_allowed_by', 'egress_allowed_by'];
  const first = bind(
    `arrayConcat(${lists.map((list) => `${f}.${list}`).join(', ')})[1]`,
    (r) => `if(${r}.namespace = '', ${r}.name, concat(${r}.namespace, '/', ${r}.name))`,
  );
  return `if(${first} != '', ${first}, if(${f}.verdict = 'DROPPED', ${f}.drop_reason_desc, ''))`;
}

function withoutDot(name: string): string {
  return `lower(trimRight(${name}, '.'))`;
}

function hostName(f: string, names: string): string {
  const header = `arrayFirst(h -> lower(h.key) IN ('host', ':authority'), ${f}.l7.http.headers).value`;
  return firstGiven(`domain(${f}.l7.http.url)`, header, withoutDot(`${f}.l7.dns.query`), withoutDot(`${names}[1]`));
}

/** The names that Cilium's DNS proxy knows of both ends, and those in the DNS answers it saw. */
function sightings(f: string): string {
  const said = (names: string, address: string, name: string): string => `arrayMap(
    n -> (assumeNotNull(v_start), 'name', ifNull(${address}, toIPv6('::')), toUInt8(0), toUInt16(0), ${withoutDot(name)}), ${names})`;
  return `arrayFilter(s -> s.3 != toIPv6('::') AND s.6 != '', if(isNull(v_start), [], arrayConcat(
    ${said(`${f}.source_names`, 'v_src', 'n')},
    ${said(`${f}.destination_names`, 'v_dst', 'n')},
    ${said(`${f}.l7.dns.ips`, 'toIPv6OrNull(n)', `${f}.l7.dns.query`)})))`;
}
