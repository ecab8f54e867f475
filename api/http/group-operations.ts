import { z } from 'zod';
import { workload } from './inventory-operations';
import type { Operation } from './operation';
import { decisionBody } from './routes/groups';

const text = z.string();
const count = z.int().min(0);
const share = z.number().min(0).max(1);
const when = z.iso.datetime();
const seconds = z.int().describe('epoch seconds');
const window = z.object({ from: seconds, to: seconds });
const kind = z.enum(['application', 'tier', 'shared-service', 'scanner', 'external', 'unknown']);
const reason = z.object({ text, weight: z.number().describe('negative speaks against') });
const decisionId = text.describe('id of a decision');

const group = z.object({
  id: text.describe('survives reruns'),
  kind,
  name: text,
  application: text.nullable().describe('of a tier: the id of its application'),
  members: z.array(
    z.object({
      workload: text,
      confidence: share.describe('how clearly it belongs here rather than in the next-best group'),
      next: z.object({ group: text, fit: share }).optional().describe('where it would be otherwise'),
      decision: decisionId.optional().describe('what put or keeps it here, whatever the traffic says'),
      lent: z.literal(true).optional().describe('it is at home in another group, and serves this one too'),
      silent: z.literal(true).optional().describe('no traffic of its own put it here'),
    }),
  ),
  reasons: z.array(reason),
  since: seconds.optional().describe('beginning of the window that it was first found in'),
  environment: text.optional(),
  role: text.optional().describe('of a tier: the same for all tiers whose members do the same'),
  confirmed: decisionId.optional(),
});
const mesh = z.object({
  service: text,
  name: text,
  share: share.describe('of the pairs of managed workloads in the traffic'),
  members: z.array(text).describe('those that both use and serve it'),
  reasons: z.array(reason),
});
const candidate = z.object({ name: text, members: z.array(text), confidence: share, reasons: z.array(reason) });
const disagreement = z.object({
  workload: text,
  group: text.describe('where it is'),
  between: z.enum(['label', 'decision']),
  suggested: text.nullable().describe('where its traffic, or a label against which it is here, would put it'),
  reason,
});
const unmet = z.object({ decision: text, orphaned: z.boolean(), workloads: z.array(text), text });
const event = z.object({
  kind: z.enum(['appeared', 'vanished', 'split', 'merged', 'joined', 'left', 'renamed']),
  groups: z.array(text),
  workloads: z.array(text),
  text,
});

export const topology = z.object({
  id: text,
  window,
  workloads: z.array(workload),
  groups: z.array(group),
  crossings: z
    .array(
      z.object({
        client: text,
        server: text,
        service: text,
        from: text,
        to: text,
        connections: count,
        unanswered: z.literal(true).optional().describe('nothing was answered: it may have been denied'),
        shared: z.literal(true).optional().describe('it is with a shared service of the other environment'),
      }),
    )
    .optional()
    .describe('traffic from one environment into another, which ties nobody together'),
  meshes: z.array(mesh).optional().describe('services that many use of each other, which tie nobody together'),
  candidates: z.array(candidate).optional().describe('what nearly is a shared service, the surest first'),
  disagreements: z.array(disagreement).optional(),
  unmet: z.array(unmet).optional().describe('decisions that could not be held to'),
  events: z.array(event).optional().describe('what became of the groups of the run before'),
  afresh: z
    .object({ roles: text, applications: text })
    .optional()
    .describe('digests of what the run would have found without the one before'),
  unseen: z.array(reason).optional().describe('what the run could not see, the worst first'),
});

const decision = z.object({
  id: text,
  number: count.describe('later ones win'),
  at: seconds,
  by: text,
  reason: text,
  wish: decisionBody.shape.wish,
  groups: z
    .array(z.object({ id: text, kind, name: text, application: text.nullable(), members: z.array(text) }))
    .describe('as they were when it was decided'),
  topology: text,
  undone: z.object({ at: seconds, by: text, reason: text }).optional(),
  text: text.describe('in words: who decided what, and when'),
});

const named = { id: text, kind, name: text };
const placed = z.array(z.object({ ...named, confidence: share }));
const run = z.object({ id: text, window });
const diff = z.object({
  before: run,
  after: run,
  events: z.array(event),
  moved: z.array(z.object({ workload: text, from: placed, to: placed, text })),
  renamed: z.array(z.object({ id: text, kind, from: text, to: text, text })),
  confidence: z.array(z.object({ workload: text, group: z.object(named), from: share, to: share, text })),
  workloads: z.object({ added: z.array(text), gone: z.array(text) }),
});

const side = z.enum(['client', 'server']).describe('which end the workload is');
const habits = z.array(z.object({ service: text, name: text, side, others: count, elsewhere: share }));
const why = z.object({
  workload: z.object({
    id: text,
    name: text,
    kind: text,
    addresses: z.array(text),
    labels: z.record(text, text),
    users: z.array(text).optional().describe('who was logged on in the window, at most twenty'),
  }),
  topology: text,
  window,
  groups: z.array(
    z.object({
      ...named,
      members: count,
      confidence: share,
      next: z.object({ ...named, fit: share }).optional(),
      lent: z.boolean(),
      decision: decisionId.optional(),
      confirmed: decisionId.optional(),
      since: seconds.optional(),
      role: text.optional(),
      sameRole: z.array(z.object(named)).optional().describe('tiers of that role in other applications'),
      reasons: z.array(reason),
    }),
  ),
  ties: z
    .array(
      z.object({
        ...named,
        peers: count,
        connections: count,
        services: z.array(z.object({ service: text, name: text, side, peers: count, connections: count })),
      }),
    )
    .describe('whom it talks to, by application, shared service and outsiders'),
  likeness: z
    .object({
      ...named,
      others: count.describe('of its tier, without it'),
      common: habits.describe('what it does and most others do'),
      own: habits.describe('what it does and few others do'),
      lacking: habits.describe('what most others do and it does not'),
    })
    .nullable(),
  labels: z.array(reason),
  decisions: z.array(decision),
  disagreements: z.array(disagreement),
  unmet: z.array(unmet),
});

/** What the analysis found, how it changed, and what people decided about it. */
export const GROUP_OPERATIONS: readonly Operation[] = [
  { method: 'get', path: '/api/v1/groups', summary: 'What the latest analysis found', status: 200, answer: topology },
  {
    method: 'get',
    path: '/api/v1/groups/runs',
    summary: 'Analyses, newest first',
    status: 200,
    answer: z.array(z.object({ id: text, created: when, window, aside: z.literal(true).optional() })),
  },
  {
    method: 'get',
    path: '/api/v1/groups/diff',
    summary: 'What changed between two analyses; the newest and the one before it unless said otherwise',
    status: 200,
    answer: diff,
    query: z.object({
      from: text.optional().describe('id of a run, or how it begins'),
      to: text.optional().describe('id of a run, or how it begins'),
    }),
  },
  {
    method: 'get',
    path: '/api/v1/groups/decisions',
    summary: 'What people decided about groups, oldest first; undone ones too',
    status: 200,
    answer: z.array(decision),
  },
  {
    method: 'post',
    path: '/api/v1/groups/decisions',
    summary: 'Rename, pin, move, merge, split, confirm, refuse or share; the next analysis holds to it',
    status: 201,
    answer: decision,
    body: { type: 'application/json', schema: decisionBody },
  },
  {
    method: 'delete',
    path: '/api/v1/groups/decisions/{id}',
    summary: 'Undo a decision; it stays on record',
    status: 200,
    answer: decision,
    params: z.object({ id: text }),
    query: z.object({ by: text.describe('who undoes it'), reason: text.optional() }),
  },
  {
    method: 'get',
    path: '/api/v1/groups/{id}',
    summary: 'One group, with what was decided about it',
    status: 200,
    answer: z.object({
      topology: text,
      group,
      disagreements: z.array(disagreement),
      decisions: z.array(decision),
    }),
    params: z.object({ id: text.describe('or its name, where only one is called so') }),
  },
  {
    method: 'get',
    path: '/api/v1/workloads/{id}/groups',
    summary: 'Why a workload is in the groups it is in, and what else would be nearly as good',
    status: 200,
    answer: why,
    params: z.object({ id: text.describe('id, name or address') }),
  },
];
