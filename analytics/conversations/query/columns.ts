/**
 * The one table of what is known of a conversation over a window: how its hours are put together, and what filters,
 * answers and the API's document say of it. Names are those of the columns of `current_conversations` where there is one.
 */
export interface ConversationColumn {
  readonly name: string;
  readonly type:
    | 'UInt8'
    | 'UInt16'
    | 'UInt32'
    | 'UInt64'
    | 'Float32'
    | 'DateTime'
    | 'IPv6'
    | 'String'
    | 'Array(IPv6)'
    | 'Array(String)';
  readonly meaning: string;
  readonly unit?: string;
  /** What the hours are put together with; none for what names the conversation. */
  readonly aggregate?: string;
  /** What it is called in filters, where that is not its name. */
  readonly field?: string;
}

/** Distinct values kept of what is listed. */
const LISTED = 64;

const sum = (name: string, meaning: string, unit: string): ConversationColumn => ({
  name,
  type: 'UInt64',
  meaning,
  unit,
  aggregate: `sum(c.${name})`,
});
const list = (name: string, field: string, meaning: string): ConversationColumn => ({
  name,
  type: 'Array(String)',
  meaning,
  field,
  aggregate: `arraySort(groupUniqArrayArray(${LISTED})(c.${name}))`,
});

export const CONVERSATION_COLUMNS = [
  { name: 'scope', type: 'String', meaning: 'address space it belongs to: VRF, VPC or tenant' },
  { name: 'client', type: 'IPv6', meaning: 'who asked' },
  { name: 'server', type: 'IPv6', meaning: 'who was asked' },
  { name: 'protocol', type: 'UInt8', meaning: 'IANA protocol number' },
  { name: 'port', type: 'UInt16', meaning: 'port of the server; for ICMP `type * 256 + code`' },
  sum('connections', 'distinct connections, however many flows and exporters told of them', 'connections'),
  sum('established', 'connections that were answered and completed', 'connections'),
  sum('refused', 'connections the server reset instead of accepting', 'connections'),
  sum('unanswered', 'connections nothing came back of', 'connections'),
  sum('half_open', 'TCP connections the server accepted and the client never completed', 'connections'),
  sum('denied', 'connections that a firewall on the way denied', 'connections'),
  sum('stated', 'established connections whose source said who opened them', 'connections'),
  sum('client_packets', 'from the client, scaled by the sampling rate', 'packets'),
  sum('server_packets', 'from the server, scaled by the sampling rate', 'packets'),
  sum('client_bytes', 'from the client, scaled by the sampling rate', 'bytes'),
  sum('server_bytes', 'from the server, scaled by the sampling rate', 'bytes'),
  {
    name: 'packets',
    type: 'UInt64',
    meaning: 'both ways',
    unit: 'packets',
    aggregate: 'sum(c.client_packets) + sum(c.server_packets)',
  },
  {
    name: 'bytes',
    type: 'UInt64',
    meaning: 'both ways',
    unit: 'bytes',
    aggregate: 'sum(c.client_bytes) + sum(c.server_bytes)',
  },
  { name: 'first_seen', type: 'DateTime', meaning: 'first packet', aggregate: 'min(c.first_seen)' },
  { name: 'last_seen', type: 'DateTime', meaning: 'last packet', aggregate: 'max(c.last_seen)' },
  { name: 'hours', type: 'UInt64', meaning: 'hours with traffic', unit: 'hours', aggregate: 'uniqExact(c.hour)' },
  {
    name: 'days',
    type: 'UInt64',
    meaning: 'days (UTC) with traffic',
    unit: 'days',
    aggregate: 'uniqExact(toDate(c.hour))',
  },
  {
    name: 'direction',
    type: 'UInt8',
    meaning: 'best evidence level of who the client is, 1 to 6',
    aggregate: 'min(c.direction)',
  },
  {
    name: 'confidence',
    type: 'Float32',
    meaning: 'how sure that level is, 0 to 1',
    aggregate: 'round(argMin(c.confidence, (c.direction, -c.confidence)), 3)',
  },
  {
    name: 'reporters',
    type: 'Array(IPv6)',
    meaning: 'an exporter that saw it',
    field: 'exporter',
    aggregate: `arraySort(groupUniqArrayArray(${LISTED})(c.reporters))`,
  },
  list('points', 'reporter', 'an observation point within an exporter: an interface, a sensor'),
  {
    name: 'via',
    type: 'Array(IPv6)',
    meaning: 'what an end was called beyond address translation',
    aggregate: `arraySort(groupUniqArrayArray(${LISTED})(c.via))`,
  },
  {
    name: 'sampling',
    type: 'UInt32',
    meaning: 'the coarsest sampling rate behind it; 0 unknown',
    field: 'sampling_rate',
    aggregate: 'max(c.sampling)',
  },
  {
    name: 'client_port_low',
    type: 'UInt16',
    meaning: 'least port on the client side',
    aggregate: 'min(c.client_port_low)',
  },
  {
    name: 'client_port_high',
    type: 'UInt16',
    meaning: 'greatest port on the client side',
    aggregate: 'max(c.client_port_high)',
  },
  list('l7', 'l7', 'an application the source recognised'),
  list('fqdns', 'fqdn', 'a host name asked for'),
  list('tls_versions', 'tls_version', 'a TLS version agreed on'),
  list('users', 'user', 'a user the source attributes it to'),
  list('processes', 'process', 'a process the source attributes it to'),
  list('alerts', 'alert', 'what an intrusion detection said of it'),
  list('rules', 'rule_id', 'a firewall rule that decided a verdict'),
] as const satisfies readonly ConversationColumn[];

/** The columns that name a conversation. */
export const KEY = ['scope', 'client', 'server', 'protocol', 'port'] as const;
