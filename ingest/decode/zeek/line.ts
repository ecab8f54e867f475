/** The fields that are read, by Zeek's names. */
export type ConnectionField = (typeof CONNECTION_FIELDS)[number];
export type ProtocolField = (typeof PROTOCOL_FIELDS)[number];
export type ZeekField = ConnectionField | ProtocolField;

/** Read of every line. */
export const CONNECTION_FIELDS = [
  'ts',
  'id.orig_h',
  'id.orig_p',
  'id.resp_h',
  'id.resp_p',
  'proto',
  'ip_proto',
  'service',
  'duration',
  'orig_bytes',
  'resp_bytes',
  'conn_state',
  'history',
  'orig_pkts',
  'orig_ip_bytes',
  'resp_pkts',
  'resp_ip_bytes',
  'vlan',
] as const;

/** Read of the logs of protocol analyzers, and of those without flows. */
export const PROTOCOL_FIELDS = [
  'answers',
  'argument',
  'assigned_addr',
  'client',
  'client_addr',
  'client_fqdn',
  'cookie',
  'domainname',
  'endpoint',
  'established',
  'framed_addr',
  'gaps',
  'get_responses',
  'helo',
  'host',
  'host_name',
  'host_p',
  'method',
  'mode',
  'name',
  'next_protocol',
  'note',
  'object',
  'opcode',
  'pkts_dropped',
  'port_num',
  'port_proto',
  'query',
  'rcode',
  'result',
  'security_protocol',
  'server_addr',
  'server_name',
  'share_type',
  'software_type',
  'source',
  'status_code',
  'success',
  'uri',
  'user',
  'username',
  'version',
] as const;

export type Bindings = Readonly<Record<string, string>>;

export const FIELDS: readonly ZeekField[] = [...CONNECTION_FIELDS, ...PROTOCOL_FIELDS];

/** What a field is called once it is taken out of the line: a String, '' where unset. */
export function field(name: ZeekField): string {
  return `f_${name.replace('.', '_')}`;
}

/** How a line is taken apart: TSV and JSON differ in nothing else. Every member is SQL over `line`. */
export interface ZeekLine {
  /** What the other members are over, each list over the names of those before. */
  readonly stages: readonly Bindings[];
  /** Whether the line is a record. What is not is skipped where it is a header or blank, and else broken. */
  readonly whole: string;
  readonly header: string;
  /** Why a line that is neither is broken. */
  readonly broken: string;
  /** Name of the log, '' where neither the line nor its fields tell. */
  readonly path: string;
  readonly reporter: string;
  /** A cheap condition, false of lines without endpoints and transport protocol. */
  readonly plain: string;
  /** A cheap condition, true only of lines of conn. */
  readonly conn: string;
  /** Takes a field out of the line. */
  field(name: ZeekField): string;
  /** Array(String) of a set or vector. */
  list(name: ZeekField): string;
}
