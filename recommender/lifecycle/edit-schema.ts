import { z } from 'zod';
import { contextSchema, leaseSchema, prefixSchema, selectorSchema, serviceSchema } from '../export/json/schema';
import { SIDES } from '../model/closing';
import type { Edit } from './edit';
import { STAGES, type Target } from './model';

const LONGEST_ID = 300;
const MOST_EDITS = 1000;
/** In one rule, or of one group at once. */
const MOST_NAMED = 10_000;

const id = z.string().min(1).max(LONGEST_ID);
const name = z.string().trim().min(1).max(120);
const selectors = z.array(selectorSchema).min(1).max(MOST_NAMED);
const prefixes = z.array(prefixSchema).max(MOST_NAMED).default([]);

const rule = z.strictObject({
  action: z.enum(['allow', 'deny']),
  sources: selectors,
  destinations: selectors,
  services: z.array(serviceSchema).min(1).max(MOST_NAMED),
  words: z.string().min(1).max(1000).exactOptional().describe('what it is called; what it says where left out'),
  log: z.boolean().exactOptional(),
  alertOnly: z.literal(true).exactOptional().describe('only logs what it matches'),
  lease: leaseSchema.exactOptional(),
  context: contextSchema.exactOptional(),
});
const before = id.exactOptional().describe('id of the rule that comes next; at the end of the section where left out');

const edit: z.ZodType<Edit> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('add'), section: id, rule, before }),
  z.strictObject({ kind: z.literal('remove'), rule: id }),
  z.strictObject({ kind: z.literal('replace'), rule: id, with: rule }),
  z.strictObject({ kind: z.literal('move'), rule: id, section: id, before }),
  z.strictObject({
    kind: z.literal('rename'),
    name,
    section: id.exactOptional().describe('the policy itself where left out'),
  }),
  z.strictObject({ kind: z.literal('addresses'), group: id, add: prefixes, remove: prefixes }),
  z.strictObject({
    kind: z.literal('closure'),
    group: id,
    direction: z.enum(SIDES),
    closing: z.enum(['deny', 'alert', 'open']),
  }),
]);

/** What a person changes at once. */
export const editsSchema = z.array(edit).min(1).max(MOST_EDITS);

export const targetSchema: z.ZodType<Target> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('section'), section: id }),
  z.strictObject({
    kind: z.literal('group'),
    group: id.describe('of an application: its tiers too'),
    direction: z.enum(SIDES).exactOptional().describe('both where left out'),
  }),
  z.strictObject({ kind: z.literal('rule'), rule: id }),
]);

export const stageSchema = z.enum(STAGES);
