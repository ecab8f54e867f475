import { describeShared } from '../../../fixtures/shared-data';
import type { FlowColumnName } from '../../model/flow';
import type { Row } from '../testing/row-reader';
import { caseNames, decodeCase, readJson, total, type VendorCase, type VendorEvent } from '../testing/vendor-cases';

type Value = number | string | undefined;

interface Rule {
  /** The names that fill the column, in NetFlow v5 and v9 as in IPFIX. */
  readonly from: readonly string[];
  /** What they come to; undefined where the event does not say. */
  readonly value: (event: VendorEvent) => Value;
}

const there = (event: VendorEvent, names: readonly string[]): unknown[] =>
  names.map((name) => event[name]).filter((value) => value !== undefined);
/** The first that is there. */
const first = (...from: readonly string[]): Rule => ({ from, value: (event) => there(event, from)[0] as Value });
/** The first that is not zero, else zero. */
const firstSaid = (...from: readonly string[]): Rule => ({
  from,
  value: (event) => (there(event, from).find((value) => value !== 0) ?? there(event, from)[0]) as Value,
});
/** The first text that is not empty, each written as it is stored. */
const firstText = (writers: Readonly<Record<string, (value: string) => string>>): Rule => ({
  from: Object.keys(writers),
  value: (event) => {
    const written = Object.entries(writers)
      .filter(([name]) => event[name] !== undefined)
      .map(([name, write]) => write(String(event[name])));
    return written.find((text) => text !== '') ?? written[0];
  },
});
const anyFlags = (...from: readonly string[]): Rule => ({
  from,
  value: (event) => {
    const flags = there(event, from).map(Number);
    return flags.length === 0 ? undefined : flags.reduce((all, some) => all | some, 0) & 0xff;
  },
});
const address = (...from: readonly string[]): Rule => ({
  from,
  value: (event) => {
    const said = there(event, from).map(String);
    return said.find((text) => text !== '::' && text !== '0.0.0.0') ?? said[0];
  },
});
const translated = (...from: readonly string[]): Rule => ({
  from,
  value: (event) => (address(...from).value(event) === '0.0.0.0' ? '::' : address(...from).value(event)),
});
/** Milliseconds since 1970, of values given as text or as numbers in a unit of so many. */
const time = (units: Readonly<Record<string, 1 | 1000>>): Rule => ({
  from: Object.keys(units),
  value: (event) => {
    const said = Object.entries(units).find(([name]) => event[name] !== undefined);
    if (!said) return undefined;
    const [name, unit] = said;
    const value = event[name];
    if (typeof value === 'number') return value * unit;
    return Date.parse(String(value).replace('#{nanos}', ''));
  },
});
const untilNul = (text: string): string => text.split('\0')[0] ?? '';
const numbered =
  (prefix: string) =>
  (text: string): string =>
    text === '0' ? '' : `${prefix}${text}`;
const isIcmp = (event: VendorEvent): boolean =>
  [1, 58].includes(Number(event.protocol ?? event.protocolIdentifier ?? 0));
const NO_ACL = '00000000-00000000-00000000';
const acl = (id: string): string => (id === NO_ACL ? '' : id);

/** What the events' fields come to in a row. */
const STORED: Readonly<Partial<Record<FlowColumnName, Rule>>> = {
  src: address('ipv4_src_addr', 'sourceIPv4Address', 'sourceIPv6Address'),
  dst: address('ipv4_dst_addr', 'destinationIPv4Address', 'destinationIPv6Address'),
  src_port: firstSaid('l4_src_port', 'sourceTransportPort', 'tcp_src_port'),
  dst_port: {
    from: ['l4_dst_port', 'destinationTransportPort', 'udp_dst_port', 'icmp_type', 'icmp_code', 'icmpTypeCodeIPv4'],
    value: (event) => {
      const port = first('l4_dst_port', 'destinationTransportPort').value(event);
      const icmp = event.icmpTypeCodeIPv4 ?? Number(event.icmp_type) * 256 + Number(event.icmp_code);
      return isIcmp(event) && Number(icmp) > 0 ? Number(icmp) : port;
    },
  },
  protocol: first('protocol', 'protocolIdentifier'),
  packets: first('in_pkts', 'packetDeltaCount', 'packetTotalCount', 'out_pkts'),
  bytes: first(
    'fwd_flow_delta_bytes',
    'in_bytes',
    'octetDeltaCount',
    'octetTotalCount',
    'in_permanent_bytes',
    'out_bytes',
  ),
  reverse_packets: first('reversePacketTotalCount', 'ixiaRevPacketDeltaCount'),
  reverse_bytes: {
    from: ['rev_flow_delta_bytes', 'reverseOctetTotalCount', 'ixiaRevOctetDeltaCount'],
    value: (event) =>
      // Huawei has something of its own in half of the pair.
      event.fwd_flow_delta_bytes === undefined
        ? first('reverseOctetTotalCount', 'ixiaRevOctetDeltaCount').value(event)
        : first('rev_flow_delta_bytes').value(event),
  },
  tcp_flags: anyFlags('tcp_flags', 'tcpControlBits', 'initialTCPFlags', 'unionTCPFlags'),
  reverse_tcp_flags: anyFlags('reverseInitialTCPFlags', 'reverseUnionTCPFlags'),
  tos: first('src_tos', 'ipClassOfService'),
  start: time({
    flow_start_msec: 1,
    flowStartMilliseconds: 1,
    flowStartMicroseconds: 1,
    flowStartSeconds: 1000,
  }),
  end: time({
    flowEndMilliseconds: 1,
    flowEndMicroseconds: 1,
    flowEndSeconds: 1000,
    event_time_msec: 1,
  }),
  input_interface: firstSaid('input_snmp', 'ingressInterface', 'ingressPhysicalInterface'),
  output_interface: firstSaid('output_snmp', 'egressInterface', 'egressPhysicalInterface'),
  observed: { from: ['direction', 'flowDirection'], value: observed },
  vlan: firstSaid('src_vlan', 'vlanId', 'dst_vlan'),
  vni: { from: ['layer2SegmentId'], value: (event) => (event.layer2SegmentId === 0 ? 0 : undefined) },
  end_reason: first('flow_end_reason', 'flowEndReason'),
  sampling_rate: {
    from: ['sampling_interval'],
    value: ({ sampling_interval: rate }) => (rate === 0 ? undefined : (rate as Value)),
  },
  firewall_event: first('fw_event', 'firewallEvent'),
  post_src: translated('xlate_src_addr_ipv4', 'postNATSourceIPv4Address'),
  post_dst: translated('xlate_dst_addr_ipv4', 'postNATDestinationIPv4Address'),
  post_src_port: first('xlate_src_port'),
  post_dst_port: first('xlate_dst_port'),
  scope: firstText({
    VRFname: untilNul,
    ingressVRFID: numbered('vrf:'),
    egressVRFID: numbered('vrf:'),
    viptelaVPNId: numbered('vpn:'),
    natInsideSvcid: numbered('svc:'),
  }),
  rule_id: firstText({ FW_Rule: untilNul, ingress_acl_id: acl, egress_acl_id: acl }),
  l7: firstText({
    application_name: untilNul,
    nprobe_proto_name: untilNul,
    ixiaL7AppName: untilNul,
    app_id: untilNul,
    proceraService: untilNul,
    proceraBaseService: untilNul,
    application_id: (id) => (id.endsWith('..0') ? '' : id.replaceAll('..', ':')),
    nprobe_proto: numbered('ndpi:'),
    silkAppLabel: numbered('silk:'),
  }),
  fqdn: firstText({ netscalerHttpReqHost: untilNul, ixiaHttpHostName: untilNul, streamcore_hostname: untilNul }),
  user: firstText({
    username: untilNul,
    user_id: untilNul,
    netscalerAaaUsername: untilNul,
    proceraSubscriberIdentifier: untilNul,
    natSubString: untilNul,
  }),
  alert: firstText({ ixiaThreatType: untilNul }),
};

function observed({ direction, flowDirection }: VendorEvent): Value {
  const said = direction ?? flowDirection;
  return said === undefined ? undefined : [1, 2][Number(said)];
}

/** What is in the events and in no column, and why. */
const NOT_STORED: Readonly<Record<string, readonly string[]>> = {
  'of the datagram, not of the flow': [
    'version',
    'flow_seq_num',
    'flowset_id',
    'engine_id',
    'engine_type',
    'flow_records',
    'exportProtocolVersion',
    'exportTransportProtocol',
  ],
  'of the exporter and its counters': [
    'assembledFragmentCount',
    'droppedPacketTotalCount',
    'expiredFragmentCount',
    'exportedFlowRecordTotalCount',
    'exportedMessageTotalCount',
    'exporterIPv4Address',
    'exporterIPv6Address',
    'exportingProcessId',
    'flowActiveTimeout',
    'flowIdleTimeout',
    'flowTableFlushEventCount',
    'flowTablePeakCount',
    'flow_active_timeout',
    'flow_inactive_timeout',
    'ignoredPacketTotalCount',
    'meanFlowRate',
    'meanPacketRate',
    'meteringProcessId',
    'notSentPacketTotalCount',
    'observationPointId',
    'privateEnterpriseNumber',
    'scope_system',
    'total_bytes_exp',
    'total_flows_exp',
    'total_pkts_exp',
    'systemInitTimeMilliseconds',
  ],
  'options data that go into sampling rates and names': [
    'application_description',
    'if_desc',
    'flow_sampler_id',
    'samplingInterval',
    'samplingPacketInterval',
    'samplingPacketSpace',
    'sampling_algorithm',
    'selectorAlgorithm',
  ],
  'uptimes, of which the codec makes times up to a second late that do not wrap; tshark says better': [
    'first_switched',
    'last_switched',
  ],
  'uptimes of IPFIX, in start and end by the clock of the exporter': [
    'flowStartSysUpTime',
    'flowEndSysUpTime',
    'flowDurationMilliseconds',
    'reverseFlowDeltaMilliseconds',
  ],
  'ids of connections and transactions': [
    'conn_id',
    'flowId',
    'netscalerConnectionChainHopCount',
    'netscalerConnectionChainID',
    'netscalerConnectionId',
    'netscalerTransactionId',
    'AuditCounter',
  ],
  'layer 2': [
    'ethernetType',
    'in_dst_mac',
    'in_src_mac',
    'out_dst_mac',
    'out_src_mac',
    'sourceMacAddress',
    'mpls_label_stack_octets',
    'reverseVlanId',
    'vmwareEgressInterfaceAttr',
    'vmwareIngressInterfaceAttr',
    'vmwareUnknown888',
    'vmwareUnknown889',
    'vmwareUnknown890',
    'vmwareVxlanExportRole',
  ],
  'mobile stations, whose records have no peer': ['staIPv4Address', 'staMacAddress', 'wlanSSID', 'wtpMacAddress'],
  routing: [
    'bgpDestinationAsNumber',
    'bgpSourceAsNumber',
    'bgp_ipv4_next_hop',
    'dst_as',
    'dst_mask',
    'dst_traffic_index',
    'ipNextHopIPv4Address',
    'ipNextHopIPv6Address',
    'ipv4_next_hop',
    'ipv4_src_prefix',
    'natOutsideSvcid',
    'src_as',
    'src_mask',
    'src_traffic_index',
  ],
  'of single packets, or of no use to policy': [
    'flowAttributes',
    'flows',
    'forwarding_status',
    'fw_ext_event',
    'ipDiffServCodePoint',
    'ipPrecedence',
    'ipVersion',
    'ip_dscp',
    'ip_protocol_version',
    'ipv4_ident',
    'maximumIpTotalLength',
    'maximumTTL',
    'minimumIpTotalLength',
    'postIpDiffServCodePoint',
    'reverseFlowAttributes',
    'reverseIcmpTypeCodeIPv4',
    'reverseIpClassOfService',
    'reverseTcpSequenceNumber',
    'tcpOptions',
    'tcpSequenceNumber',
  ],
  "firewalls' own, Barracuda's Bind and Conn among them: they are translations of the initiator, not of the sender": [
    'BindIPv4Address',
    'BindTransportPort',
    'ConnIPv4Address',
    'ConnTransportPort',
    'LogOp',
    'Reason',
    'ReasonText',
    'ServiceName',
    'Timestamp',
    'TrafficType',
  ],
  'what was said over HTTP, beyond the host': [
    'ixiaBrowserId',
    'ixiaBrowserName',
    'ixiaHttpUri',
    'ixiaHttpUserAgent',
    'netscalerHttpContentType',
    'netscalerHttpDomainName',
    'netscalerHttpReqAuthorization',
    'netscalerHttpReqCookie',
    'netscalerHttpReqMethod',
    'netscalerHttpReqReferer',
    'netscalerHttpReqUrl',
    'netscalerHttpReqUserAgent',
    'netscalerHttpReqVia',
    'netscalerHttpReqXForwardedFor',
    'netscalerHttpResForwFB',
    'netscalerHttpResForwLB',
    'proceraHttpContentType',
    'proceraHttpFileLength',
    'proceraHttpLocation',
    'proceraHttpUrl',
    'streamcore_url',
  ],
  "measurements, places and ids of one vendor's": [
    'ixiaDeviceId',
    'ixiaDeviceName',
    'ixiaDstAsName',
    'ixiaDstLatitude',
    'ixiaDstLongitude',
    'ixiaL7AppId',
    'ixiaLatency',
    'ixiaSrcAsName',
    'ixiaSrcLatitude',
    'ixiaSrcLongitude',
    'ixiaThreatIPv4',
    'netscalerAppNameAppId',
    'netscalerAppUnitNameAppId',
    'netscalerFlowFlags',
    'netscalerRoundTripTime',
    'netscalerUnknown330',
    'proceraContentCategories',
    'proceraFlowBehavior',
    'proceraTemplateName',
    'streamcore_call_direction',
    ...Array.from({ length: 10 }, (_, index) => `streamcore_id_rule_${index + 1}`),
    'reamcore_id_rule_1',
    'streamcore_net_app_resp_time',
    'streamcore_tcp_retrans_rate',
    'streamcore_total_app_resp_time',
    'streamcore_wan_rtt',
  ],
  "Procera's counts, which are by subscriber and peer; the records do not say which of them is the sender": [
    'proceraIncomingOctets',
    'proceraOutgoingOctets',
  ],
};

describeShared('captures of many vendors', ['flow-exports', 'vendors'], (path) => {
  const cases = caseNames(path, 'golden');
  const goldenOf = (name: string): VendorCase => readJson(path, 'golden', name) as VendorCase;

  it('have no field that is neither stored nor left out for a reason', () => {
    const known = new Set([...Object.values(STORED).flatMap(({ from }) => from), ...Object.values(NOT_STORED).flat()]);
    const fields = cases
      .map(goldenOf)
      .flatMap(({ expected_events: events, asserts }) => [
        ...events.flatMap(({ netflow }) => Object.keys(netflow)),
        ...asserts.map(({ path: place }) => fieldOf(place)),
      ]);
    expect([...new Set(fields)].filter((field) => !known.has(field)).sort()).toEqual([]);
  });

  const counted = cases.filter((name) => goldenOf(name).expected_event_count !== null);
  it.each(counted)('%s: every record is a row or skipped with a reason', (name) => {
    const { decoding, rows, golden } = decodeCase(path, name);
    const skipped = decoding.health().flatMap((health) => Object.values(health.skipped));
    expect(total(skipped) + rows.length).toBe(golden.expected_event_count);
  });

  it.each(cases.filter((name) => name.startsWith('Netflow_5_invalid')))('%s: is rejected with a reason', (name) => {
    const { decoding } = decodeCase(path, name);
    expect(decoding.health().flatMap(({ rejects }) => rejects)).not.toEqual([]);
  });

  const withEvents = cases.filter((name) => goldenOf(name).expected_events.some(({ netflow }) => isFlow(netflow)));
  it.each(withEvents)('%s: events are as expected, in every field that is stored', (name) => {
    const { rows, golden } = decodeCase(path, name);
    const seen = rows.map(toMilliseconds);
    for (const { netflow } of golden.expected_events.filter(({ netflow: event }) => isFlow(event))) {
      expect(seen).toContainEqual(expectedRow(netflow));
    }
  });

  const withAsserts = cases.filter((name) => assertedEvents(goldenOf(name)).length > 0);
  it.each(withAsserts)('%s: what is asserted of single fields holds', (name) => {
    const { rows, golden } = decodeCase(path, name);
    const seen = rows.map(toMilliseconds);
    for (const event of assertedEvents(golden)) expect(seen).toContainEqual(expectedRow(event));
  });
});

function isFlow(event: VendorEvent): boolean {
  return STORED.src?.from.some((field) => field in event) ?? false;
}

function fieldOf(path: string): string {
  return /\[(\w+)\]$/.exec(path)?.[1] ?? path;
}

/** What is asserted of one event is one event; where that is also given whole, with all of its fields. */
function assertedEvents({
  asserts,
  expected_events: events,
  event_index_to_expected: places,
}: VendorCase): VendorEvent[] {
  const asserted = new Map<number, Record<string, unknown>>();
  for (const { event, path, equals } of asserts) {
    const whole = places.find(({ decoded }) => decoded === event);
    const base = whole ? events[whole.expected]?.netflow : {};
    const fields = asserted.get(event) ?? { ...base };
    fields[fieldOf(path)] = typeof equals === 'object' && equals !== null ? plain(equals) : equals;
    asserted.set(event, fields);
  }
  return [...asserted.values()].filter((event) => isFlow(event));
}

/** A value that the case gives in Ruby: a quoted text. */
function plain(value: object): unknown {
  return 'ruby' in value ? String(value.ruby).replace(/^["']|["']$/g, '') : value;
}

function toMilliseconds(row: Row): Row {
  const floor = (micros: Row['start']): number => Math.floor(Number(micros) / 1000);
  return { ...row, start: floor(row.start), end: floor(row.end) };
}

function expectedRow(event: VendorEvent): unknown {
  const columns = Object.entries(STORED).map(([column, { value }]) => [column, value(event)] as const);
  return expect.objectContaining(Object.fromEntries(columns.filter(([, value]) => value !== undefined)));
}
