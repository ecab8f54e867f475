import { z } from 'zod';
import { SORTS } from '../../analytics/conversations/query';
import type { Operation } from './operation';

const text = z.string();
const texts = z.array(text);
const count = z.int().min(0);
const when = z.iso.datetime();
const seconds = z.int().describe('epoch seconds');
const window = z.object({ from: when.optional(), to: when.optional().describe('exclusive') });
const filter = text.optional().describe('in the language of api/docs/queries.md; errors say where, as `where.offset`');

const flow = z.record(text, z.union([text, z.number()]));

const conversation = z.looseObject({
  conversation: text.describe('`10.0.0.9 -> 10.1.1.5:443/tcp`, as `why` takes it'),
  scope: text,
  client: text,
  server: text,
  protocol: count,
  port: count.describe('of the server; for ICMP type * 256 + code'),
  service: text,
  clientNames: texts.describe('workloads behind it while it was seen, in order of time'),
  serverNames: texts,
  hour: seconds.optional(),
  connections: count,
  established: count,
  refused: count,
  unanswered: count,
  halfOpen: count,
  denied: count,
  bytes: count,
  firstSeen: seconds,
  lastSeen: seconds,
  hours: count.describe('hours with traffic'),
  days: count.describe('days (UTC) with traffic'),
  weekdays: z.array(count).describe('hours with traffic on Mondays, Tuesdays, …'),
  direction: z.int().min(1).max(6).describe('best evidence level of who the client is'),
  confidence: z.number(),
  reporters: texts.describe('exporters that saw it'),
});

const spread = z.object({
  least: z.number(),
  lowerQuartile: z.number(),
  median: z.number(),
  upperQuartile: z.number(),
  p95: z.number(),
  most: z.number(),
});
const week = z.array(z.array(count)).describe('by weekday, Monday first, and hour of day (UTC)');
const profile = z.object({
  conversation: text,
  scope: text,
  activeHours: count,
  activeDays: count,
  firstSeen: seconds,
  lastSeen: seconds,
  connectionsPerHour: spread.describe('of hours with traffic'),
  bytesPerHour: spread.describe('of hours with traffic'),
  week: z.object({ hours: week, connections: week, bytes: week }),
  series: z
    .array(z.object({ hour: seconds, connections: count, established: count, clientBytes: count, serverBytes: count }))
    .describe('the latest hours with traffic'),
});

const findings = z.array(
  z.object({ topic: text, text: text.describe('in words'), evidence: z.unknown().describe('what it is read from') }),
);
const why = z.union([
  z.object({
    conversation,
    findings,
    flows: z.object({ hours: z.array(seconds), count, first: z.array(flow) }),
    profile: profile.nullable(),
  }),
  z.object({
    address: text,
    findings,
    listeners: z.array(z.looseObject({})),
    serves: z.array(z.looseObject({})),
  }),
]);

const completions = z.object({
  from: count.describe('the part of the filter that a completion replaces'),
  to: count,
  items: z.array(z.object({ text, kind: z.enum(['field', 'word', 'value']), meaning: text })),
});
const completionsQuery = z.object({
  filter: text.optional(),
  offset: count.optional().describe('where the cursor is; the end unless given'),
});

const oneConversation = window.extend({
  conversation: text.describe('`10.0.0.9 -> 10.1.1.5:443/tcp`, `10.0.0.9 -> 10.1.1.5:icmp/8/0`'),
  scope: text.optional().describe('where several have it'),
});

/** Flows and conversations: everything that is asked for by a filter. */
export const QUERY_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/v1/flows',
    summary: 'Raw flows by time; columns a source did not fill are left out',
    status: 200,
    answer: z.array(flow),
    query: window.extend({
      filter,
      endpoint: text.optional().describe('address or prefix of either end; short for `host` in the filter'),
      port: count.optional().describe('of either end'),
      protocol: count.optional(),
      exporter: text.optional(),
      format: text.optional(),
      limit: count.optional().describe('at most 10,000; 100 unless given'),
    }),
  },
  {
    method: 'get',
    path: '/api/v1/flows/completions',
    summary: 'What may stand at a place in a filter of flows',
    status: 200,
    answer: completions,
    query: completionsQuery,
  },
  {
    method: 'get',
    path: '/api/v1/conversations',
    summary: 'Who used what of whom: outcome, volume, times, evidence, and who they were at the time',
    status: 200,
    answer: z.array(conversation),
    query: window.extend({
      filter,
      by: z.enum(['total', 'hour']).optional().describe('the window as a whole, which is usual, or each of its hours'),
      sort: z.enum(Object.keys(SORTS)).optional().describe('bytes unless given'),
      limit: count.optional().describe('at most 10,000; 100 unless given'),
    }),
  },
  {
    method: 'get',
    path: '/api/v1/conversations/completions',
    summary: 'What may stand at a place in a filter of conversations',
    status: 200,
    answer: completions,
    query: completionsQuery,
  },
  {
    method: 'get',
    path: '/api/v1/conversations/profile',
    summary: 'When and how much a conversation was used: by hour, over the week, and how its hours are spread',
    status: 200,
    answer: profile,
    query: oneConversation,
  },
  {
    method: 'get',
    path: '/api/v1/conversations/why',
    summary: 'What is known of a conversation, in words and with evidence; or why an address is the server',
    status: 200,
    answer: why,
    query: oneConversation.partial().extend({ address: text.optional().describe('instead of a conversation') }),
  },
];
