import { z } from 'zod';
import type { Operation } from './operation';

const text = z.string();
const count = z.int().min(0);
const when = z.iso.datetime();

export const workload = z.object({
  id: text,
  name: text,
  kind: z.enum(['managed', 'unknown', 'external']),
  addresses: z.array(text),
  labels: z.record(text, text),
  type: z.enum(['host', 'pod', 'vip', 'appliance', 'network']).optional().describe('host where nobody says'),
  pool: z.array(text).optional().describe('of a virtual address: ids of the workloads behind it'),
  names: z.array(text).optional().describe('DNS names it was seen under, where no source names it'),
  users: z.array(text).optional().describe('who was logged on in the window, at most twenty'),
});
const spanned = {
  since: when.nullable().describe('null: as long as anybody knows'),
  until: when.nullable().describe('exclusive; null: still'),
};
const claim = z.object({ workload: text, source: text, key: text, name: text });
const conflict = z.object({
  address: text,
  scope: text,
  ...spanned,
  winner: claim.describe('who is believed'),
  loser: claim,
});
const change = z.object({
  address: text,
  scope: text,
  key: text,
  name: text,
  labels: z.record(text, text),
  ...spanned,
  wasName: text,
  wasLabels: z.record(text, text),
});
const network = z.object({ prefix: text, scope: text, name: text, labels: z.record(text, text) });
const importReport = z.object({
  source: text,
  kind: text,
  asOf: when,
  taken: z.boolean(),
  claims: count.describe('addresses of workloads'),
  added: count,
  changed: count,
  ended: count,
  held: count.describe('addresses that the source said were somebody’s until now'),
  endsMost: z.boolean().describe('whether it ends so much of these, that it is taken only with `endsMost=true`'),
  networks: z.object({
    added: count,
    changed: count,
    ended: count,
    examples: z.object({
      added: z.array(network),
      changed: z.array(network),
      ended: z.array(network),
    }),
  }),
  logOns: count,
  notes: z.array(text).describe('what was taken for granted'),
  rejected: count,
  rejects: z
    .array(
      z.object({
        where: text,
        message: text,
      }),
    )
    .describe('the first of them'),
  examples: z.object({
    added: z.array(change),
    changed: z.array(change),
    ended: z.array(change),
  }),
});
const endsMost = z
  .boolean()
  .optional()
  .describe(
    'take it although it ends most of what the source held (10 addresses or more); refused with `ends-most` else',
  );
const limited = z.object({ limit: count.optional().describe('how many at most') });

/** Who was behind which address, from when to when. */
export const INVENTORY_OPERATIONS: readonly Operation[] = [
  {
    method: 'put',
    path: '/api/v1/inventory',
    summary: 'Take a CSV of address,name,role,app,env,loc as all that the source `inventory` says from now on',
    status: 200,
    answer: importReport.extend({ entries: count }),
    query: z.object({ endsMost }),
    body: { type: 'text/csv', schema: text },
  },
  {
    method: 'post',
    path: '/api/v1/inventory/imports',
    summary:
      'Take what a source says: one document as the body, or those that belong together as the files of a form. Taking the same again changes nothing',
    status: 200,
    answer: importReport,
    query: z.object({
      source: text.describe('what it is called, the same every time: aws-prod, cmdb'),
      kind: text.optional().describe('aws, kubernetes, csv, …; found by content unless given'),
      name: text.optional().describe('what to call a document in reports'),
      dryRun: z.boolean().optional().describe('only say what it would change'),
      endsMost,
      scope: text.optional().describe('VRF, VPC or tenant of what does not say its own'),
      domain: text.optional().describe('of names without one'),
      mapping: text.optional().describe('JSON object: which column or path is which of ours'),
      labels: text.optional().describe('JSON object: which tag becomes which label'),
    }),
    body: { type: 'multipart/form-data', schema: z.object({ file: z.array(text.meta({ format: 'binary' })) }) },
  },
  {
    method: 'get',
    path: '/api/v1/inventory/imports',
    summary: 'Imports, newest first',
    status: 200,
    answer: z.array(
      z.object({
        source: text,
        kind: text,
        imported: when,
        asOf: when,
        claims: count,
        added: count,
        changed: count,
        ended: count,
        rejected: count,
      }),
    ),
    query: limited,
  },
  {
    method: 'get',
    path: '/api/v1/inventory/conflicts',
    summary: 'Claims that contradict each other, and which is believed; those that last still come first',
    status: 200,
    answer: z.object({ total: count, conflicts: z.array(conflict) }),
    query: limited,
  },
  {
    method: 'get',
    path: '/api/v1/workloads',
    summary: 'Who had an address at a time, by id; unknown and external ones of the week before it',
    status: 200,
    answer: z.object({
      workloads: z.array(workload),
      more: count.describe('those after the ones that are shown'),
      inventoried: z.boolean().describe('false: no source names any workload, and managed are the unknown ones'),
    }),
    query: limited.extend({
      at: when.optional().describe('now unless given'),
      kind: z.enum(['managed', 'unknown', 'external']).optional().describe('managed unless given'),
      filter: text.optional().describe('part of a name, an address or a label'),
      after: text.optional().describe('the id that the list goes on after'),
    }),
  },
  {
    method: 'get',
    path: '/api/v1/workloads/{id}',
    summary: 'One workload: its addresses over time, labels with their source, users, names seen, conflicts, pool',
    status: 200,
    answer: z.object({
      id: text,
      name: text,
      type: text,
      keys: z.array(
        z.object({
          source: text,
          key: text,
        }),
      ),
      addresses: z.array(
        z.object({
          address: text,
          scope: text,
          ...spanned,
          source: text,
        }),
      ),
      labels: z.array(
        z.object({
          label: text,
          value: text,
          source: text,
        }),
      ),
      users: z.array(
        z.object({
          user: text,
          address: text,
          since: when,
          until: when,
          sightings: count,
        }),
      ),
      names: z.array(
        z.object({
          name: text,
          times: count,
          firstSeen: when,
          lastSeen: when,
        }),
      ),
      conflicts: z.array(conflict),
      pool: z.array(text).describe('ids of the workloads behind a virtual address'),
    }),
    query: z.object({ at: when.optional().describe('as of when labels and the pool are told; now unless given') }),
    params: z.object({ id: text }),
  },
];
