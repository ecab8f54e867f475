import type { FlowColumnName } from '../../model/flow';

const HEADER = 'header<> of sampled_header';

/** Column by column, the structure that fills it (sflow.org/developers/structures.php). */
export const SFLOW_FILLS: Readonly<Partial<Record<FlowColumnName, string>>> = {
  exporter: 'agent_address',
  domain: 'sub_agent_id',
  start: 'when the datagram was received',
  end: 'when the datagram was received',
  src: `${HEADER}, src_ip of sampled_ipv4 and sampled_ipv6`,
  dst: `${HEADER}, dst_ip of sampled_ipv4 and sampled_ipv6`,
  src_port: `${HEADER}, src_port of sampled_ipv4 and sampled_ipv6`,
  dst_port: `${HEADER}, dst_port of sampled_ipv4 and sampled_ipv6`,
  protocol: `${HEADER}, protocol of sampled_ipv4 and sampled_ipv6`,
  packets: '1: each sample is one packet',
  bytes: 'length of the IP packet in its header, else frame_length; length of sampled_ipv4 and sampled_ipv6',
  tcp_flags: `${HEADER}, tcp_flags of sampled_ipv4 and sampled_ipv6`,
  sampling_rate: 'sampling_rate; 1 of discarded_packet',
  verdict: 'output of format 1 and reason of discarded_packet: access list (258) or prohibited (9, 10, 13)',
  rule_id: 'name, else number, of extended_acl',
  post_src: 'src_address of extended_nat',
  post_dst: 'dst_address of extended_nat',
  post_src_port: 'src_port of extended_nat_port',
  post_dst_port: 'dst_port of extended_nat_port',
  input_interface: 'input',
  output_interface: 'output',
  observed: 'source_id that is the input or the output',
  vlan: `${HEADER}, src_vlan or dst_vlan of extended_switch`,
  vni: `VXLAN, Geneve and NVGRE in ${HEADER}, extended_vni_ingress, extended_vni_egress`,
  tos: `${HEADER}, tos of sampled_ipv4, priority of sampled_ipv6`,
  fqdn: 'host of extended_url and http_request',
  user: 'src_user, else dst_user, of extended_user; authuser of http_request',
};
