import { DURABLE, type Migration } from './migration';

const COLUMNS: readonly string[] = [
  `refused UInt64 COMMENT 'connections the server reset instead of accepting'`,
  `unanswered UInt64 COMMENT 'connections nothing came back of'`,
  `half_open UInt64 COMMENT 'TCP connections the server accepted and the client never completed'`,
  `stated UInt64 COMMENT 'established connections whose source said who opened them'`,
  `client_port_low UInt16 COMMENT 'least port on the client side'`,
  `client_port_high UInt16 COMMENT 'greatest port on the client side'`,
  `client_from DateTime DEFAULT hour COMMENT 'as of when the client address is to be resolved: later than the hour where it changed hands within it'`,
  `server_from DateTime DEFAULT hour COMMENT 'as of when the server address is to be resolved'`,
  `via Array(IPv6) COMMENT 'what the ends were called beyond address translation: NAT addresses, VIPs'`,
  `points Array(String) COMMENT 'observation points within exporters: interfaces, sensors'`,
  `sampling UInt32 COMMENT 'the coarsest sampling rate behind it; 0 unknown'`,
  `l7 Array(String) COMMENT 'applications recognised by sources'`,
  `fqdns Array(String) COMMENT 'host names asked for'`,
  `tls_versions Array(String)`,
  `users Array(String)`,
  `processes Array(String)`,
  `alerts Array(String) COMMENT 'signatures of intrusion detections'`,
  `rules Array(String) COMMENT 'firewall rules that decided verdicts'`,
];

/** Why a conversation's client is the client, who offers what, and what else its flows said. */
export const CONVERSATION_EVIDENCE: Migration = {
  number: 7,
  name: 'evidence of conversations',
  statements: (layout) => [
    ...layout.alter('buckets', `ADD COLUMN IF NOT EXISTS oldest Date COMMENT 'when the first of its flows came'`),
    ...COLUMNS.flatMap((column) => layout.alter('conversations', `ADD COLUMN IF NOT EXISTS ${column}`)),
    ...layout.view(
      'current_conversations',
      `SELECT * FROM conversations
      WHERE (hour, version) IN (SELECT hour, max(version) FROM buckets GROUP BY hour)`,
    ),
    // Who is known to offer what. Merging keeps the widest span, so that telling it twice changes nothing.
    ...layout.create({
      name: 'listeners',
      columns: `scope LowCardinality(String), address IPv6, protocol UInt8, port UInt16,
        source Enum8('stated' = 1, 'sighting' = 2, 'inventory' = 3)
          COMMENT 'stated: a flow whose source says who opened it was answered; sighting: a sensor named the service; inventory: a source of workloads lists it',
        first SimpleAggregateFunction(min, DateTime), last SimpleAggregateFunction(max, DateTime),
        learned SimpleAggregateFunction(max, DateTime64(6)) COMMENT 'when it became known, or known for longer',
        name SimpleAggregateFunction(anyLast, String) COMMENT 'what it was called, if anything'`,
      engine: 'AggregatingMergeTree',
      clauses: `ORDER BY (address, protocol, port, scope, source)`,
    }),
    // How often an endpoint was used, hour by hour, of sessions that only numbers could decide: what repeats is a server.
    // Expires by when it was noted: logs of last year repeat as well.
    ...layout.create({
      name: 'repetitions',
      columns: `scope LowCardinality(String), address IPv6, protocol UInt8, port UInt16, hour DateTime,
        peers UInt32 COMMENT 'distinct peer endpoints within the hour', version UInt64, noted Date DEFAULT today()`,
      engine: 'ReplacingMergeTree(version)',
      clauses: `PARTITION BY toYYYYMM(hour) ORDER BY (address, port, protocol, scope, hour) TTL noted + INTERVAL 35 DAY`,
    }),
    // Up to when what was learned has been put to use.
    ...layout.create({
      name: 'roll_ups',
      columns: `learned DateTime64(6)`,
      engine: 'ReplacingMergeTree',
      clauses: `PARTITION BY tuple() ORDER BY tuple()`,
    }),
    ...['listeners', 'repetitions', 'roll_ups'].flatMap((table) => layout.configure(table, DURABLE)),
    // Everything that can still be computed anew gets the new columns.
    'INSERT INTO stale_hours SELECT hour, now64(6) FROM buckets GROUP BY hour',
  ],
};
