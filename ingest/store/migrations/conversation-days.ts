import { DURABLE, type Migration } from './migration';

const COUNTED = [
  'connections',
  'established',
  'refused',
  'unanswered',
  'half_open',
  'denied',
  'client_packets',
  'server_packets',
  'client_bytes',
  'server_bytes',
];

/** Conversations summed over UTC days, so that weeks are not added up from hours at every grouping. */
export const CONVERSATION_DAYS: Migration = {
  number: 10,
  name: 'conversations by day',
  statements: (layout) => [
    ...layout.create({
      name: 'conversation_days',
      columns: `day Date, summing UUID COMMENT 'all rows of one run over one day', made DateTime DEFAULT now(),
        scope LowCardinality(String), client IPv6, server IPv6, protocol UInt8, port UInt16,
        ${COUNTED.map((name) => `${name} UInt64`).join(', ')},
        hours UInt8 COMMENT 'of the day, with traffic', first_seen DateTime, last_seen DateTime,
        doubt UInt64 COMMENT 'the best direction, then the best confidence: as a number, the least', reporters Array(IPv6),
        client_from DateTime COMMENT 'the latest of its hours', server_from DateTime`,
      engine: 'MergeTree',
      clauses: `PARTITION BY toYYYYMM(day) ORDER BY (day, summing, server, protocol, port, client)`,
    }),
    // The latest row makes those sums of the day the ones that count, for as long as its hours are those.
    ...layout.create({
      name: 'summed_days',
      columns: `day Date, summing UUID, made_of UInt64 COMMENT 'hash of the hours that were summed, and their versions',
        recorded DateTime64(6, 'UTC') DEFAULT now64(6)`,
      engine: 'ReplacingMergeTree(recorded)',
      clauses: `ORDER BY day`,
    }),
    ...['conversation_days', 'summed_days'].flatMap((table) => layout.configure(table, DURABLE)),
  ],
};
