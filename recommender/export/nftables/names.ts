import { PROTOCOL } from '../../../ingest/kernel/port';

/** As nft reads them, from /etc/protocols. */
export const PROTOCOL_NAMES: ReadonlyMap<string, number> = new Map([
  ['icmp', PROTOCOL.icmp],
  ['igmp', 2],
  ['tcp', PROTOCOL.tcp],
  ['udp', PROTOCOL.udp],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
  ['icmpv6', PROTOCOL.icmp6],
  ['ipv6-icmp', PROTOCOL.icmp6],
  ['ospf', 89],
  ['vrrp', 112],
  ['sctp', PROTOCOL.sctp],
]);

/** From /etc/services, as far as people write them in rules. */
export const PORT_NAMES: ReadonlyMap<string, number> = new Map([
  ['ftp', 21],
  ['ssh', 22],
  ['telnet', 23],
  ['smtp', 25],
  ['domain', 53],
  ['bootps', 67],
  ['bootpc', 68],
  ['tftp', 69],
  ['http', 80],
  ['kerberos', 88],
  ['pop3', 110],
  ['sunrpc', 111],
  ['ntp', 123],
  ['imap2', 143],
  ['imap', 143],
  ['snmp', 161],
  ['snmp-trap', 162],
  ['bgp', 179],
  ['ldap', 389],
  ['https', 443],
  ['microsoft-ds', 445],
  ['submission', 587],
  ['ldaps', 636],
  ['imaps', 993],
  ['pop3s', 995],
  ['ms-sql-s', 1433],
  ['nfs', 2049],
  ['mysql', 3306],
  ['ms-wbt-server', 3389],
  ['postgresql', 5432],
]);

/** nft(8), "ICMP header expression". */
export const ICMP_TYPES: ReadonlyMap<string, number> = new Map([
  ['echo-reply', 0],
  ['destination-unreachable', 3],
  ['source-quench', 4],
  ['redirect', 5],
  ['echo-request', 8],
  ['router-advertisement', 9],
  ['router-solicitation', 10],
  ['time-exceeded', 11],
  ['parameter-problem', 12],
  ['timestamp-request', 13],
  ['timestamp-reply', 14],
]);

/** nft(8), "ICMPv6 header expression". */
export const ICMP6_TYPES: ReadonlyMap<string, number> = new Map([
  ['destination-unreachable', 1],
  ['packet-too-big', 2],
  ['time-exceeded', 3],
  ['parameter-problem', 4],
  ['echo-request', 128],
  ['echo-reply', 129],
  ['mld-listener-query', 130],
  ['mld-listener-report', 131],
  ['mld-listener-done', 132],
  ['mld-listener-reduction', 132],
  ['nd-router-solicit', 133],
  ['nd-router-advert', 134],
  ['nd-neighbor-solicit', 135],
  ['nd-neighbor-advert', 136],
  ['nd-redirect', 137],
  ['mld2-listener-report', 143],
]);
