import { PROTOCOL } from '../../kernel/port';
import type { ZeekField } from './line';

/** What a log tells by its name: Zeek writes the transport protocol into few logs other than conn. */
interface ZeekLog {
  /** The analyzer as `service` of conn calls it; '' where the log is not one of an application protocol. */
  readonly l7: string;
  /** IANA number; undefined where only the field `proto` says. */
  readonly protocol?: number;
}

const { tcp, udp } = PROTOCOL;

/** Logs whose every line has endpoints. Others are flows too when they have endpoints and a protocol. */
export const LOGS: Readonly<Record<string, ZeekLog>> = {
  dce_rpc: { l7: 'dce_rpc', protocol: tcp },
  dhcp: { l7: 'dhcp', protocol: udp },
  dnp3: { l7: 'dnp3_tcp', protocol: tcp },
  dns: { l7: 'dns', protocol: udp },
  ftp: { l7: 'ftp', protocol: tcp },
  http: { l7: 'http', protocol: tcp },
  imap: { l7: 'imap', protocol: tcp },
  irc: { l7: 'irc', protocol: tcp },
  // Clients of Windows have used TCP for it since 2006, and one that begins over UDP needs TCP for larger tickets.
  kerberos: { l7: 'krb_tcp', protocol: tcp },
  ldap: { l7: 'ldap_tcp', protocol: tcp },
  ldap_search: { l7: 'ldap_tcp', protocol: tcp },
  modbus: { l7: 'modbus', protocol: tcp },
  mqtt_connect: { l7: 'mqtt', protocol: tcp },
  mqtt_publish: { l7: 'mqtt', protocol: tcp },
  mqtt_subscribe: { l7: 'mqtt', protocol: tcp },
  mysql: { l7: 'mysql', protocol: tcp },
  ntlm: { l7: 'ntlm', protocol: tcp },
  ntp: { l7: 'ntp', protocol: udp },
  postgresql: { l7: 'postgresql', protocol: tcp },
  quic: { l7: 'quic', protocol: udp },
  radius: { l7: 'radius', protocol: udp },
  rdp: { l7: 'rdp', protocol: tcp },
  redis: { l7: 'redis', protocol: tcp },
  rfb: { l7: 'rfb', protocol: tcp },
  sip: { l7: 'sip', protocol: udp },
  smb_cmd: { l7: 'smb', protocol: tcp },
  smb_files: { l7: 'smb', protocol: tcp },
  smb_mapping: { l7: 'smb', protocol: tcp },
  smtp: { l7: 'smtp', protocol: tcp },
  snmp: { l7: 'snmp', protocol: udp },
  socks: { l7: 'socks', protocol: tcp },
  ssh: { l7: 'ssh', protocol: tcp },
  ssl: { l7: 'ssl', protocol: tcp },
  syslog: { l7: 'syslog', protocol: udp },
  websocket: { l7: 'websocket', protocol: tcp },
};

/** Logs that say something about a connection, but name no application protocol. */
export const REMARKS = ['analyzer', 'dpd', 'files', 'intel', 'notice', 'signatures', 'traceroute', 'tunnel', 'weird'];

/**
 * A field that only this log has, or fields that together tell it: for lines that do not name their log. The first
 * that fits counts.
 */
export const TELLING_FIELDS: readonly (readonly [log: string, ...fields: ZeekField[]])[] = [
  ['known_services', 'port_num', 'port_proto'],
  ['software', 'software_type'],
  ['notice', 'note'],
  ['capture_loss', 'gaps'],
  ['stats', 'pkts_dropped'],
  ['dhcp', 'server_addr'],
  ['dns', 'query'],
  ['dns', 'rcode'],
  ['ntlm', 'domainname', 'success'],
  ['kerberos', 'client', 'service'],
  ['rdp', 'cookie'],
  ['rdp', 'security_protocol'],
  ['dce_rpc', 'endpoint'],
  ['smb_mapping', 'share_type'],
  ['smtp', 'helo'],
  ['http', 'method', 'uri'],
  ['ssl', 'server_name', 'established'],
  ['ssl', 'version', 'established'],
];
