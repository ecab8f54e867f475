import type { FlowColumnName } from '../../model/flow';
import type { ReadingName } from '../lines/reading';

type Names = readonly string[];

/**
 * What nfdump calls what fills a column: in JSON, in the CSV of 1.7 and in that of 1.6. The first that a line has counts.
 * Times are in the time zone of whoever ran nfdump, which nothing tells: they are taken for UTC.
 */
export const NFDUMP_FIELDS: Readonly<Partial<Record<FlowColumnName, readonly [ReadingName, Names]>>> = {
  start: ['date', ['first', 't_first', 'firstSeen', 'ts']],
  end: ['date', ['last', 't_last', 'lastSeen', 'te']],
  src: ['address', ['src4_addr', 'src6_addr', 'srcAddr', 'sa']],
  dst: ['address', ['dst4_addr', 'dst6_addr', 'dstAddr', 'da']],
  src_port: ['port', ['src_port', 'srcPort', 'sp']],
  dst_port: ['port', ['dst_port', 'dstPort', 'dp']],
  protocol: ['protocol', ['proto', 'pr']],
  packets: ['count', ['in_packets', 'inPackets', 'packets', 'ipkt']],
  bytes: ['count', ['in_bytes', 'inBytes', 'bytes', 'ibyt']],
  reverse_packets: ['count', ['out_packets', 'outPackets', 'opkt']],
  reverse_bytes: ['count', ['out_bytes', 'outBytes', 'obyt']],
  tcp_flags: ['tcpFlags', ['tcp_flags', 'flags', 'flg']],
  input_interface: ['uint32', ['input_snmp', 'input', 'in']],
  output_interface: ['uint32', ['output_snmp', 'output', 'out']],
  vlan: ['uint16', ['src_vlan', 'srcVlan', 'svln']],
  tos: ['uint8', ['src_tos', 'srcTos', 'tos', 'stos']],
  exporter: ['address', ['ip4_router', 'ip6_router', 'routerIP', 'ra']],
  domain: ['uint32', ['observationDomainID', 'obsDomainID']],
  post_src: ['address', ['src4_xlt_ip', 'src6_xlt_ip', 'srcXIP']],
  post_dst: ['address', ['dst4_xlt_ip', 'dst6_xlt_ip', 'dstXIP']],
  post_src_port: ['port', ['src_xlt_port', 'srcXPort']],
  post_dst_port: ['port', ['dst_xlt_port', 'dstXPort']],
  firewall_event: ['uint8', ['event_id']],
  rule_id: ['text', ['ingress_acl', 'ingressACL']],
  user: ['text', ['user_name', 'nselUser']],
  fqdn: ['text', ['sni', 'sniName']],
};

/** Of ICMP: JSON says them by name, CSV as `type.code` in place of the port of the receiver. */
export const ICMP_FIELDS = ['icmp_type', 'icmp_code'] as const;
