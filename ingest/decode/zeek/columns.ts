import { PROTOCOL } from '../../kernel/port';
import type { FlowColumnName } from '../../model/flow';
import { icmpPort, PAYLOAD_FLAGS, textList } from '../lines/values';
import { flagsSent, initiatorOf } from './history';
import { field, type ZeekField, type ZeekLine } from './line';
import { LOGS, REMARKS } from './logs';

/**
 * Packets as counted, in conn, and what analyzers tell of the same connections, in all other logs. They are two domains
 * so that what the second adds is not added up with the first.
 */
const DOMAIN = { packets: 0, analyzers: 1 } as const;

/**
 * ICMP messages that Zeek pairs: what it has for the responder's port is then the type of the reply, not a code. All of
 * them have code 0.
 */
const PAIRED = {
  icmp: [0, 8, 9, 10, 13, 14, 15, 16, 17, 18],
  icmp6: [128, 129, 130, 131, 133, 134, 135, 136, 139, 140, 144, 145, 146, 147],
} as const;

/** Expressions over what `planFor` binds. */
export function columnsOf(line: ZeekLine): Partial<Record<FlowColumnName, string>> {
  const inConn = `(log = 'conn')`;
  const isTcp = `protocol_number = ${PROTOCOL.tcp}`;
  const isIcmp = `protocol_number IN (${PROTOCOL.icmp}, ${PROTOCOL.icmp6})`;
  const number = (alias: string): string => `ifNull(${alias}, 0)`;
  const type = number('orig_p');
  const paired = `(protocol_number = ${PROTOCOL.icmp} AND ${type} IN (${PAIRED.icmp.join(', ')}) OR protocol_number = ${PROTOCOL.icmp6} AND ${type} IN (${PAIRED.icmp6.join(', ')}))`;
  const port = (alias: string, otherwise: number): string => `ifNull(${alias}, if(log = 'dhcp', ${otherwise}, 0))`;
  const spoken = `(log NOT IN ${textList(['conn', ...REMARKS])})`;
  return {
    domain: `if(${inConn}, ${DOMAIN.packets}, ${DOMAIN.analyzers})`,
    reporter: line.reporter,
    format: `'zeek'`,
    start: `assumeNotNull(at)`,
    end: `addMicroseconds(assumeNotNull(at), toInt64(if(${inConn}, greatest(ifNull(lasted, 0), 0), 0) * 1000000))`,
    src: `assumeNotNull(orig_h)`,
    dst: `assumeNotNull(resp_h)`,
    src_port: `if(${isIcmp}, 0, ${port('orig_p', 68)})`,
    dst_port: `if(${isIcmp}, ${icmpPort(type, `if(${paired}, 0, ${number('resp_p')})`)}, ${port('resp_p', 67)})`,
    protocol: 'protocol_number',
    packets: number('orig_pkts'),
    // With headers, as all other sources count; without, where Zeek was told not to count packets.
    bytes: `coalesce(orig_ip_bytes, orig_bytes, 0)`,
    reverse_packets: `if(${inConn}, ${number('resp_pkts')}, ${repliesOf()})`,
    reverse_bytes: `coalesce(resp_ip_bytes, resp_bytes, 0)`,
    // Only conn has a history.
    tcp_flags: `(${isTcp}) * bitOr(${flagsSent('history', 'orig')}, ${spoken} * ${PAYLOAD_FLAGS})`,
    reverse_tcp_flags: `(${isTcp}) * ${flagsSent('history', 'resp')}`,
    initiator: initiatorOf('history', field('conn_state'), isTcp),
    sampling_rate: '1',
    vlan: number('vlan'),
    l7: serviceOf(),
    fqdn: `if(log = 'dhcp', '', host)`,
    tls_version: `if(log = 'ssl', ${tlsVersion(field('version'))}, '')`,
    user: 'named_user',
    alert: `if(log = 'notice', ${field('note')}, '')`,
  };
}

function serviceOf(): string {
  const named = Object.entries(LOGS).filter(([log, { l7 }]) => log !== l7);
  const unnamed = REMARKS.map((log) => [log, { l7: '' }] as const);
  const all = [...named, ...unnamed];
  const word = `transform(log, ${textList(all.map(([log]) => log))}, ${textList(all.map(([, { l7 }]) => l7))}, toString(log))`;
  return `if(log = 'conn', ${field('service')}, ${word})`;
}

/** The host a line names. */
export function hostOf(): string {
  return `multiIf(
    log = 'conn', '',
    log IN ('ssl', 'quic'), ${field('server_name')},
    log = 'http', ${field('host')},
    log = 'dns', ${field('query')},
    log = 'dhcp', if(${field('client_fqdn')} != '', ${field('client_fqdn')}, ${field('host_name')}),
    '')`;
}

/** The user a line names: of NTLM with the domain, of Kerberos with the realm. */
export function userOf(): string {
  const [user, name, domain] = [field('user'), field('username'), field('domainname')];
  return `multiIf(
    log = 'conn', '',
    log = 'ntlm', if(${domain} != '' AND ${name} != '', concat(${domain}, '\\\\', ${name}), ${name}),
    log = 'kerberos', ${field('client')},
    log = 'rdp', ${field('cookie')},
    log IN ('http', 'radius', 'socks'), if(${name} != '', ${name}, ${user}),
    log IN ('ftp', 'postgresql'), if(${user} = '<unknown>', '', ${user}),
    log = 'ldap' AND startsWith(${field('opcode')}, 'bind'), ${field('object')},
    '')`;
}

/** 1 where a log over UDP tells of a reply: what makes a request without counted packets an answered one. */
function repliesOf(): string {
  const says = (log: string, name: ZeekField): string => `log = '${log}', ${field(name)} != ''`;
  return `toUInt8(multiIf(
    protocol_number != ${PROTOCOL.udp}, 0,
    ${says('dns', 'rcode')}, ${says('dhcp', 'server_addr')}, ${says('radius', 'result')}, ${says('sip', 'status_code')},
    log = 'snmp', ${field('get_responses')} NOT IN ('', '0'),
    log = 'ntp', ${field('mode')} = '4',
    log = 'ssl', ${field('established')} IN ('T', 'true'),
    0))`;
}

/** `TLSv12` as `TLSv1.2`; SSLv3 and what is unknown stay. */
function tlsVersion(version: string): string {
  return `replaceRegexpOne(${version}, '^(D?TLS)v([0-9])([0-9])$', '\\\\1v\\\\2.\\\\3')`;
}
