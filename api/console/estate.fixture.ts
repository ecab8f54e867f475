import { layoutMap, type MapLink } from '../../analytics/layout';
import type { Group, Topology } from '../../analytics/model/topology';
import type { Workload } from '../../analytics/model/workload';
import type { Service } from '../../analytics/model/service';
import type { Policy, PolicyGroup, Refusal, Rule, Section } from '../../recommender/model/policy';
import type {
  DecisionsAnswer,
  DiffAnswer,
  ExportersAnswer,
  MapAnswer,
  PipelineSummary,
  ReplayAnswer,
  RunsAnswer,
  StatusAnswer,
} from './contract';

/** A made-up estate as the API would answer about it: a shop, its billing, a wiki, and what they all share. */

const START = Date.UTC(2026, 2, 14) / 1000;
const DAY = 86_400;
const WINDOW = { from: START, to: START + DAY };

type Draft = readonly [
  id: string,
  kind: Group['kind'],
  name: string,
  members: readonly string[],
  reasons: readonly string[],
];

const hosts = (name: string, amount: number): string[] =>
  Array.from({ length: amount }, (_, i) => `${name}-${String(i + 1).padStart(2, '0')}`);

const TIERS: readonly (readonly [application: string, tier: string, hosts: readonly string[], serves: string])[] = [
  ['shop', 'web', hosts('shop-web', 3), '443/tcp'],
  ['shop', 'app', hosts('shop-app', 4), '8443/tcp'],
  ['shop', 'cache', hosts('shop-cache', 2), '6379/tcp'],
  ['shop', 'postgres', hosts('shop-db', 2), '5432/tcp'],
  ['billing', 'api', hosts('billing-api', 2), '9000/tcp'],
  ['billing', 'mariadb', hosts('billing-db', 2), '3306/tcp'],
  ['wiki', 'web', hosts('wiki', 2), '443/tcp'],
  ['wiki', 'postgres', hosts('wiki-db', 1), '5432/tcp'],
  ['warehouse', 'queue', hosts('mq', 3), '5671/tcp'],
  ['warehouse', 'worker', hosts('worker', 6), '8080/tcp'],
  ['warehouse', 'postgres', hosts('stock-db', 2), '5432/tcp'],
];

const OTHERS: readonly Draft[] = [
  [
    'users',
    'external',
    'Office and VPN users',
    ['10.20.0.0/16', '10.21.0.0/16'],
    ['start connections only, from 212 addresses'],
  ],
  ['internet', 'external', 'Internet', ['0.0.0.0/0'], ['outside the estate’s networks']],
  ['scanner', 'scanner', 'Vulnerability scanner', ['scan-01'], ['tried 1,024 ports on 27 hosts, 97 % unanswered']],
  [
    'stray',
    'unknown',
    'Not in the inventory',
    hosts('10.9.4', 2),
    ['inside the estate’s networks, not in the inventory'],
  ],
  ['dns', 'shared-service', 'DNS', hosts('dns', 2), ['53/udp used by 27 of 29 workloads']],
  [
    'directory',
    'shared-service',
    'Directory',
    hosts('dc', 2),
    ['389/tcp and dynamic MS-RPC used by every application'],
  ],
  ['time', 'shared-service', 'Time', hosts('ntp', 1), ['123/udp used by every workload']],
  ['monitoring', 'shared-service', 'Monitoring', hosts('mon', 1), ['polls 9100/tcp on every workload every minute']],
];

const tierId = (application: string, tier: string): string => `${application}.${tier}`;

function group(
  id: string,
  kind: Group['kind'],
  name: string,
  application: string | null,
  members: readonly string[],
  reasons: readonly string[],
): Group {
  return {
    id,
    kind,
    name,
    application,
    members: members.map((workload, i) => ({ workload, confidence: Math.max(0.62, 0.99 - 0.07 * i) })),
    reasons: reasons.map((text, i) => ({ text, weight: 0.9 - 0.3 * i })),
  };
}

function groupsOf(): Group[] {
  const applications = [...new Set(TIERS.map(([application]) => application))].map((application) => {
    const members = TIERS.flatMap(([own, , list]) => (own === application ? list : [])).sort();
    return group(application, 'application', application, null, members, [
      'these hosts talk to each other 40 times as much as to the rest',
      'names of most of them start alike',
    ]);
  });
  const tiers = TIERS.map(([application, tier, members, serves]) =>
    group(tierId(application, tier), 'tier', `${tier} of ${application}`, application, members, [
      `all of them serve ${serves}`,
      'they use the same services',
    ]),
  );
  const others = OTHERS.map(([id, kind, name, members, reasons]) => group(id, kind, name, null, members, reasons));
  return [...applications, ...tiers, ...others];
}

function workloadsOf(groups: readonly Group[]): Workload[] {
  const ids = [...new Set(groups.flatMap(({ members }) => members.map(({ workload }) => workload)))].sort();
  return ids.map((id, i) => ({
    id,
    name: id,
    kind: 'managed',
    addresses: [`10.1.${Math.floor(i / 8)}.${10 + (i % 8)}`],
    labels: {},
    ...(id.startsWith('10.9.4') ? { users: ['ann', 'bob'] } : {}),
  }));
}

const GROUPS = groupsOf();

const NEXT: Readonly<Record<string, { readonly group: string; readonly fit: number }>> = {
  'shop-cache-02': { group: 'shop.app', fit: 0.44 },
  'wiki-02': { group: 'shop.web', fit: 0.71 },
};

/** What a run says of groups beside their members: an estate in one environment, with one group that was confirmed. */
function remarked(group: Group): Group {
  const { id, kind, members } = group;
  return {
    ...group,
    since: START - 7 * DAY,
    ...(kind === 'application' ? { environment: 'prod' } : {}),
    ...(id === 'directory' ? { confirmed: 'decision-2' } : {}),
    members: members.map((member) => {
      const next = kind === 'tier' ? NEXT[member.workload] : undefined;
      return next ? { ...member, next } : member;
    }),
  };
}

export const topology: Topology = {
  id: 'analysis-7',
  window: WINDOW,
  workloads: workloadsOf(GROUPS),
  groups: GROUPS.map(remarked),
  crossings: [
    { client: 'worker-03', server: 'wiki-db-01', service: 'tcp/5432', from: 'test', to: 'prod', connections: 412 },
  ],
  disagreements: [
    {
      workload: 'wiki-02',
      group: 'wiki.web',
      between: 'label',
      suggested: 'shop.web',
      reason: { text: 'labelled app:wiki, and 71 % of its traffic is with shop', weight: 0.71 },
    },
  ],
  meshes: [
    {
      service: 'tcp/8301',
      name: 'serf',
      share: 0.87,
      members: ['shop-app-01', 'shop-app-02', 'wiki-01', 'wiki-02'],
      reasons: [{ text: 'two peers of one are peers of each other in 91 % of cases', weight: 0.91 }],
    },
  ],
  candidates: [
    {
      name: 'logging',
      members: ['mq-01', 'mq-02'],
      confidence: 0.38,
      reasons: [
        { text: 'serves syslog (udp/514) to 9 of 29 managed workloads', weight: 0.31 },
        { text: 'only 9 partners, which may be chance', weight: -0.2 },
      ],
    },
  ],
  unseen: [
    { text: 'only 24 hours of traffic: what runs once a week may not be in it', weight: -0.43 },
    { text: '4 of 29 (14 %) managed workloads were never seen, such as mq-01, mq-02, mq-03 and 1 more', weight: -0.14 },
  ],
};

export const decisions: DecisionsAnswer = [
  {
    id: 'decision-2',
    number: 1,
    at: START + 3600,
    by: 'ann',
    reason: 'two domain controllers, see the register',
    wish: { kind: 'confirm', group: 'directory' },
    groups: [
      { id: 'directory', kind: 'shared-service', name: 'Directory', application: null, members: ['dc-01', 'dc-02'] },
    ],
    topology: 'analysis-6',
    text: "ann's confirmation of Directory on 2026-03-14",
  },
];

export const runs: RunsAnswer = [
  { id: topology.id, created: '2026-03-15T00:05:00Z' },
  { id: 'analysis-6', created: '2026-03-14T00:05:00Z' },
  { id: 'analysis-5', created: '2026-03-13T00:05:00Z' },
];

/** Of the two newest runs; others have the same groups. */
export function diffAnswer(from: string, to: string): DiffAnswer {
  const run = (id: string) => ({ id, window: { from: WINDOW.from - DAY, to: WINDOW.to } });
  const same = { events: [], moved: [], renamed: [], confidence: [], workloads: { added: [], gone: [] } };
  if (from !== 'analysis-6' || to !== topology.id) return { before: run(from), after: run(to), ...same };
  const [wiki, shop] = ['wiki.web', 'shop.web'].map((id) => ({ id, kind: 'tier' as const, name: `web of ${id}` }));
  return {
    before: run(from),
    after: run(to),
    events: [
      { kind: 'appeared', groups: ['billing'], workloads: [], text: 'billing appeared with 4 workloads: 4 from shop' },
      {
        kind: 'split',
        groups: ['shop', 'billing'],
        workloads: [],
        text: 'shop split: 4 of 15 workloads are now billing',
      },
    ],
    moved: [
      {
        workload: 'wiki-02',
        from: shop ? [{ ...shop, confidence: 0.4 }] : [],
        to: wiki ? [{ ...wiki, confidence: 0.92 }] : [],
        text: 'wiki-02 left web of shop (confidence 0.4) for web of wiki (confidence 0.92)',
      },
    ],
    renamed: [{ id: 'time', kind: 'shared-service', from: 'ntp', to: 'Time', text: 'ntp is called Time now' }],
    confidence: [],
    workloads: { added: ['stock-db-02'], gone: [] },
  };
}

const tcp = (port: number): Service => ({ kind: 'port', protocol: 6, port });
const udp = (port: number): Service => ({ kind: 'port', protocol: 17, port });
const rpc: Service = { kind: 'dynamic', protocol: 6, control: 135, observed: { first: 49_664, last: 50_112 } };

type Use = readonly [from: string, to: string, services: readonly Service[], label: string, connections: number];

const USES: readonly Use[] = [
  ['users', 'shop.web', [tcp(443)], '443/tcp', 48_211],
  ['internet', 'shop.web', [tcp(443)], '443/tcp', 131_904],
  ['shop.web', 'shop.app', [tcp(8443)], '8443/tcp', 96_420],
  ['shop.app', 'shop.cache', [tcp(6379)], '6379/tcp', 240_118],
  ['shop.app', 'shop.postgres', [tcp(5432)], '5432/tcp', 61_007],
  ['shop.postgres', 'shop.postgres', [tcp(5432)], '5432/tcp', 288],
  ['shop.app', 'billing.api', [tcp(9000)], '9000/tcp', 9_214],
  ['shop.app', 'warehouse.queue', [tcp(5671)], '5671/tcp', 4_096],
  ['billing.api', 'billing.mariadb', [tcp(3306)], '3306/tcp', 12_870],
  ['billing.api', 'internet', [tcp(443)], '443/tcp', 1_204],
  ['users', 'wiki.web', [tcp(443), tcp(80)], '80/tcp, 443/tcp', 7_332],
  ['wiki.web', 'wiki.postgres', [tcp(5432)], '5432/tcp', 5_118],
  ['warehouse.worker', 'warehouse.queue', [tcp(5671)], '5671/tcp', 18_730],
  ['warehouse.worker', 'warehouse.postgres', [tcp(5432)], '5432/tcp', 15_002],
  ...TIERS.flatMap(([application, tier, members]): Use[] => {
    const id = tierId(application, tier);
    return [
      [id, 'dns', [udp(53), tcp(53)], '53/tcp, 53/udp', 1_440 * members.length],
      [id, 'time', [udp(123)], '123/udp', 96 * members.length],
      ['monitoring', id, [tcp(9100)], '9100/tcp', 1_440 * members.length],
    ];
  }),
  ['shop.app', 'directory', [tcp(389), rpc], '389/tcp, ms-rpc dynamic', 2_310],
  ['wiki.web', 'directory', [tcp(389)], '389/tcp', 840],
];

const REFUSED: readonly (readonly [from: string, to: string, label: string, connections: number])[] = [
  ['scanner', 'shop.postgres', '22/tcp, 5432/tcp +30', 4_096],
  ['scanner', 'wiki.web', '22/tcp, 443/tcp +61', 3_210],
  ['stray', 'billing.mariadb', '3306/tcp', 17],
];

const nameOf = new Map(GROUPS.map(({ id, name }) => [id, name]));
const sizeOf = new Map(GROUPS.map(({ id, members }) => [id, members.length]));
const ruleId = (from: string, to: string): string => `rule-${from}-${to}`;

function rule([from, to, services, label, connections]: Use): Rule {
  const opened = (sizeOf.get(from) ?? 1) * (sizeOf.get(to) ?? 1) * services.length;
  const used = Math.max(1, Math.round(opened * (connections > 2000 ? 1 : 0.6)));
  return {
    id: ruleId(from, to),
    words: `${nameOf.get(from) ?? from} may reach ${nameOf.get(to) ?? to} on ${label}`,
    action: 'allow',
    sources: [{ kind: 'group', group: from }],
    destinations: [{ kind: 'group', group: to }],
    services,
    log: false,
    confidence: connections > 2000 ? 0.97 : connections > 500 ? 0.88 : 0.64,
    surface: { unused: opened - used, opened },
    evidence: {
      dependencies: used,
      connections,
      packets: connections * 14,
      bytes: connections * 9_200,
      hours: connections > 2000 ? 24 : 9,
      firstSeen: START + 120,
      lastSeen: START + DAY - (connections > 2000 ? 60 : 7_260),
      direction: connections > 500 ? 1 : 5,
      reporters: ['192.0.2.1', '192.0.2.2'],
      examples: [
        `${from.replace('.', '-')}-01 → ${to.replace('.', '-')}-01 on ${label}, ${connections.toLocaleString('en')} connections`,
      ],
    },
  };
}

const isShared = ([from, to]: Use): boolean =>
  [from, to].some((id) => ['dns', 'time', 'monitoring', 'directory'].includes(id));

const sections: readonly Section[] = [
  { id: 'infrastructure', category: 'infrastructure', name: 'Shared services', rules: USES.filter(isShared).map(rule) },
  {
    id: 'application',
    category: 'application',
    name: 'Applications',
    rules: USES.filter((use) => !isShared(use)).map(rule),
  },
];

const refusals: readonly Refusal[] = [
  {
    reason: 'A scanner tries everything; what it reaches says nothing about what is needed',
    code: 'scanner',
    dependencies: 611,
    connections: 7_306,
    examples: ['scan-01 → shop-db-01 on 22/tcp, 32 connections', 'scan-01 → wiki-01 on 8080/tcp, 31 connections'],
  },
  {
    reason: 'Nobody ever answered on these ports',
    code: 'unanswered',
    dependencies: 14,
    connections: 212,
    examples: ['worker-03 → stock-db-02 on 5433/tcp, 96 connections'],
  },
  {
    reason: 'The client is in the estate’s networks but not in the inventory',
    code: 'not-managed',
    dependencies: 1,
    connections: 17,
    examples: ['10.9.4-01 → billing-db-01 on 3306/tcp, 17 connections'],
    refused: [
      {
        id: 'use-1',
        client: '10.9.4-01',
        server: 'billing-db-01',
        service: tcp(3306),
        connections: 17,
        firstSeen: START,
        lastSeen: START + DAY,
        words: '10.9.4-01 → billing-db-01 on 3306/tcp, 17 connections',
      },
    ],
  },
];

function frozen({ id, kind, name, application }: Group): PolicyGroup {
  return { id, kind, name, application, addresses: [] };
}

export const policy: Policy = {
  id: 'policy-3',
  name: 'Recommendation of 15 March',
  created: '2026-03-15T00:10:00Z',
  topology: topology.id,
  window: WINDOW,
  granularity: 'tier',
  sections,
  groups: GROUPS.map(frozen),
  appliedTo: GROUPS.filter(({ kind }) => kind === 'tier').map(({ id }) => id),
  refusals,
};

const links: readonly MapLink[] = [
  ...USES.map(([from, to, , label, connections]): MapLink => {
    return { from, to, label, rules: [ruleId(from, to)], connections, state: 'allowed' };
  }),
  ...REFUSED.map(([from, to, label, connections]): MapLink => {
    return { from, to, label, rules: [], connections, state: 'refused' };
  }),
];

export function mapAnswer(expanded: readonly string[], compliance = false): MapAnswer {
  const shown = compliance ? links.map(judged) : links;
  const answer = { view: layoutMap({ topology, links: shown, expanded }), window: WINDOW, topology: topology.id };
  return compliance ? { ...answer, words: 'of 1,841 conversations rules allow 1,204' } : answer;
}

/** What the policy says of it. */
function judged(link: MapLink): MapLink {
  if (link.state === 'refused') return { ...link, state: link.from === 'stray' ? 'unknown' : 'denied' };
  return link.to.startsWith('warehouse') ? { ...link, state: 'unprotected', rules: [] } : link;
}

export const replay: ReplayAnswer = {
  window: { from: START + DAY, to: START + 2 * DAY },
  legitimate: { tuples: 1_841, connections: 702_118, packets: 9_829_652 },
  denied: { tuples: 9, connections: 2_246, packets: 9_810, shareOfConnections: 0.0032, shareOfPackets: 0.000_998 },
  surface: { open: 402, possible: 9_744, share: 0.0413 },
  deniedExamples: [
    {
      words: 'billing-api-02 → shop-db-01 on 5432/tcp',
      connections: 24,
      why: 'no rule admits api of billing to postgres of shop; seen on this day only',
    },
    { words: 'wiki-02 → dc-02 on 88/tcp', connections: 12, why: 'wiki uses the directory on 389/tcp only so far' },
  ],
};

const SHARES = [
  { name: 'received', share: 0.91, text: '1,204 of 13,377 records never arrived' },
  { name: 'decoded', share: 1, text: 'everything that arrived was understood' },
  { name: 'heard', share: 1, text: 'never silent' },
] as const;

export const exporters: ExportersAnswer = [
  {
    exporter: '10.10.0.1',
    domain: 256,
    format: 'netflow9',
    datagrams: 51_220,
    flows: 1_230_117,
    lost: 0,
    dropped: 0,
    restarts: 0,
    rejected: 0,
    unknownTemplateSets: 0,
    waitingSets: 0,
    samplingRate: 1,
    samplingSource: 'options',
    skewMillis: 210,
    firstSeen: START,
    lastSeen: START + DAY,
    flowsPerSecond: 14.2,
    blind: [],
    score: 1,
    parts: SHARES.map((part) => ({ ...part, share: 1 })),
  },
  {
    exporter: '10.20.0.1',
    domain: 0,
    format: 'sflow',
    datagrams: 1911,
    flows: 12_173,
    lost: 1204,
    dropped: 0,
    restarts: 1,
    rejected: 0,
    unknownTemplateSets: 0,
    waitingSets: 0,
    samplingRate: 1000,
    samplingSource: 'records',
    skewMillis: 0,
    firstSeen: START,
    lastSeen: START + DAY,
    flowsPerSecond: 0.4,
    blind: [{ from: START + 3600, to: START + 5400, why: 'losing' }],
    score: 0.91,
    parts: [...SHARES],
  },
];

export const pipeline: PipelineSummary = { full: null, trouble: null, backlog: 0, oldest: null, receiving: true };

export const status: StatusAnswer = { flows: 1_482_330, uploads: 3, exporters: 2, pipeline, jobs: [] };
