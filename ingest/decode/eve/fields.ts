/** SQL type of the part of an EVE record that flows are made of, for `JSONExtract`: every key that is read, as text. */
export const FLOW_FIELDS = tuple({
  timestamp: 'String',
  event_type: 'String',
  src_ip: 'String',
  src_port: 'String',
  dest_ip: 'String',
  dest_port: 'String',
  proto: 'String',
  app_proto: 'String',
  in_iface: 'String',
  host: 'String',
  direction: 'String',
  vlan: 'Array(UInt16)',
  icmp_type: 'String',
  icmp_code: 'String',
  flow: texts(
    'pkts_toserver',
    'pkts_toclient',
    'bytes_toserver',
    'bytes_toclient',
    'start',
    'end',
    'state',
    'reason',
    'src_ip',
    'src_port',
  ),
  netflow: texts('pkts', 'bytes', 'start', 'end'),
  tcp: texts('tcp_flags', 'tcp_flags_ts', 'tcp_flags_tc'),
});

/** The same for what events of application protocols, alerts and statistics add. */
export const EVENT_FIELDS = tuple({
  alert: texts('signature', 'action', 'signature_id'),
  tls: texts('sni', 'version'),
  quic: texts('sni'),
  http: texts('hostname', 'url', 'http_method', 'status'),
  dns: tuple({
    version: 'String',
    type: 'String',
    rcode: 'String',
    rrname: 'String',
    rrtype: 'String',
    rdata: 'String',
    query: `Array(${texts('rrname')})`,
    queries: `Array(${texts('rrname')})`,
    answers: `Array(${texts('rrname', 'rrtype', 'rdata')})`,
    grouped: tuple({ A: 'Array(String)', AAAA: 'Array(String)' }),
  }),
  krb5: texts('cname', 'realm', 'msg_type'),
  smb: tuple({ ntlmssp: texts('domain', 'user') }),
  rdp: texts('cookie'),
  ftp: texts('command', 'command_data'),
  dhcp: texts('type', 'dhcp_type', 'assigned_ip', 'hostname'),
  snmp: texts('pdu_type'),
  sip: texts('code'),
  stats: tuple({ capture: texts('kernel_drops_delta') }),
});

/** Events that only repeat, or say nothing of who talks to whom: files within transactions, the sensor itself. */
export const SILENT_EVENTS = ['anomaly', 'engine', 'fileinfo', 'frame', 'packet', 'stats'];

function texts(...names: string[]): string {
  return tuple(Object.fromEntries(names.map((name) => [name, 'String'])));
}

function tuple(types: Readonly<Record<string, string>>): string {
  return `Tuple(${Object.entries(types)
    .map(([name, type]) => `\`${name}\` ${type}`)
    .join(', ')})`;
}
