import type { FlowColumnName } from '../../model/flow';

/** What an element says that is not itself a column, but goes into one (`start`, `dst_port`, `sampling_rate`, …). */
type Ingredient =
  | 'observation_time'
  | 'duration'
  | 'boot_time'
  | 'icmp'
  | 'icmp_type'
  | 'icmp_code'
  | 'biflow_direction'
  | 'firewall_event'
  | 'forwarding_status'
  | 'source_opened'
  | 'initiator_bytes'
  | 'responder_bytes'
  | 'initiator_packets'
  | 'responder_packets'
  | 'sampler'
  | 'sampling_interval'
  | 'sampling_space'
  | 'sampling_size'
  | 'sampling_population'
  | 'sampling_probability';

export type Quantity = FlowColumnName | Ingredient;

/**
 * How the bytes are read:
 * - `uint` of 1 to 8 bytes (reduced-size encoding, RFC 7011 section 6.2), `address` of 4 or 16, `float` of 4 or 8
 * - `seconds`, `millis`, `micros` since 1970 (or long), `ntp` (RFC 7011 sections 6.1.9 and 6.1.10), `uptime` in
 *   milliseconds since the exporter started, `before-export` in microseconds back from the export time
 * - `text` up to the first NUL; `decimal`, `vrf`, `silk` and `ndpi` (a number, named as such), `selector` (RFC 6759
 *   application id), `uuid` (16 bytes) and `hex` (groups of 4 bytes), all of which become text
 */
export type Reading =
  | 'uint'
  | 'address'
  | 'float'
  | 'seconds'
  | 'millis'
  | 'micros'
  | 'ntp'
  | 'uptime'
  | 'before-export'
  | 'text'
  | 'decimal'
  | 'vrf'
  | 'silk'
  | 'ndpi'
  | 'selector'
  | 'uuid'
  | 'hex';

export interface Element {
  /** Private enterprise number; 0 is IANA. */
  readonly enterprise: number;
  readonly id: number;
  readonly name: string;
  readonly fills: Quantity;
  readonly as: Reading;
}

/** RFC 5103 section 6.1: the same element, counted in the reverse direction. */
const REVERSE = 29305;
const VMWARE = 6876;
const CERT = 6871;
const NTOP = 35632;
const IXIA = 3054;
const NETSCALER = 5951;
const BARRACUDA = 10704;

type Row = readonly [enterprise: number, id: number, name: string, as: Reading];

/**
 * The elements that fill flow columns, best first: where a template carries several for one quantity, the first that
 * says something wins (counters: the first present, since a delta and a total must never be mixed).
 *
 * Numbers below 32768 are the IANA registry's, which NetFlow v9 shares; from there on they are vendors' own NetFlow v9
 * numbers (Cisco ASA 33000 and 40000, PAN-OS 56700), which IPFIX cannot express. ntop writes its enterprise elements
 * into v9 as 57472 + id, see `elementOf`.
 */
const TABLE: Readonly<Partial<Record<Quantity, readonly Row[]>>> = {
  // An NSX overlay record states the tenant's own endpoints beside those of the tunnel.
  src: [
    [VMWARE, 881, 'tenantSourceIPv4', 'address'],
    [VMWARE, 883, 'tenantSourceIPv6', 'address'],
    [0, 8, 'sourceIPv4Address', 'address'],
    [0, 27, 'sourceIPv6Address', 'address'],
  ],
  dst: [
    [VMWARE, 882, 'tenantDestIPv4', 'address'],
    [VMWARE, 884, 'tenantDestIPv6', 'address'],
    [0, 12, 'destinationIPv4Address', 'address'],
    [0, 28, 'destinationIPv6Address', 'address'],
  ],
  src_port: [
    [VMWARE, 886, 'tenantSourcePort', 'uint'],
    [0, 7, 'sourceTransportPort', 'uint'],
    [0, 180, 'udpSourcePort', 'uint'],
    [0, 182, 'tcpSourcePort', 'uint'],
  ],
  dst_port: [
    [VMWARE, 887, 'tenantDestPort', 'uint'],
    [0, 11, 'destinationTransportPort', 'uint'],
    [0, 181, 'udpDestinationPort', 'uint'],
    [0, 183, 'tcpDestinationPort', 'uint'],
  ],
  icmp: [
    [0, 32, 'icmpTypeCodeIPv4', 'uint'],
    [0, 139, 'icmpTypeCodeIPv6', 'uint'],
  ],
  icmp_type: [
    [0, 176, 'icmpTypeIPv4', 'uint'],
    [0, 178, 'icmpTypeIPv6', 'uint'],
  ],
  icmp_code: [
    [0, 177, 'icmpCodeIPv4', 'uint'],
    [0, 179, 'icmpCodeIPv6', 'uint'],
  ],
  protocol: [
    [VMWARE, 880, 'tenantProtocol', 'uint'],
    [0, 4, 'protocolIdentifier', 'uint'],
  ],

  start: [
    [0, 156, 'flowStartNanoseconds', 'ntp'],
    [0, 154, 'flowStartMicroseconds', 'ntp'],
    [0, 152, 'flowStartMilliseconds', 'millis'],
    [0, 158, 'flowStartDeltaMicroseconds', 'before-export'],
    [0, 22, 'flowStartSysUpTime', 'uptime'],
    [0, 150, 'flowStartSeconds', 'seconds'],
  ],
  end: [
    [0, 157, 'flowEndNanoseconds', 'ntp'],
    [0, 155, 'flowEndMicroseconds', 'ntp'],
    [0, 153, 'flowEndMilliseconds', 'millis'],
    [0, 159, 'flowEndDeltaMicroseconds', 'before-export'],
    [0, 21, 'flowEndSysUpTime', 'uptime'],
    [0, 151, 'flowEndSeconds', 'seconds'],
  ],
  observation_time: [
    [0, 325, 'observationTimeNanoseconds', 'ntp'],
    [0, 324, 'observationTimeMicroseconds', 'ntp'],
    [0, 323, 'observationTimeMilliseconds', 'millis'],
    [0, 322, 'observationTimeSeconds', 'seconds'],
  ],
  duration: [
    [0, 162, 'flowDurationMicroseconds', 'micros'],
    [0, 161, 'flowDurationMilliseconds', 'millis'],
  ],
  boot_time: [[0, 160, 'systemInitTimeMilliseconds', 'millis']],

  packets: [
    [0, 2, 'packetDeltaCount', 'uint'],
    [0, 86, 'packetTotalCount', 'uint'],
    [0, 24, 'postPacketDeltaCount', 'uint'],
  ],
  bytes: [
    [0, 1, 'octetDeltaCount', 'uint'],
    [0, 85, 'octetTotalCount', 'uint'],
    [0, 352, 'layer2OctetDeltaCount', 'uint'],
    [0, 23, 'postOctetDeltaCount', 'uint'],
  ],
  reverse_packets: [
    [REVERSE, 2, 'reverse packetDeltaCount', 'uint'],
    [REVERSE, 86, 'reverse packetTotalCount', 'uint'],
    [IXIA, 177, 'reversePacketDeltaCount', 'uint'],
  ],
  reverse_bytes: [
    [REVERSE, 1, 'reverse octetDeltaCount', 'uint'],
    [REVERSE, 85, 'reverse octetTotalCount', 'uint'],
    [IXIA, 176, 'reverseOctetDeltaCount', 'uint'],
  ],
  initiator_bytes: [[0, 231, 'initiatorOctets', 'uint']],
  responder_bytes: [[0, 232, 'responderOctets', 'uint']],
  initiator_packets: [[0, 298, 'initiatorPackets', 'uint']],
  responder_packets: [[0, 299, 'responderPackets', 'uint']],

  tcp_flags: [
    [0, 6, 'tcpControlBits', 'uint'],
    [CERT, 14, 'initialTCPFlags', 'uint'],
    [CERT, 15, 'unionTCPFlags', 'uint'],
  ],
  // CERT marks its reverse elements with bit 14 of the id instead of with RFC 5103's enterprise.
  reverse_tcp_flags: [
    [REVERSE, 6, 'reverse tcpControlBits', 'uint'],
    [CERT, 14 | 0x4000, 'reverse initialTCPFlags', 'uint'],
    [CERT, 15 | 0x4000, 'reverse unionTCPFlags', 'uint'],
  ],
  biflow_direction: [[0, 239, 'biflowDirection', 'uint']],
  // Only senders that put the opener first have these: a stateful firewall that writes from its connection table (NSX,
  // ASA), and YAF.
  source_opened: [
    [VMWARE, 953, 'sessionFlags', 'uint'],
    [0, 33002, 'NF_F_FW_EXT_EVENT', 'uint'],
    [CERT, 21, 'reverseFlowDeltaMilliseconds', 'uint'],
  ],

  sampler: [
    [0, 302, 'selectorId', 'uint'],
    [0, 48, 'samplerId', 'uint'],
  ],
  sampling_interval: [
    [0, 305, 'samplingPacketInterval', 'uint'],
    [0, 50, 'samplerRandomInterval', 'uint'],
    [0, 34, 'samplingInterval', 'uint'],
  ],
  sampling_space: [[0, 306, 'samplingPacketSpace', 'uint']],
  sampling_size: [[0, 309, 'samplingSize', 'uint']],
  sampling_population: [[0, 310, 'samplingPopulation', 'uint']],
  sampling_probability: [[0, 311, 'samplingProbability', 'float']],

  firewall_event: [
    [0, 233, 'firewallEvent', 'uint'],
    [0, 40005, 'NF_F_FW_EVENT', 'uint'],
  ],
  forwarding_status: [[0, 89, 'forwardingStatus', 'uint']],
  rule_id: [
    [VMWARE, 950, 'ruleId', 'decimal'],
    [BARRACUDA, 4, 'FW_Rule', 'text'],
    [0, 33000, 'NF_F_INGRESS_ACL_ID', 'hex'],
    [0, 33001, 'NF_F_EGRESS_ACL_ID', 'hex'],
  ],

  post_src: [
    [0, 225, 'postNATSourceIPv4Address', 'address'],
    [0, 281, 'postNATSourceIPv6Address', 'address'],
    [0, 40001, 'NF_F_XLATE_SRC_ADDR_IPV4', 'address'],
  ],
  post_dst: [
    [0, 226, 'postNATDestinationIPv4Address', 'address'],
    [0, 282, 'postNATDestinationIPv6Address', 'address'],
    [0, 40002, 'NF_F_XLATE_DST_ADDR_IPV4', 'address'],
  ],
  post_src_port: [
    [0, 227, 'postNAPTSourceTransportPort', 'uint'],
    [0, 40003, 'NF_F_XLATE_SRC_PORT', 'uint'],
  ],
  post_dst_port: [
    [0, 228, 'postNAPTDestinationTransportPort', 'uint'],
    [0, 40004, 'NF_F_XLATE_DST_PORT', 'uint'],
  ],

  scope: [
    [0, 236, 'VRFname', 'text'],
    [0, 234, 'ingressVRFID', 'vrf'],
  ],
  input_interface: [
    [0, 10, 'ingressInterface', 'uint'],
    [0, 252, 'ingressPhysicalInterface', 'uint'],
  ],
  output_interface: [
    [0, 14, 'egressInterface', 'uint'],
    [0, 253, 'egressPhysicalInterface', 'uint'],
  ],
  observed: [
    [VMWARE, 954, 'flowDirection', 'uint'],
    [0, 61, 'flowDirection', 'uint'],
  ],
  vlan: [
    [0, 58, 'vlanId', 'uint'],
    [0, 243, 'dot1qVlanId', 'uint'],
  ],
  tos: [[0, 5, 'ipClassOfService', 'uint']],
  end_reason: [[0, 136, 'flowEndReason', 'uint']],

  workload: [[VMWARE, 951, 'vmUuid', 'uuid']],
  vif: [
    [VMWARE, 961, 'vifId', 'text'],
    [VMWARE, 960, 'vifUuid', 'uuid'],
    [VMWARE, 898, 'virtualObsID', 'text'],
  ],
  l7: [
    [0, 96, 'applicationName', 'text'],
    [NTOP, 119, 'L7_PROTO_NAME', 'text'],
    [IXIA, 111, 'l7ApplicationName', 'text'],
    [0, 56701, 'PAN-OS App-ID', 'text'],
    [0, 95, 'applicationId', 'selector'],
    [NTOP, 118, 'L7_PROTO', 'ndpi'],
    [CERT, 33, 'silkAppLabel', 'silk'],
  ],
  fqdn: [
    [0, 460, 'httpRequestHost', 'text'],
    [NTOP, 188, 'TLS_SERVER_NAME', 'text'],
    [NTOP, 187, 'HTTP_HOST', 'text'],
    [NETSCALER, 141, 'httpRequestHost', 'text'],
  ],
  user: [
    [0, 371, 'userName', 'text'],
    [0, 40000, 'NF_F_USERNAME', 'text'],
    [0, 56702, 'PAN-OS User-ID', 'text'],
    [NTOP, 121, 'FLOW_USER_NAME', 'text'],
  ],
};

export const ELEMENTS: readonly Element[] = Object.entries(TABLE).flatMap(([fills, rows]) =>
  rows.map(([enterprise, id, name, as]) => ({ enterprise, id, name, as, fills: fills as Quantity })),
);

const key = (enterprise: number, id: number): number => enterprise * 0x1_0000 + id;
const BY_KEY: ReadonlyMap<number, Element> = new Map(
  ELEMENTS.map((element) => [key(element.enterprise, element.id), element]),
);

const NTOP_V9 = 57472;
const NTOP_V9_LAST = NTOP_V9 + 999;

/** The element that a template field names, where it fills something of ours. */
export function elementOf(enterprise: number, id: number): Element | undefined {
  const ntop = enterprise === 0 && id >= NTOP_V9 && id <= NTOP_V9_LAST;
  return BY_KEY.get(ntop ? key(NTOP, id - NTOP_V9) : key(enterprise, id));
}

/** Which column an ingredient ends up in. */
const INTO: Readonly<Record<Ingredient, readonly FlowColumnName[]>> = {
  observation_time: ['start', 'end'],
  duration: ['start', 'end'],
  boot_time: ['start', 'end'],
  icmp: ['dst_port'],
  icmp_type: ['dst_port'],
  icmp_code: ['dst_port'],
  biflow_direction: ['initiator'],
  firewall_event: ['verdict'],
  forwarding_status: ['verdict'],
  source_opened: ['initiator'],
  initiator_bytes: ['bytes', 'initiator'],
  responder_bytes: ['reverse_bytes'],
  initiator_packets: ['packets', 'initiator'],
  responder_packets: ['reverse_packets'],
  sampler: ['sampling_rate'],
  sampling_interval: ['sampling_rate'],
  sampling_space: ['sampling_rate'],
  sampling_size: ['sampling_rate'],
  sampling_population: ['sampling_rate'],
  sampling_probability: ['sampling_rate'],
};

/** Column by column, the elements that fill it: all of them, or those that some fields name. */
export function elementsByColumn(
  fields?: readonly { readonly enterprise: number; readonly id: number }[],
): Partial<Record<FlowColumnName, string>> {
  const wanted = fields && new Set(fields.map(({ enterprise, id }) => elementOf(enterprise, id)));
  const found: Partial<Record<FlowColumnName, string>> = {};
  for (const element of ELEMENTS) {
    if (wanted && !wanted.has(element)) continue;
    const { fills, enterprise, id, name } = element;
    const columns = fills in INTO ? INTO[fills as Ingredient] : [fills as FlowColumnName];
    const text = `${name} (${enterprise === 0 ? id : `${enterprise}/${id}`})`;
    for (const column of columns) found[column] = found[column] === undefined ? text : `${found[column]}, ${text}`;
  }
  return found;
}
