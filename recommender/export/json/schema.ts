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

const service = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('port'), protocol, port }),
  z.strictObject({ kind: z.literal('icmp'), protocol, type: z.int().min(0).max(255), code: z.int().min(0).max(255) }),
  z.strictObject({ kind: z.literal('protocol'), protocol }),
  z.strictObject({
    kind: z.literal('dynamic'),
    protocol,
    control: port.nullable().describe('the port clients ask first; null where none is known'),
    observed: z
      .strictObject({ first: port, last: port })
      .refine(({ first, last }) => first <= last, 'a range from first to last'),
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
});

const rule = z.strictObject({
  id: text,
  words: z.string().describe('what it says, for people'),
  action: z.enum(['allow', 'deny']),
  sources: z.array(selector).describe('empty: nobody'),
  destinations: z.array(selector).describe('empty: nobody'),
  services: z.array(service).describe('empty: nothing'),
  log: z.boolean(),
  confidence: share,
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
});

/** A policy as it is exchanged. Sections apply in the order of their categories, rules in order, first match decides. */
export const policySchema: z.ZodType<Policy> = z.strictObject({
  id: text,
  name: text,
  created: z.iso.datetime(),
  topology: text,
  window: z.strictObject({ from: seconds, to: seconds }),
  granularity: z.literal('tier'),
  sections: z.array(section),
  groups: z.array(group),
  appliedTo: z.array(text).describe('ids of the groups that are closed to everything no rule admits'),
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
