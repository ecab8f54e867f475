import type { EngineFormat } from '../format';
import { jsonObjects } from '../lines/json-head';
import { EVE_PLAN } from './plan';

/** Suricata's EVE log: `flow` and `netflow` as counted flows, other events as flows without packets. */
export const eve: EngineFormat = {
  kind: 'engine',
  name: 'eve',
  title: 'Suricata EVE JSON: flow, netflow, alert, drop and events of application protocols',
  fills: {
    domain: '0 flow, 1 other events, 2 netflow',
    reporter: 'host, in_iface',
    start: 'flow.start, netflow.start, else timestamp',
    end: 'flow.end, netflow.end, else timestamp',
    src: 'src_ip; dest_ip of what a server sent',
    dst: 'dest_ip; src_ip of what a server sent',
    src_port: 'src_port, as src',
    dst_port: 'dest_port, as dst; icmp_type and icmp_code',
    protocol: 'proto',
    packets: 'flow.pkts_toserver, netflow.pkts',
    bytes: 'flow.bytes_toserver, netflow.bytes',
    reverse_packets: 'flow.pkts_toclient; other events over UDP: 1 where they tell of a reply',
    reverse_bytes: 'flow.bytes_toclient',
    tcp_flags: 'tcp.tcp_flags_ts; netflow: tcp.tcp_flags; other events: ACK and PSH',
    reverse_tcp_flags: 'tcp.tcp_flags_tc',
    initiator: 'flow: the source, unless TCP flags show no handshake; alert, drop: flow.src_ip, direction',
    sampling_rate: 'always 1',
    verdict: 'drop; alert.action',
    rule_id: 'alert.signature_id, where it blocked',
    vlan: 'vlan, the outer one',
    end_reason: 'flow.state, flow.reason',
    l7: 'app_proto, else event_type',
    fqdn: 'tls.sni, quic.sni, http.hostname, dns: rrname',
    tls_version: 'tls.version',
    user: 'krb5: cname, realm; smb: ntlmssp; rdp: cookie; ftp: USER',
    alert: 'alert.signature',
  },
  recognise: (head) => jsonObjects(head).some((line) => 'event_type' in line && 'timestamp' in line),
  plan: () => EVE_PLAN,
};
