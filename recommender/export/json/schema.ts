import { z } from 'zod';
import { WayleaveError } from '../../../ingest/kernel/errors';
import { parseAddress, parsePrefix } from '../../../ingest/kernel/ip';
import { CATEGORIES, type Policy } from '../../model/policy';

const text = z.string().max(1000);
const count = z.number().min(0);
const seconds = z.number().describe('epoch seconds');
const protocol = z.int().min(0).max(255).describe('IANA number');
const port = z.int().min(0).max(65535);
const share = z.number().min(0).max(1);

const address = z.string().refine(readable(parseAddress), 'an address');
const prefix = z.string().refine(readable(parsePrefix), 'an address or a prefix without host bits');

const portRange = z
  .strictObject({ first: port, last: port })
  .refine(({ first, last }) => first <= last, 'a range from first to last');

const service = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('port'), protocol, port }),
  z.strictObject({ kind: z.literal('icmp'), protocol, type: z.int().min(0).max(255), code: z.int().min(0).max(255) }),
  z.strictObject({ kind: z.literal('protocol'), protocol }),
  z.strictObject({
    kind: z.literal('dynamic'),
    protocol,
    control: port.nullable().describe('the port clients ask first; null where none is known'),
    observed: portRange,
    admitted: portRange.exactOptional().describe('what a rule is to admit; what was observed when left out'),
  }),
]);

const selector = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('any') }),
  z.strictObject({ kind: z.literal('group'), group: text.describe('id of one of `groups`') }),
  z.strictObject({ kind: z.literal('prefix'), prefix }),
]);

const evidence = z.strictObject({
  dependencies: count.describe('distinct client, server and service'),
  connections: count,
  packets: count,
  bytes: count,
  hours: count.describe('the most hours any one of them was active'),
  firstSeen: seconds,
  lastSeen: seconds,
  direction: z.int().min(1).max(6).describe('best level of evidence for who is the client; 1 is best'),
  reporters: z.array(address).describe('exporters that saw it'),
  examples: z.array(text),
  conversations: count.exactOptional().describe('distinct client address, server address, protocol and port'),
  days: count.exactOptional().describe('UTC days with any'),
  witnesses: z
    .array(z.strictObject({ exporter: address, quality: share, words: text }))
    .exactOptional()
    .describe('who reported it, and how far that can be relied on'),
  filter: z.string().exactOptional().describe('of queries, that shows all that is behind it'),
});

const words = z.array(text).max(10_000);
const context = z.strictObject({
  l7: words,
  tlsFloor: text.nullable().describe('the least TLS version seen'),
  fqdns: words,
  users: words,
  processes: words,
});

const calendar = z.strictObject({
  period: z.enum(['daily', 'weekly', 'monthly']),
  days: z
    .array(z.int().min(-1).max(31))
    .max(31)
    .describe('of the week (1 Monday) or month (-1 its last); empty: every'),
  hours: z.strictObject({ from: z.int().min(0).max(24), to: z.int().min(0).max(24) }),
  words: text,
});

const lease = z.strictObject({ expires: z.iso.datetime(), reason: text, calendar: calendar.nullable() });

const confidencePart = z.strictObject({
  name: z.enum(['direction', 'repetition', 'answered', 'membership', 'telemetry']),
  value: share,
  words: text,
});

const rule = z.strictObject({
  id: text,
  words: z.string().describe('what it says, for people'),
  action: z.enum(['allow', 'deny']),
  sources: z.array(selector).describe('empty: nobody'),
  destinations: z.array(selector).describe('empty: nobody'),
  services: z.array(service).describe('empty: nothing'),
  log: z.boolean(),
  alertOnly: z.literal(true).exactOptional().describe('only logs what it matches'),
  origin: z.enum(['proposed', 'accepted', 'imported', 'edited', 'quarantine']).exactOptional(),
  context: context.exactOptional().describe('what its traffic was recognised as, beyond ports'),
  lease: lease.exactOptional(),
  extra: z
    .strictObject({ openings: count, words: z.string(), merged: words })
    .exactOptional()
    .describe('what merging rules into this one opened more'),
  confidence: share,
  confidenceParts: z.array(confidencePart).exactOptional(),
  surface: z.strictObject({ unused: count.describe('opened but never seen in use'), opened: count }),
  evidence,
});

const section = z.strictObject({ id: text, category: z.enum(CATEGORIES), name: text, rules: z.array(rule) });

const group = z.strictObject({
  id: text,
  kind: z.enum(['application', 'tier', 'shared-service', 'scanner', 'external', 'unknown']),
  name: text,
  application: text.nullable(),
  addresses: z.array(prefix).describe('addresses and prefixes'),
});

const refusedUse = z.strictObject({
  id: text,
  client: text,
  server: text,
  service,
  connections: count,
  firstSeen: seconds,
  lastSeen: seconds,
  words: z.string(),
});

const refusal = z.strictObject({
  reason: text,
  code: z.enum([
    'unanswered',
    'denied',
    'scanner',
    'ambiguous-direction',
    'external-client',
    'not-managed',
    'multicast',
    'alert',
    'single-sighting',
    'rejected',
    'nothing-seen',
  ]),
  dependencies: count,
  connections: count,
  examples: z.array(text),
  refused: z.array(refusedUse).exactOptional().describe('the busiest of it; each can be accepted by its id'),
});

const scope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('everything') }),
  z.strictObject({ kind: z.literal('applications'), applications: z.array(text) }),
  z.strictObject({ kind: z.literal('environment'), environment: text }),
  z.strictObject({ kind: z.literal('workloads'), workloads: z.array(text) }),
]);

const closing = z.enum(['deny', 'alert', 'open']);

/** Parts of a policy, for those who write one by hand. */
export {
  context as contextSchema,
  lease as leaseSchema,
  prefix as prefixSchema,
  selector as selectorSchema,
  service as serviceSchema,
};

/** A policy as it is exchanged. Sections apply in the order of their categories, rules in order, first match decides. */
export const policySchema: z.ZodType<Policy> = z.strictObject({
  id: text,
  name: text,
  created: z.iso.datetime(),
  topology: text,
  window: z.strictObject({ from: seconds, to: seconds }),
  scope: scope.exactOptional(),
  granularity: z.enum(['ringfence', 'tier', 'workload']),
  sections: z.array(section),
  groups: z.array(group),
  appliedTo: z.array(text).describe('ids of the groups that are closed to everything no rule admits'),
  closures: z
    .array(z.strictObject({ group: text, inbound: closing, outbound: closing }))
    .refine((closures) => new Set(closures.map(({ group }) => group)).size === closures.length, 'each group once')
    .exactOptional()
    .describe('groups of `appliedTo` that are not closed in both directions'),
  refusals: z.array(refusal).describe('traffic that was seen and not proposed'),
});

export const documentSchema = z.strictObject({
  format: z.literal('wayleave-policy'),
  version: z.literal(1),
  policy: policySchema,
});

function readable(parse: (text: string) => unknown): (text: string) => boolean {
  return (text) => {
    try {
      parse(text);
      return true;
    } catch (error) {
      if (error instanceof WayleaveError) return false;
      throw error;
    }
  };
}
