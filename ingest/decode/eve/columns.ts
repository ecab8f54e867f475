import { PROTOCOL } from '../../kernel/port';
import { INITIATOR, VERDICT, type FlowColumnName } from '../../model/flow';
import { allOf, anyOf, hostName, icmpPort, PAYLOAD_FLAGS, TCP_FLAG } from '../lines/values';

/**
 * Packets as `flow` counts them, what other events tell of the same flows, and packets as `netflow` counts them again.
 * They are three domains so that none is added up with another.
 */
const DOMAIN = { flow: 0, events: 1, netflow: 2 } as const;

const IS_TCP = `protocol_number = ${PROTOCOL.tcp}`;
const IS_ICMP = `protocol_number IN (${PROTOCOL.icmp}, ${PROTOCOL.icmp6})`;
/** Events about a packet: what application it belongs to and who opened the flow they say aside, or not at all. */
const ABOUT_PACKET = `event IN ['alert', 'drop']`;

/**
 * What an expression over `p`, the details of an event, comes to; the type's default in a flow, which has none. They are
 * in an array as what is in a lambda costs nothing for lines without them: conditions on every column took half as long
 * again as all else.
 */
export function inDetails(expression: string): string {
  return `arrayMap(p -> ${expression}, details)[1]`;
}

/** The name asked for: of one DNS query there are four places, by version. */
const ASKED = `multiIf(
  event = 'dns', arrayFirst(name -> name != '', [p.dns.rrname, p.dns.query[1].rrname, p.dns.queries[1].rrname, p.dns.answers[1].rrname]),
  p.tls.sni != '', p.tls.sni,
  p.quic.sni != '', p.quic.sni,
  p.http.hostname)`;

/** That name as the column holds it. */
export const HOST = `arrayMap(name -> ${hostName('name')}, arrayMap(p -> ${ASKED}, details))[1]`;

export const USER = inDetails(`multiIf(
  event = 'krb5', if(p.krb5.cname != '' AND p.krb5.realm != '', concat(p.krb5.cname, '@', p.krb5.realm), p.krb5.cname),
  event = 'smb', if(p.smb.ntlmssp.domain != '' AND p.smb.ntlmssp.user != '', concat(p.smb.ntlmssp.domain, '\\\\', p.smb.ntlmssp.user), p.smb.ntlmssp.user),
  event = 'rdp', p.rdp.cookie,
  event = 'ftp' AND upper(p.ftp.command) = 'USER', p.ftp.command_data,
  '')`);

/** Expressions over what the stages bind. */
export const COLUMNS: Partial<Record<FlowColumnName, string>> = {
  domain: `multiIf(is_flow, ${DOMAIN.flow}, is_netflow, ${DOMAIN.netflow}, ${DOMAIN.events})`,
  reporter: `if(e.host != '' AND e.in_iface != '', concat(e.host, '/', e.in_iface), concat(e.host, e.in_iface))`,
  format: `'eve'`,
  start: `assumeNotNull(at)`,
  end: `greatest(assumeNotNull(at), assumeNotNull(ended))`,
  src: `assumeNotNull(if(is_reply, dest_ip, src_ip))`,
  dst: `assumeNotNull(if(is_reply, src_ip, dest_ip))`,
  src_port: `if(${IS_ICMP}, 0, ifNull(if(is_reply, dport, sport), 0))`,
  dst_port: `if(${IS_ICMP}, ${icmpPort('ifNull(icmp_type, 0)', 'ifNull(icmp_code, 0)')}, ifNull(if(is_reply, sport, dport), 0))`,
  protocol: 'protocol_number',
  packets: `ifNull(multiIf(is_flow, pkts_ts, is_netflow, pkts, 0), 0)`,
  bytes: `ifNull(multiIf(is_flow, bytes_ts, is_netflow, octets, 0), 0)`,
  reverse_packets: `if(is_flow, ifNull(pkts_tc, 0), ${replied()})`,
  reverse_bytes: `if(is_flow, ifNull(bytes_tc, 0), 0)`,
  tcp_flags: `multiIf(
    is_flow OR is_netflow, flags,
    ${allOf(IS_TCP, `NOT ${ABOUT_PACKET}`)}, ${PAYLOAD_FLAGS},
    0)`,
  reverse_tcp_flags: 'reverse_flags',
  initiator: `if(${anyOf('is_netflow', isMidstream(), allOf(ABOUT_PACKET, `e.flow.src_ip = ''`, `e.direction = ''`))}, ${INITIATOR.unknown}, ${INITIATOR.src})`,
  sampling_rate: '1',
  verdict: inDetails(
    `if(event = 'drop' OR event = 'alert' AND p.alert.action = 'blocked', ${VERDICT.denied}, ${VERDICT.unsaid})`,
  ),
  rule_id: inDetails(`if(${ABOUT_PACKET} AND p.alert.action = 'blocked', p.alert.signature_id, '')`),
  vlan: `e.vlan[1]`,
  // How the sensor forgot the flow says less than that it had ended before.
  end_reason: `multiIf(NOT is_flow, 0, e.flow.state = 'closed', 3, transform(e.flow.reason, ['timeout', 'forced', 'shutdown', 'tcp_reuse'], [1, 4, 4, 3], 0))`,
  l7: `multiIf(NOT (is_flow OR is_netflow OR ${ABOUT_PACKET}), toString(event), app_proto IN ['failed', 'unknown'], '', toString(app_proto))`,
  fqdn: 'host',
  tls_version: inDetails(tlsVersion('p.tls.version')),
  user: 'named_user',
  alert: inDetails(`if(event = 'alert', p.alert.signature, '')`),
};

/** 1 where an event over UDP tells of a reply: what makes a request without counted packets an answered one. */
function replied(): string {
  return inDetails(`multiIf(
    protocol_number != ${PROTOCOL.udp}, 0,
    event = 'dns', p.dns.type IN ['answer', 'response'] OR p.dns.rcode != '',
    event = 'dhcp', p.dhcp.type = 'reply' OR p.dhcp.dhcp_type IN ['offer', 'ack', 'nak'],
    event = 'snmp', p.snmp.pdu_type = 'response',
    event = 'sip', p.sip.code != '',
    0)`);
}

/**
 * The source of a flow is the sender of its first packet. Of TCP that was taken up in the middle it may have been either
 * side; there is a SYN, or a SYN-ACK to one, where it was not.
 */
function isMidstream(): string {
  return allOf('is_flow', `e.tcp.tcp_flags_ts != ''`, `bitAnd(bitOr(flags, reverse_flags), ${TCP_FLAG.syn}) = 0`);
}

/** `TLS 1.2` as `TLSv1.2`, and `TLSv1`, which is 1.0, in full; drafts and SSLv3 stay. */
function tlsVersion(version: string): string {
  return `multiIf(${version} = 'UNDETERMINED', '', ${version} = 'TLSv1', 'TLSv1.0', replaceOne(${version}, 'TLS ', 'TLSv'))`;
}
