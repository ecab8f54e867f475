import type { Quantity, Reading } from './quantity';

/** RFC 5103 section 6.1: the same element, counted in the reverse direction. */
const REVERSE = 29305;
export const CISCO = 9;
export const NTOP = 35632;
const ALCATEL = 637;
const IXIA = 3054;
const NETSCALER = 5951;
const CERT = 6871;
const VMWARE = 6876;
const CESNET = 8057;
const SONICWALL = 8741;
const ASTARO = 9789;
const BARRACUDA = 10704;
/** Barracuda's older firmware sends its elements under this number, which is somebody else's. */
const BARRACUDA_BY_MISTAKE = 12326;
const F5 = 12276;
const PROCERA = 15397;
const GIGAMON = 26866;
const CACE = 32622;
const FLOWMON = 39499;
const VIPTELA = 41916;
const ZIFTEN = 44619;
const VELOCLOUD = 45346;

type Row = readonly [enterprise: number, id: number, name: string, as: Reading];

/**
 * The elements that fill flow columns, best first: where a template carries several for one quantity, the first that
 * says something wins (counters: the first present, since a delta and a total must never be mixed).
 *
 * Numbers of enterprise 0 below 32768 are the IANA registry's, which NetFlow v9 shares. Vendors' own numbers in v9 are
 * those of their enterprise with an offset, see `elementOf`; the rest of them (PAN-OS, Streamcore) stand here as they
 * are on the wire.
 */
export const TABLE: Readonly<Partial<Record<Quantity, readonly Row[]>>> = {
  // Where a record states the endpoints inside a tunnel (NSX overlay, nProbe) beside those of the tunnel, the inner count.
  src: [
    [VMWARE, 881, 'tenantSourceIPv4', 'address'],
    [VMWARE, 883, 'tenantSourceIPv6', 'address'],
    [NTOP, 114, 'UNTUNNELED_IPV4_SRC_ADDR', 'address'],
    [NTOP, 396, 'UNTUNNELED_IPV6_SRC_ADDR', 'address'],
    [0, 8, 'sourceIPv4Address', 'address'],
    [0, 27, 'sourceIPv6Address', 'address'],
  ],
  dst: [
    [VMWARE, 882, 'tenantDestIPv4', 'address'],
    [VMWARE, 884, 'tenantDestIPv6', 'address'],
    [NTOP, 116, 'UNTUNNELED_IPV4_DST_ADDR', 'address'],
    [NTOP, 397, 'UNTUNNELED_IPV6_DST_ADDR', 'address'],
    [0, 12, 'destinationIPv4Address', 'address'],
    [0, 28, 'destinationIPv6Address', 'address'],
  ],
  src_port: [
    [VMWARE, 886, 'tenantSourcePort', 'uint'],
    [NTOP, 115, 'UNTUNNELED_L4_SRC_PORT', 'uint'],
    [0, 7, 'sourceTransportPort', 'uint'],
    [0, 180, 'udpSourcePort', 'uint'],
    [0, 182, 'tcpSourcePort', 'uint'],
  ],
  dst_port: [
    [VMWARE, 887, 'tenantDestPort', 'uint'],
    [NTOP, 117, 'UNTUNNELED_L4_DST_PORT', 'uint'],
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
    [NTOP, 113, 'UNTUNNELED_PROTOCOL', 'uint'],
    [0, 4, 'protocolIdentifier', 'uint'],
    [SONICWALL, 20, 'protocolType', 'uint'],
  ],
  // Cisco AVC and SonicWALL report connections, and name their ends by role instead of by direction.
  client: [
    [CISCO, 12236, 'connection client IPv4 address', 'address'],
    [CISCO, 12238, 'connection client IPv6 address', 'address'],
    [SONICWALL, 5, 'initiatorIp', 'address'],
  ],
  server: [
    [CISCO, 12237, 'connection server IPv4 address', 'address'],
    [CISCO, 12239, 'connection server IPv6 address', 'address'],
    [SONICWALL, 6, 'responderIp', 'address'],
  ],
  client_port: [
    [CISCO, 12240, 'connection client transport port', 'uint'],
    [SONICWALL, 11, 'initiatorPort', 'uint'],
  ],
  server_port: [
    [CISCO, 12241, 'connection server transport port', 'uint'],
    [SONICWALL, 12, 'responderPort', 'uint'],
  ],
  packet: [
    [0, 315, 'dataLinkFrameSection', 'frame'],
    [0, 313, 'ipHeaderPacketSection', 'packet'],
    [0, 317, 'mplsPayloadPacketSection', 'packet'],
    [0, 104, 'layer2packetSectionData', 'frame'],
  ],
  packet_link: [[0, 408, 'dataLinkFrameType', 'uint']],
  packet_size: [[0, 312, 'dataLinkFrameSize', 'uint']],
  section_offset: [
    [0, 409, 'sectionOffset', 'uint'],
    [0, 102, 'layer2packetSectionOffset', 'uint'],
  ],
  section_size: [
    [0, 410, 'sectionExportedOctets', 'uint'],
    [0, 103, 'layer2packetSectionSize', 'uint'],
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
  ],
  bytes: [
    [0, 1, 'octetDeltaCount', 'uint'],
    [0, 85, 'octetTotalCount', 'uint'],
    [0, 352, 'layer2OctetDeltaCount', 'uint'],
    [0, 353, 'layer2OctetTotalCount', 'uint'],
  ],
  post_packets: [
    [0, 24, 'postPacketDeltaCount', 'uint'],
    [0, 172, 'postPacketTotalCount', 'uint'],
  ],
  post_bytes: [
    [0, 23, 'postOctetDeltaCount', 'uint'],
    [0, 171, 'postOctetTotalCount', 'uint'],
  ],
  reverse_packets: [
    [REVERSE, 2, 'reverse packetDeltaCount', 'uint'],
    [REVERSE, 86, 'reverse packetTotalCount', 'uint'],
    [IXIA, 177, 'reversePacketDeltaCount', 'uint'],
    [CERT, 13, 'reversePacketTotalCount', 'uint'],
  ],
  reverse_bytes: [
    [REVERSE, 1, 'reverse octetDeltaCount', 'uint'],
    [REVERSE, 85, 'reverse octetTotalCount', 'uint'],
    [IXIA, 176, 'reverseOctetDeltaCount', 'uint'],
    [CERT, 12, 'reverseOctetTotalCount', 'uint'],
  ],
  initiator_bytes: [
    [0, 231, 'initiatorOctets', 'uint'],
    [CISCO, 8338, 'connection client counter bytes network', 'uint'],
    [SONICWALL, 14, 'initToRespOctets', 'uint'],
  ],
  responder_bytes: [
    [0, 232, 'responderOctets', 'uint'],
    [CISCO, 8337, 'connection server counter bytes network', 'uint'],
    [SONICWALL, 16, 'respToInitOctets', 'uint'],
  ],
  initiator_packets: [
    [0, 298, 'initiatorPackets', 'uint'],
    [CISCO, 9265, 'connection client counter packets', 'uint'],
    [SONICWALL, 13, 'initToRespPackets', 'uint'],
  ],
  responder_packets: [
    [0, 299, 'responderPackets', 'uint'],
    [CISCO, 9266, 'connection server counter packets', 'uint'],
    [SONICWALL, 15, 'respToInitPackets', 'uint'],
  ],

  tcp_flags: [
    [0, 6, 'tcpControlBits', 'uint'],
    [CERT, 14, 'initialTCPFlags', 'uint'],
    [CERT, 15, 'unionTCPFlags', 'uint'],
    [NTOP, 78, 'CLIENT_TCP_FLAGS', 'uint'],
  ],
  // CERT marks its reverse elements with bit 14 of the id instead of with RFC 5103's enterprise, or had numbers for them.
  reverse_tcp_flags: [
    [REVERSE, 6, 'reverse tcpControlBits', 'uint'],
    [CERT, 14 | 0x4000, 'reverse initialTCPFlags', 'uint'],
    [CERT, 15 | 0x4000, 'reverse unionTCPFlags', 'uint'],
    [CERT, 16, 'reverseInitialTCPFlags', 'uint'],
    [CERT, 17, 'reverseUnionTCPFlags', 'uint'],
    [NTOP, 79, 'SERVER_TCP_FLAGS', 'uint'],
  ],
  biflow_direction: [[0, 239, 'biflowDirection', 'uint']],
  // Only senders that put the opener first have these: a stateful firewall that writes from its connection table (NSX),
  // and YAF.
  source_opened: [
    [VMWARE, 953, 'sessionFlags', 'uint'],
    [CERT, 21, 'reverseFlowDeltaMilliseconds', 'uint'],
  ],
  // Cisco's firewalls, which put the opener first too: ASA and zone-based.
  nsel_event: [
    [CISCO, 234, 'NF_F_FW_EXT_EVENT', 'uint'],
    [CISCO, 2233, 'FW_EXT_EVENT', 'uint'],
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
    [CISCO, 7237, 'NF_F_FW_EVENT', 'uint'],
  ],
  firewall_verdict: [[NTOP, 522, 'FLOW_VERDICT', 'uint']],
  forwarding_status: [[0, 89, 'forwardingStatus', 'uint']],
  rule_id: [
    [VMWARE, 950, 'ruleId', 'decimal'],
    [BARRACUDA, 4, 'FW_Rule', 'text'],
    [BARRACUDA_BY_MISTAKE, 4, 'FW_Rule', 'text'],
    [F5, 38, 'acl_rule_name', 'text'],
    [VELOCLOUD, 12313, 'firewallPolicyRuleId', 'uuid'],
    [CISCO, 232, 'NF_F_INGRESS_ACL_ID', 'hex'],
    [CISCO, 233, 'NF_F_EGRESS_ACL_ID', 'hex'],
  ],

  nat_event: [[0, 230, 'natEvent', 'uint']],
  post_src: [
    [0, 225, 'postNATSourceIPv4Address', 'address'],
    [0, 281, 'postNATSourceIPv6Address', 'address'],
    [CISCO, 7233, 'NF_F_XLATE_SRC_ADDR_IPV4', 'address'],
    [F5, 28, 'trans_src_ipv4', 'address'],
    [F5, 29, 'trans_src_ipv6', 'address'],
  ],
  post_dst: [
    [0, 226, 'postNATDestinationIPv4Address', 'address'],
    [0, 282, 'postNATDestinationIPv6Address', 'address'],
    [CISCO, 7234, 'NF_F_XLATE_DST_ADDR_IPV4', 'address'],
    [F5, 31, 'trans_dst_ipv4', 'address'],
    [F5, 32, 'trans_dst_ipv6', 'address'],
  ],
  post_src_port: [
    [0, 227, 'postNAPTSourceTransportPort', 'uint'],
    [CISCO, 7235, 'NF_F_XLATE_SRC_PORT', 'uint'],
    [F5, 30, 'trans_src_port', 'uint'],
  ],
  post_dst_port: [
    [0, 228, 'postNAPTDestinationTransportPort', 'uint'],
    [CISCO, 7236, 'NF_F_XLATE_DST_PORT', 'uint'],
    [F5, 33, 'trans_dst_port', 'uint'],
  ],

  scope: [
    [0, 236, 'VRFname', 'text'],
    [0, 234, 'ingressVRFID', 'vrf'],
    [0, 235, 'egressVRFID', 'vrf'],
    [VIPTELA, 4321, 'VPN id', 'vpn'],
    [ALCATEL, 91, 'natInsideSvcid', 'svc'],
  ],
  input_interface: [
    [0, 10, 'ingressInterface', 'uint'],
    [0, 252, 'ingressPhysicalInterface', 'uint'],
    [SONICWALL, 9, 'initiatorInterface', 'uint'],
  ],
  output_interface: [
    [0, 14, 'egressInterface', 'uint'],
    [0, 253, 'egressPhysicalInterface', 'uint'],
    [SONICWALL, 10, 'responderInterface', 'uint'],
  ],
  observed: [
    [VMWARE, 954, 'flowDirection', 'uint'],
    [0, 61, 'flowDirection', 'uint'],
    [ASTARO, 4, 'flowDirection', 'uint'],
  ],
  vlan: [
    [0, 58, 'vlanId', 'uint'],
    [0, 243, 'dot1qVlanId', 'uint'],
    [0, 59, 'postVlanId', 'uint'],
    [0, 254, 'postDot1qVlanId', 'uint'],
    [0, 245, 'dot1qCustomerVlanId', 'uint'],
    [0, 255, 'postDot1qCustomerVlanId', 'uint'],
    [F5, 92, 'vlan_id', 'uint'],
  ],
  vni: [
    [VMWARE, 892, 'tunnelKey', 'uint'],
    [0, 351, 'layer2SegmentId', 'segment'],
  ],
  tos: [[0, 5, 'ipClassOfService', 'uint']],
  end_reason: [[0, 136, 'flowEndReason', 'uint']],

  workload: [
    [VMWARE, 951, 'vmUuid', 'uuid'],
    [0, 349, 'virtualStationUUID', 'uuid'],
    [0, 350, 'virtualStationName', 'text'],
  ],
  src_workload: [[NTOP, 558, 'SRC_PROC_CONTAINER_ID', 'text']],
  dst_workload: [[NTOP, 559, 'DST_PROC_CONTAINER_ID', 'text']],
  vif: [
    [VMWARE, 961, 'vifId', 'text'],
    [VMWARE, 960, 'vifUuid', 'uuid'],
    [VMWARE, 898, 'virtualObsID', 'text'],
    [0, 347, 'virtualStationInterfaceId', 'uuid'],
    [0, 348, 'virtualStationInterfaceName', 'text'],
  ],
  l7: [
    [0, 96, 'applicationName', 'text'],
    [NTOP, 119, 'L7_PROTO_NAME', 'text'],
    [IXIA, 111, 'l7ApplicationName', 'text'],
    [0, 56701, 'PAN-OS App-ID', 'text'],
    [PROCERA, 1, 'service', 'text'],
    [PROCERA, 2, 'baseService', 'text'],
    [SONICWALL, 41, 'applicationName', 'text'],
    [ASTARO, 2, 'afcProtocolName', 'text'],
    [0, 95, 'applicationId', 'selector'],
    [NTOP, 118, 'L7_PROTO', 'ndpi'],
    [CERT, 300, 'nDPIL7Protocol', 'ndpi'],
    [CERT, 33, 'silkAppLabel', 'silk'],
  ],
  fqdn: [
    [0, 460, 'httpRequestHost', 'text'],
    [NTOP, 188, 'TLS_SERVER_NAME', 'text'],
    [NTOP, 187, 'HTTP_HOST', 'text'],
    [NTOP, 205, 'DNS_QUERY', 'text'],
    [CERT, 294, 'sslServerName', 'text'],
    [CERT, 117, 'httpHost', 'text'],
    [CERT, 179, 'dnsQName', 'text'],
    [GIGAMON, 112, 'sslServerNameIndication', 'text'],
    [GIGAMON, 204, 'dnsQueryName', 'text'],
    [FLOWMON, 338, 'tlsSni', 'text'],
    [FLOWMON, 1, 'httpHost', 'text'],
    [FLOWMON, 121, 'dnsQname', 'text'],
    [CESNET, 808, 'tlsSni', 'text'],
    [CESNET, 890, 'quicSni', 'text'],
    [CESNET, 2, 'dnsName', 'text'],
    [IXIA, 183, 'httpHostName', 'text'],
    [IXIA, 189, 'dnsQuery', 'text'],
    [NETSCALER, 142, 'httpReqHost', 'text'],
    [PROCERA, 18, 'serverHostname', 'text'],
    [F5, 74, 'http_hostname', 'text'],
    [F5, 7, 'dns_query_name', 'text'],
    [F5, 99, 'destination_fqdn', 'text'],
    [CISCO, 12235, 'subApplicationValue', 'extracted'],
    [CISCO, 12345, 'nvzFlowDestinationHostname', 'text'],
    [0, 8256, 'Streamcore hostname', 'text'],
    [0, 291, 'basicList', 'list'],
  ],
  tls_version: [
    [NTOP, 495, 'TLS_VERSION', 'tls'],
    [GIGAMON, 113, 'sslServerVersion', 'tls'],
    [FLOWMON, 333, 'tlsServerVersion', 'tls'],
    [CERT, 288, 'sslRecordVersion', 'tls'],
  ],
  user: [
    [0, 371, 'userName', 'text'],
    [CISCO, 7232, 'NF_F_USERNAME', 'text'],
    [0, 56702, 'PAN-OS User-ID', 'text'],
    [NTOP, 121, 'FLOW_USER_NAME', 'text'],
    [NTOP, 372, 'SRC_PROC_USER_NAME', 'text'],
    [CISCO, 12338, 'nvzFlowProcessAccount', 'text'],
    [CISCO, 12333, 'nvzFlowLoggedInUser', 'text'],
    [NETSCALER, 205, 'aaaUsername', 'text'],
    [NETSCALER, 250, 'icaUsername', 'text'],
    [SONICWALL, 35, 'userName', 'text'],
    [F5, 93, 'source_user', 'text'],
    [PROCERA, 28, 'subscriberIdentifier', 'text'],
    [CACE, 10, 'localProcessUserName', 'text'],
    [ALCATEL, 93, 'natSubString', 'text'],
  ],
  process: [
    [NTOP, 169, 'SRC_PROC_NAME', 'text'],
    [NTOP, 376, 'DST_PROC_NAME', 'text'],
    [CISCO, 12340, 'nvzFlowProcessName', 'text'],
    [CACE, 11, 'localProcessCommand', 'text'],
    [ZIFTEN, 263, 'fileName', 'text'],
  ],
  alert: [
    [IXIA, 192, 'threatType', 'text'],
    [F5, 42, 'ip_intelligence_threat_name', 'text'],
  ],
};
