import { INITIATOR, OBSERVED, VERDICT } from '../../model/flow';
import { PROTOCOL } from '../../kernel/port';
import type { EnginePlan } from '../format';
import { extractJson, texts, TEXTS } from '../lines/json';
import { planLines, type Field } from '../lines/plan';
import { READINGS, type ReadingName } from '../lines/reading';
import { bind, choose, firstGiven } from '../lines/sql';
import { UNFOLD } from './loki';

const NAMES = ['SrcK8S_Namespace', 'SrcK8S_OwnerName', 'SrcK8S_Name', 'SrcPod', 'SrcNamespace', 'SrcWorkload'] as const;
const RECORD = extractJson('line', {
  ...texts('SrcAddr', 'DstAddr', 'SrcPort', 'DstPort', 'Proto', 'IcmpType', 'IcmpCode', 'Etype'),
  ...texts('TimeFlowStartMs', 'TimeFlowEndMs', 'TimeFlowStart', 'TimeFlowEnd', 'TimeReceived'),
  ...texts('Bytes', 'Packets', 'Bytes_AB', 'Bytes_BA', 'Packets_AB', 'Packets_BA', '_RecordType', 'Duplicate'),
  ...texts('Flags', 'TCPFlags', 'FlowDirection', 'Sampling', 'SamplingRate', 'Dscp', 'IPTos', 'VlanId', 'SrcVlan'),
  ...texts('AgentIP', 'SamplerAddress', 'Interface', 'InIf', 'OutIf', 'K8S_ClusterName', 'UdnId'),
  ...texts('XlatSrcAddr', 'XlatDstAddr', 'XlatSrcPort', 'XlatDstPort', 'DnsId', 'DnsName', 'TLSVersion'),
  ...texts(...NAMES),
  ...texts(...NAMES.map((name) => name.replace('Src', 'Dst'))),
  Interfaces: TEXTS,
  Udns: TEXTS,
  NetworkEvents: 'Array(Tuple(Feature String, Type String, Namespace String, Name String, Action String))',
});

const FLAG_NAMES: Readonly<Record<string, number>> = {
  FIN: 1,
  SYN: 2,
  RST: 4,
  PSH: 8,
  ACK: 16,
  URG: 32,
  ECE: 64,
  CWR: 128,
  SYN_ACK: 256,
  FIN_ACK: 512,
  RST_ACK: 1024,
};

/** Given, and not the zero of a source that fills in every key. */
function nonZero(...texts: readonly [string, ...string[]]): string {
  const [last = `''`, ...others] = [...texts].reverse();
  return others.reduce((rest, text) => `if(${text} NOT IN ('', '0'), ${text}, ${rest})`, last);
}

function field(column: Field['column'], name: string, reading: ReadingName, text = `j.${name}`): Field {
  return { column, name, text, reading: READINGS[reading] };
}

/** In milliseconds: predecessors have seconds, or only when it was received. */
function time(column: 'start' | 'end', key: 'TimeFlowStart' | 'TimeFlowEnd'): Field {
  const text = firstGiven(
    nonZero(`j.${key}Ms`, `''`),
    bind(nonZero(`j.${key}`, 'j.TimeReceived'), (seconds) => `if(${seconds} = '', '', concat(${seconds}, '000'))`),
  );
  return { ...field(column, `${key}Ms`, 'milliseconds', text), required: column === 'start' };
}

/**
 * @param flowsToo whether the log holds the flows as well as the conversations made of them: then those count, as
 *   counting both would double the traffic
 */
export function planFlows(flowsToo: boolean): EnginePlan {
  const conversation = `j._RecordType IN ('newConnection', 'heartbeat', 'endConnection')`;
  const counter = (column: Field['column'], key: string, side: 'AB' | 'BA'): Field => {
    const flows = side === 'AB' ? `j.${key}` : `''`;
    const name = side === 'AB' ? key : `${key}_${side}`;
    // A heartbeat counts from the beginning of the connection, and so does its end.
    const text = `multiIf(j._RecordType = 'endConnection', j.${key}_${side}, conversation, '', ${flows})`;
    return field(column, name, 'count', text);
  };
  return planLines({
    unfold: UNFOLD,
    bindings: [
      ['j', RECORD],
      ['conversation', conversation],
      ['flags', flags()],
      ['icmp', `j.Proto IN ('${PROTOCOL.icmp}', '${PROTOCOL.icmp6}')`],
      ['rule', `arrayFirst(e -> e.Action != '', j.NetworkEvents)`],
    ],
    formed: `(j.SrcAddr != '' OR j.DstAddr != '' OR j.Etype != '')`,
    malformed: `'the line is no NetObserv flow: it has no SrcAddr, DstAddr or Etype'`,
    // Frames without IP (ARP), flows that another interface of the node reported, and conversations that go on.
    passed: `j.SrcAddr = '' AND j.DstAddr = '' OR j.Duplicate = 'true'
      OR ${flowsToo ? 'conversation' : `j._RecordType = 'heartbeat'`}`,
    fields: [
      { ...field('src', 'SrcAddr', 'address'), required: true },
      { ...field('dst', 'DstAddr', 'address'), required: true },
      field('src_port', 'SrcPort', 'port'),
      field('dst_port', 'DstPort', 'port'),
      field('protocol', 'Proto', 'uint8'),
      counter('packets', 'Packets', 'AB'),
      counter('bytes', 'Bytes', 'AB'),
      counter('reverse_packets', 'Packets', 'BA'),
      counter('reverse_bytes', 'Bytes', 'BA'),
      time('start', 'TimeFlowStart'),
      time('end', 'TimeFlowEnd'),
      field('sampling_rate', 'Sampling', 'uint32', firstGiven('j.Sampling', 'j.SamplingRate')),
      field('post_src', 'XlatSrcAddr', 'address'),
      field('post_dst', 'XlatDstAddr', 'address'),
      field('post_src_port', 'XlatSrcPort', 'port'),
      field('post_dst_port', 'XlatDstPort', 'port'),
      field('input_interface', 'InIf', 'uint32'),
      field('output_interface', 'OutIf', 'uint32'),
      field('vlan', 'VlanId', 'uint16', nonZero('j.VlanId', 'j.SrcVlan')),
    ],
    columns: {
      format: `'netobserv'`,
      exporter: exporter(),
      // Old agents report a flow once per interface; new ones say in one record on which they saw it.
      reporter: `if(conversation, 'conversation', if(notEmpty(j.Interfaces), '', j.Interface))`,
      vif: `if(notEmpty(j.Interfaces), arrayStringConcat(j.Interfaces, ','), j.Interface)`,
      scope: scope(),
      end: `ifNull(v_end, assumeNotNull(v_start))`,
      src_port: 'if(icmp, 0, ifNull(v_src_port, 0))',
      dst_port: `if(icmp, toUInt8OrZero(j.IcmpType) * 256 + toUInt8OrZero(j.IcmpCode), ifNull(v_dst_port, 0))`,
      tcp_flags: 'toUInt8(bitAnd(flags, 255))',
      initiator: initiator(),
      sampling_rate: `if(j.Sampling = '0', 1, ifNull(v_sampling_rate, 0))`,
      verdict: `multiIf(rule.Action LIKE 'allow%', ${VERDICT.allowed}, rule.Action IN ('drop', 'reject', 'deny'), ${VERDICT.denied}, ${VERDICT.unsaid})`,
      rule_id: `if(rule.Name = '', rule.Type, ${joined('rule.Namespace', 'rule.Name')})`,
      observed: choose('j.FlowDirection', { '0': OBSERVED.ingress, '1': OBSERVED.egress }, OBSERVED.unsaid),
      tos: `if(j.Dscp != '', bitAnd(toUInt8OrZero(j.Dscp), 63) * 4, toUInt8OrZero(j.IPTos))`,
      src_workload: owner('Src'),
      dst_workload: owner('Dst'),
      workload: `multiIf(j.FlowDirection = '0', ${pod('Dst')}, j.FlowDirection = '1', ${pod('Src')}, '')`,
      l7: `if(j.DnsId NOT IN ('', '0'), 'dns', '')`,
      fqdn: `lower(trimRight(j.DnsName, '.'))`,
      tls_version: `replaceOne(j.TLSVersion, 'TLS ', 'TLSv')`,
    },
  });
}

function joined(...parts: readonly string[]): string {
  return `arrayStringConcat(arrayFilter(part -> part != '', [${parts.join(', ')}]), '/')`;
}

function pod(side: 'Src' | 'Dst'): string {
  return joined(
    firstGiven(`j.${side}K8S_Namespace`, `j.${side}Namespace`),
    firstGiven(`j.${side}K8S_Name`, `j.${side}Pod`),
  );
}

function owner(side: 'Src' | 'Dst'): string {
  const name = firstGiven(`j.${side}K8S_OwnerName`, `j.${side}Workload`, `j.${side}K8S_Name`, `j.${side}Pod`);
  return joined(firstGiven(`j.${side}K8S_Namespace`, `j.${side}Namespace`), name);
}

/** User-defined networks may use the same addresses again. */
function scope(): string {
  const network = firstGiven('j.UdnId', `arrayFirst(udn -> udn != 'default', j.Udns)`);
  return joined(
    'j.K8S_ClusterName',
    bind(network, (udn) => `if(${udn} = 'default', '', ${udn})`),
  );
}

function exporter(): string {
  // Go writes an address that is a byte string in Base64.
  const bytes = bind(
    `tryBase64Decode(j.SamplerAddress)`,
    (b) => `if(length(${b}) = 4, toIPv6(IPv4NumToString(reinterpretAsUInt32(reverse(${b})))),
      if(length(${b}) = 16, CAST(toFixedString(left(${b}, 16), 16), 'IPv6'), toIPv6('::')))`,
  );
  return `coalesce(toIPv6OrNull(j.AgentIP), toIPv6OrNull(j.SamplerAddress), ${bytes})`;
}

function flags(): string {
  const bits = Object.entries(FLAG_NAMES).map(([name, bit]) => `if(has(names, '${name}'), ${bit}, 0)`);
  const named = `arrayMap(names -> ${bits.join(' + ')}, [JSONExtract(j.Flags, 'Array(String)')])[1]`;
  const number = `toUInt16OrZero(${firstGiven('j.Flags', 'j.TCPFlags')})`;
  const all = `if(startsWith(j.Flags, '['), toUInt16(${named}), ${number})`;
  // SYN_ACK, FIN_ACK and RST_ACK stand for both of their flags.
  return bind(
    all,
    (f) =>
      `bitOr(bitOr(${f}, if(bitTest(${f}, 8), 18, 0)), bitOr(if(bitTest(${f}, 9), 17, 0), if(bitTest(${f}, 10), 20, 0)))`,
  );
}

/** The agent has a flag of its own for SYN and ACK in one packet, so that a lone SYN is known for one. */
function initiator(): string {
  return `multiIf(
    j.Proto != '${PROTOCOL.tcp}', ${INITIATOR.unknown},
    bitAnd(flags, 256) != 0, ${INITIATOR.dst},
    bitAnd(flags, 18) = 2 OR bitAnd(flags, 2) != 0 AND bitAnd(flags, 1536) != 0, ${INITIATOR.src},
    ${INITIATOR.unknown})`;
}
