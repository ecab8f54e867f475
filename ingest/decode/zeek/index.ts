import type { EngineFormat } from '../format';
import { jsonObjects } from '../lines/json-head';
import { readHeader, startsWithHeader } from './header';
import { jsonLine } from './json';
import { planFor } from './plan';
import { tsvLine } from './tsv';

/** With `ts`, any of these makes a JSON object a line of Zeek. */
const MARKS = ['_path', '@stream', 'uid', 'id.orig_h', 'id_orig_h', 'port_num', 'software_type', 'fuid', 'conn_uids'];

/** Zeek's logs, TSV or JSON: conn as counted flows, logs of protocols as flows without packets. */
export const zeek: EngineFormat = {
  kind: 'engine',
  name: 'zeek',
  title: 'Zeek logs: conn, protocol logs and known services, TSV or JSON',
  fills: {
    domain: '0 conn, 1 other logs',
    reporter: '_system_name, @system',
    start: 'ts',
    end: 'conn: ts + duration',
    src: 'id.orig_h; dhcp: assigned_addr, else client_addr',
    dst: 'id.resp_h; dhcp: server_addr',
    src_port: 'id.orig_p',
    dst_port: 'id.resp_p; ICMP: id.orig_p (type) and id.resp_p (code)',
    protocol: 'proto, ip_proto, else by log',
    packets: 'orig_pkts',
    bytes: 'orig_ip_bytes, else orig_bytes',
    reverse_packets: 'resp_pkts; other logs over UDP: 1 where they tell of a reply',
    reverse_bytes: 'resp_ip_bytes, else resp_bytes',
    tcp_flags: 'history, upper case; other logs: ACK and PSH',
    reverse_tcp_flags: 'history, lower case',
    initiator: 'originator; conn: unless history shows no more than a guess',
    sampling_rate: 'always 1',
    vlan: 'vlan',
    l7: 'conn: service; else by log',
    fqdn: 'ssl: server_name, http: host, dns: query',
    tls_version: 'ssl: version',
    user: 'ntlm: domainname, username; kerberos: client; rdp: cookie; ldap: object; http, radius, ftp: user name',
    alert: 'notice: note',
  },
  recognise: (head) =>
    startsWithHeader(head) || jsonObjects(head).some((line) => 'ts' in line && MARKS.some((mark) => mark in line)),
  plan: (head) => planFor(startsWithHeader(head) ? tsvLine(readHeader(head)) : jsonLine),
};
