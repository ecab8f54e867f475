/**
 * The one table of flow columns. The DDL, the row writers, the API text and the field reference all derive from it;
 * which wire element fills a column is said by each decoder, beside its own element table.
 *
 * A row is one observation by one exporter: `src` sent `packets` to `dst`, and `reverse_packets` came back where the
 * source counts both directions. Zero, '' and `::` mean "the source did not say".
 */
export interface FlowColumn {
  readonly name: string;
  readonly type: ClickHouseType;
  readonly meaning: string;
  readonly unit?: string;
}

export type ClickHouseType =
  'UInt8' | 'UInt16' | 'UInt32' | 'UInt64' | 'IPv6' | 'DateTime64(6)' | 'String' | 'LowCardinality(String)';

/**
 * Raised whenever a column is added. Columns are never renamed, dropped or given another type, so that rows which an
 * earlier release spooled or put on a bus can always be loaded, and those of a later one are known to be.
 */
export const FLOW_SCHEMA = 2;

export const FLOW_COLUMNS = [
  {
    name: 'received',
    type: 'DateTime64(6)',
    meaning: 'when the collector took it in; raw flows expire by it',
    unit: 'UTC',
  },
  { name: 'exporter', type: 'IPv6', meaning: 'who reported it; IPv4 as ::ffff:a.b.c.d' },
  { name: 'domain', type: 'UInt32', meaning: 'observation domain (IPFIX), source id (v9) or engine type and id (v5)' },
  {
    name: 'reporter',
    type: 'LowCardinality(String)',
    meaning: 'the point within the exporter: a network interface id, a sensor name',
  },
  { name: 'scope', type: 'LowCardinality(String)', meaning: 'address space it belongs to: VRF, VPC or tenant' },
  { name: 'format', type: 'LowCardinality(String)', meaning: 'format it came in, as `wayleave formats` lists them' },
  { name: 'start', type: 'DateTime64(6)', meaning: 'first packet', unit: 'UTC' },
  { name: 'end', type: 'DateTime64(6)', meaning: 'last packet', unit: 'UTC' },
  { name: 'src', type: 'IPv6', meaning: 'sender of `packets`; IPv4 as ::ffff:a.b.c.d' },
  { name: 'dst', type: 'IPv6', meaning: 'receiver of `packets`' },
  { name: 'src_port', type: 'UInt16', meaning: 'transport port of the sender' },
  { name: 'dst_port', type: 'UInt16', meaning: 'transport port of the receiver; for ICMP `type * 256 + code`' },
  { name: 'protocol', type: 'UInt8', meaning: 'IANA protocol number' },
  {
    name: 'packets',
    type: 'UInt64',
    meaning: 'from src to dst, as counted by the source, not scaled by sampling',
    unit: 'packets',
  },
  { name: 'bytes', type: 'UInt64', meaning: 'from src to dst, not scaled by sampling', unit: 'bytes' },
  {
    name: 'reverse_packets',
    type: 'UInt64',
    meaning: 'from dst to src, where the source counts both',
    unit: 'packets',
  },
  { name: 'reverse_bytes', type: 'UInt64', meaning: 'from dst to src, where the source counts both', unit: 'bytes' },
  { name: 'tcp_flags', type: 'UInt8', meaning: 'all TCP flags seen from src to dst, OR-ed' },
  { name: 'reverse_tcp_flags', type: 'UInt8', meaning: 'all TCP flags seen from dst to src, OR-ed' },
  { name: 'initiator', type: 'UInt8', meaning: 'who opened it, where the source says: 0 unknown, 1 src, 2 dst' },
  { name: 'sampling_rate', type: 'UInt32', meaning: 'one packet in how many was looked at; 0 unknown, 1 all' },
  { name: 'verdict', type: 'UInt8', meaning: 'what a firewall on the way did: 0 not said, 1 allowed, 2 denied' },
  { name: 'rule_id', type: 'LowCardinality(String)', meaning: 'the rule that decided the verdict' },
  {
    name: 'firewall_event',
    type: 'UInt8',
    meaning: 'IPFIX firewallEvent: 1 created, 2 deleted, 3 denied, 4 alert, 5 updated',
  },
  {
    name: 'nat_event',
    type: 'UInt8',
    meaning: 'IPFIX natEvent: 1 and 4 translation created, 2 and 5 deleted, 3 addresses exhausted, …',
  },
  { name: 'via_src', type: 'IPv6', meaning: 'sender as the reporting interface saw it, where translated on the way' },
  { name: 'via_dst', type: 'IPv6', meaning: 'receiver as the reporting interface saw it, where translated on the way' },
  { name: 'post_src', type: 'IPv6', meaning: 'sender after network address translation' },
  { name: 'post_dst', type: 'IPv6', meaning: 'receiver after network address translation' },
  { name: 'post_src_port', type: 'UInt16', meaning: 'sender port after translation' },
  { name: 'post_dst_port', type: 'UInt16', meaning: 'receiver port after translation' },
  { name: 'input_interface', type: 'UInt32', meaning: 'SNMP index where it came in' },
  { name: 'output_interface', type: 'UInt32', meaning: 'SNMP index where it went out' },
  { name: 'observed', type: 'UInt8', meaning: 'where it was seen: 0 not said, 1 ingress, 2 egress' },
  { name: 'vlan', type: 'UInt16', meaning: '802.1Q VLAN id' },
  { name: 'vni', type: 'UInt32', meaning: 'virtual network it was carried in: VXLAN, Geneve or NSX segment' },
  { name: 'tos', type: 'UInt8', meaning: 'IPv4 type of service or IPv6 traffic class' },
  {
    name: 'end_reason',
    type: 'UInt8',
    meaning: 'IPFIX flowEndReason: 1 idle, 2 active timeout, 3 end of flow, 4 forced, 5 lack of resources',
  },
  {
    name: 'workload',
    type: 'LowCardinality(String)',
    meaning: 'workload at the reporting point: instance id, VM UUID, pod',
  },
  {
    name: 'src_workload',
    type: 'LowCardinality(String)',
    meaning: 'the sender as the source knows it: `namespace/pod`, instance',
  },
  {
    name: 'dst_workload',
    type: 'LowCardinality(String)',
    meaning: 'the receiver as the source knows it: `namespace/pod`, instance',
  },
  { name: 'vif', type: 'LowCardinality(String)', meaning: 'virtual interface id at the reporting point' },
  {
    name: 'l7',
    type: 'LowCardinality(String)',
    meaning: 'application the source recognised, by its name or `engine:selector`',
  },
  { name: 'fqdn', type: 'String', meaning: 'host name asked for (TLS server name, HTTP host, DNS)' },
  {
    name: 'tls_version',
    type: 'LowCardinality(String)',
    meaning: 'TLS version agreed on, as `TLSv1.2`',
  },
  { name: 'user', type: 'LowCardinality(String)', meaning: 'user the source attributes it to' },
  { name: 'process', type: 'LowCardinality(String)', meaning: 'process the source attributes it to' },
  { name: 'alert', type: 'LowCardinality(String)', meaning: 'what an intrusion detection said of it: the signature' },
] as const satisfies readonly FlowColumn[];

export type FlowColumnName = (typeof FLOW_COLUMNS)[number]['name'];

const BY_NAME: ReadonlyMap<string, FlowColumn> = new Map(FLOW_COLUMNS.map((column) => [column.name, column]));

export function flowColumn(name: FlowColumnName): FlowColumn {
  const column = BY_NAME.get(name);
  if (!column) throw new RangeError(`no flow column ${name}`);
  return column;
}

/** The given columns in table order: two sources that fill the same columns have the same layout. */
export function flowLayout(names: Iterable<FlowColumnName>): readonly FlowColumnName[] {
  const wanted = new Set<string>(names);
  return FLOW_COLUMNS.map((column) => column.name).filter((name) => wanted.has(name));
}

export const INITIATOR = { unknown: 0, src: 1, dst: 2 } as const;
export const VERDICT = { unsaid: 0, allowed: 1, denied: 2 } as const;
export const OBSERVED = { unsaid: 0, ingress: 1, egress: 2 } as const;
