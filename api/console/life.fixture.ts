import type {
  CurveAnswer,
  DriftAnswer,
  HistoryAnswer,
  PolicySummary,
  ProofAnswer,
  ReachAnswer,
  RevisionAnswer,
  RevisionDiffAnswer,
  ThreatsAnswer,
  UnitAnswer,
} from './contract';
import { policy, replay, topology } from './estate.fixture';

/** What became of the made-up estate's recommendation: a policy of two revisions, its proofs, drift and a threat. */

const { window } = replay;

const summary: PolicySummary = {
  id: 'policy-1',
  name: 'Shop and friends',
  owner: 'ann',
  version: 7,
  head: 2,
  active: 1,
  comments: [
    { at: window.from, by: 'bob', target: { kind: 'all' }, text: 'the warehouse moves in May; look again then' },
    {
      at: window.from,
      by: 'ann',
      target: { kind: 'rule', rule: 'rule-shop.app-directory' },
      text: 'the application logs people on by LDAP',
    },
  ],
  overrides: [
    {
      at: window.from + 3600,
      by: 'ann',
      revision: 1,
      target: { kind: 'group', group: 'shop', direction: 'inbound' },
      gate: '0.32 % of connections denied, 0.1 % allowed',
      reason: 'the missing ones are a test of ours',
    },
  ],
};

const stageOf = (text: string): UnitAnswer['stage'] =>
  text.includes('shop')
    ? 'enforced'
    : text.includes('wiki')
      ? 'staged'
      : text.includes('warehouse')
        ? 'approved'
        : 'draft';

const units: readonly UnitAnswer[] = [
  ...policy.sections.flatMap(({ rules }) =>
    rules.map(({ id }): UnitAnswer => ({
      kind: 'rule',
      rule: id,
      stage: stageOf(id),
      reviewers: ['bob'],
      approvers: [],
    })),
  ),
  ...policy.appliedTo.flatMap((group) =>
    (['inbound', 'outbound'] as const).map((direction): UnitAnswer => ({
      kind: 'closing',
      group,
      direction,
      closing: 'deny',
      stage: stageOf(group),
      reviewers: [],
      approvers: [],
    })),
  ),
];

const revision: RevisionAnswer = {
  number: 2,
  at: window.from,
  by: 'ann',
  reason: 'two weeks more of traffic',
  source: { kind: 'revised' },
  effect: ['opens 12 ways more between workloads, 9 of them never seen in use'],
  body: {
    ...policy,
    sections: policy.sections.map((section) => ({
      ...section,
      rules: section.rules.map((rule) => ({
        ...rule,
        confidenceParts: [
          { name: 'direction', value: 0.99, words: 'the exporter stated who started' },
          { name: 'repetition', value: 0.96, words: 'active in at most 24 hours' },
        ],
        evidence: {
          ...rule.evidence,
          conversations: 44,
          days: 1,
          witnesses: [{ exporter: '192.0.2.1', quality: 0.91, words: 'lost 9 % of its records' }],
          filter: `server.group = "${rule.destinations.map((each) => (each.kind === 'group' ? each.group : '')).join()}"`,
        },
        ...(rule.id === 'rule-shop.app-directory'
          ? {
              lease: {
                expires: '2026-06-01T00:00:00Z',
                reason: 'seen on 1 of 30 days',
                calendar: {
                  period: 'monthly',
                  days: [-1],
                  hours: { from: 22, to: 2 },
                  words: 'on the last day of the month, 22:00 to 02:00 UTC',
                },
              },
              extra: { openings: 4, words: 'app of shop may now reach Directory on 88/tcp', merged: ['r-1', 'r-2'] },
              context: { l7: ['ldap'], tlsFloor: '1.2', fqdns: [], users: [], processes: ['slapd'] },
            }
          : {}),
      })),
    })),
  },
  units,
};

const history: HistoryAnswer = [
  {
    number: 1,
    text: '2026-03-10 09:00 UTC ann created it as revision 1, 49 rules and closings of it new (first draft)',
  },
  { number: 2, text: '2026-03-15 09:00 UTC bob reviewed all of it in revision 1: 71 rules and closings' },
];

const revisionDiff: RevisionDiffAnswer = {
  changes: [
    { text: 'new: web of wiki may reach Directory on 389/tcp' },
    { text: 'gone: worker of warehouse to billing' },
  ],
  opened: ['10.1.2.10 to 10.1.3.12 on 389/tcp'],
  closed: [],
};

const proof: ProofAnswer = {
  verdict: 'failed',
  words: 'made from the first 20 days and tried on the 10 that came after',
  checks: [
    { words: '0.32 % of connections would be denied, at most 0.1 % may be', within: false },
    { words: '4.1 % of all ways stay open, at most 15 % may', within: true },
  ],
  forecast: { words: "enforcing today, expect 0.3 % of next week's connections to be new (0.1 to 0.6 %)" },
  reservations: ['no month-end is among the days'],
};

const POINTS = [
  [47, 0.041, 0.0032],
  [40, 0.042, 0.0031],
  [30, 0.045, 0.0024],
  [20, 0.061, 0.0021],
  [12, 0.14, 0.002],
  [8, 0.31, 0.0012],
].map(([rules = 0, surface = 0, denied = 0]) => ({
  rules,
  surface,
  denied,
  words: rules > 30 ? '' : 'worker of warehouse may now reach api of billing on 9000/tcp (4 combinations)',
}));
const [, , , KNEE = { rules: 0, surface: 0, denied: 0, words: '' }] = POINTS;

const curve: CurveAnswer = { points: POINTS, knee: KNEE };

const reach: ReachAnswer = {
  words: ['an intruder on any workload gets to 3 others on average; it was 26'],
  jewels: [
    {
      id: 'shop-db-01',
      name: 'shop-db-01',
      before: 27,
      after: 9,
      path: 'shop-web-01 → shop-app-01 on 8443/tcp → shop-db-01 on 5432/tcp',
    },
    { id: 'dc-01', name: 'dc-01', before: 27, after: 8, path: null },
  ],
};

const FIRST = policy.sections[0] ?? { id: '', category: 'application', name: '', rules: [] };

const drift: DriftAnswer = {
  policy: policy.id,
  topology: topology.id,
  evaluated: '2026-03-16T00:05:00Z',
  window,
  hours: 24,
  findings: [
    {
      id: 'drift-1',
      kind: 'new-use',
      application: { id: 'wiki', name: 'wiki' },
      severity: 'high',
      because: 'seen in 9 hours, from 2 clients',
      words: 'web of wiki → Directory on 88/tcp: no rule covers it',
      firstSeen: window.from,
      lastSeen: window.to,
      connections: 412,
      who: ['wiki-01', 'wiki-02'],
      whoCount: 2,
      filter: 'server.name = dc-01 and port = 88',
      rules: [],
    },
    {
      id: 'drift-2',
      kind: 'rule-quiet',
      application: { id: 'billing', name: 'billing' },
      severity: 'low',
      because: 'used every hour until then',
      words: 'api of billing may reach Internet on 443/tcp: not used for 19 hours',
      firstSeen: window.from,
      lastSeen: window.from + 5 * 3600,
      connections: 204,
      who: [],
      whoCount: 0,
      filter: '',
      rules: ['rule-billing.api-internet'],
      dismissed: { by: 'bob', reason: 'it is Sunday', at: window.to },
    },
  ],
  leftOff: 0,
  uncounted: 0,
  delta: { sections: [{ ...FIRST, rules: FIRST.rules.slice(0, 1) }], groups: [], refusals: [] },
  digest: [
    { application: { id: 'wiki', name: 'wiki' }, counts: { 'new-use': 1 }, worst: 'high', words: '1 new use' },
    { application: { id: 'billing', name: 'billing' }, counts: {}, worst: 'low', words: 'nothing that was not let be' },
  ],
  rerun: { advised: true, reasons: ['9 % of the connections of the last day are covered by no rule'] },
  words: '2 differences in 24 hours.',
};

const threats: ThreatsAnswer = [
  {
    id: 'threat-1',
    state: 'acknowledged',
    said: { by: 'bob', reason: 'I ask the warehouse', at: window.to },
    words: 'worker-03 opened a remote shell on stock-db-01, which it never did before',
    severity: 'high',
    severityReason: 'stock-db-01 is a crown jewel',
    confidence: 0.8,
    confidenceReason: 'first seen after 14 days of both being watched',
    evidence: ['worker-03 → stock-db-01 on ssh (22/tcp): 2 connections, 41 kB'],
    filter: 'client.name = worker-03 and port = 22',
    seen: window,
    technique: { id: 'T1021', name: 'Remote Services' },
    response: 'Ask who works on worker-03, and quarantine it if nobody does.',
    workloads: [
      { workload: 'worker-03', name: 'worker-03', part: 'source', managed: true },
      { workload: 'stock-db-01', name: 'stock-db-01', part: 'target', managed: true },
    ],
  },
];

/** By path below `/api/v1/`. */
export const LIFE: Readonly<Record<string, unknown>> = {
  policies: [summary],
  'policies/policy-1': summary,
  'policies/policy-1/revisions/latest': revision,
  'policies/policy-1/history': history,
  'policies/policy-1/diff': revisionDiff,
  'recommendations/latest/proof': proof,
  'recommendations/latest/curve': curve,
  'recommendations/latest/reach': reach,
  'policies/policy-1/drift': drift,
  threats,
};
