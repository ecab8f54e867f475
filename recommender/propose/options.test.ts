import type { Dependency } from '../../analytics/model/dependency';
import type { Topology } from '../../analytics/model/topology';
import type { ExporterQuality } from '../../ingest/exporters';
import { parseFilter } from '../../ingest/query';
import { CONVERSATION_FIELDS } from '../../analytics/conversations/query';
import { tcp, udp } from '../model/policy.fixture';
import type { Policy, RefusalCode, RefusedUse } from '../model/policy';
import { propose, type ProposeInput } from './propose';
import type { RuleDecision, RuleWish } from './decisions';
import type { Suspicion } from './sift';
import { TOPOLOGY, use, workloadOf } from './topology.fixture';

const NOW = '2026-03-01T00:00:00.000Z';
const from = (dependencies: readonly Dependency[], more: Partial<ProposeInput> = {}): Policy =>
  propose({ topology: TOPOLOGY, dependencies, name: 'test', now: NOW, ...more });
const rulesOf = ({ sections }: Policy) => sections.flatMap(({ rules }) => rules);
const wordsOf = (policy: Policy) => rulesOf(policy).map(({ words }) => words);
const decided = (wish: RuleWish): RuleDecision => ({ id: 'rule-decision-1', at: 1, by: 'ann', reason: '', wish });

const SHOP = [
  use('web-1', 'app-1', tcp(8443)),
  use('web-2', 'app-2', tcp(8443)),
  use('app-1', 'db-1', tcp(5432)),
  use('etl-1', 'db-1', tcp(5432)),
  use('web-1', 'dns-1', udp(53)),
];

describe('scope', () => {
  it.each([
    [{ kind: 'applications', applications: ['no such'] }, 'unknown-application', 'it has lake, shop'],
    [{ kind: 'applications', applications: [] }, 'empty-scope', 'names no application'],
    [{ kind: 'environment', environment: 'prod' }, 'unknown-environment', 'it has none'],
    [{ kind: 'workloads', workloads: ['10.0.7.7'] }, 'unknown-workload', 'no managed workload "10.0.7.7"'],
  ] as const)('refuses %j', (scope, code, words) => {
    expect(() => from([], { scope })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    );
  });

  it('closes some workloads of an application, and writes rules for their doors', () => {
    const policy = from(SHOP, { scope: { kind: 'workloads', workloads: ['app-1', 'db-1'] } });
    expect(policy.appliedTo).toEqual(['shop-app:scope', 'shop-db']);
    expect(policy.groups.find(({ id }) => id === 'shop-app:scope')?.addresses).toEqual(['10.0.2.1']);
    expect(wordsOf(policy)).toEqual([
      'app of shop and etl of lake may reach db of shop on postgres (5432/tcp)',
      'web of shop may reach app of shop on 8443/tcp',
    ]);
  });

  it('closes an environment, and sets apart what crosses into it', () => {
    const inProduction = new Set(['web-1', 'web-2', 'app-1', 'app-2', 'db-1']);
    const labelsOf = (id: string): Readonly<Record<string, string>> => {
      if (inProduction.has(id)) return { env: 'prod' };
      return id === 'etl-1' ? { env: 'dev' } : {};
    };
    const topology: Topology = {
      ...TOPOLOGY,
      workloads: TOPOLOGY.workloads.map((workload) => ({ ...workload, labels: labelsOf(workload.id) })),
    };
    const policy = from(SHOP, { topology, scope: { kind: 'environment', environment: 'prod' } });
    expect(policy.appliedTo).toEqual(['shop-app', 'shop-db', 'shop-web']);
    expect(policy.sections.map(({ category, name }) => [category, name])).toEqual([
      ['infrastructure', 'Shared services'],
      ['environment', 'dev to prod'],
      ['application', 'shop'],
    ]);
  });
});

describe('granularity', () => {
  it('lets everything pass within a ring, and names its doors', () => {
    const policy = from(SHOP, { granularity: 'ringfence' });
    expect(wordsOf(policy)).toEqual([
      'shop may reach dns on dns (53/udp)',
      'everything inside shop may pass',
      'lake may reach shop on postgres (5432/tcp)',
    ]);
    const [, ring] = rulesOf(policy);
    // Three services of known servers, each open to the four others of the ring; three of these uses were seen.
    expect(ring?.surface).toEqual({ opened: 12, unused: 9 });
    expect(ring?.extra?.words).toContain('whatever is new there');
  });

  it('writes rules for workloads one by one', () => {
    expect(wordsOf(from(SHOP, { granularity: 'workload' }))).toEqual([
      'web of shop may reach dns on dns (53/udp)',
      'app-1 and etl-1 may reach db-1 on postgres (5432/tcp)',
      'web-1 may reach app-1 on 8443/tcp',
      'web-2 may reach app-2 on 8443/tcp',
    ]);
  });
});

it('leaves what workloads open to others alone where only doors are asked for', () => {
  const policy = from([...SHOP, use('app-1', '192.0.2.0/24', tcp(443))], { strategy: 'inbound' });
  expect(policy.closures).toContainEqual({ group: 'shop-app', inbound: 'deny', outbound: 'open' });
  expect(wordsOf(policy).some((words) => words.includes('192.0.2.0/24'))).toBe(false);
});

describe('what a person decides', () => {
  const tried = [...SHOP, use('web-1', 'db-1', tcp(22), { established: 0 })];
  const refusedOf = (policy: Policy): readonly RefusedUse[] => policy.refusals.flatMap(({ refused = [] }) => refused);

  it('makes a rule of what was refused, and says where it comes from', () => {
    const refused = refusedOf(from(tried));
    expect(refused.map(({ words }) => words)).toEqual(['web-1 → db-1 on ssh (22/tcp), 100 connections']);
    const policy = from(tried, { decisions: [decided({ kind: 'accept', refused })] });
    expect(rulesOf(policy).filter(({ origin }) => origin === 'accepted')).toEqual([
      expect.objectContaining({ words: 'web of shop may reach db of shop on ssh (22/tcp)' }),
    ]);
    expect(policy.refusals).toEqual([]);
    const undone = { ...decided({ kind: 'accept', refused }), undone: { at: 2, by: 'bob', reason: '' } };
    expect(from(tried, { decisions: [undone] }).id).toBe(from(tried).id);
  });

  it('keeps a rejected rule out, also when it comes with others', () => {
    const rule = rulesOf(from(SHOP)).find(({ words }) => words.includes('postgres'));
    if (!rule) throw new Error('no rule to reject');
    const decisions = [decided({ kind: 'reject', rule })];
    const policy = from([...SHOP, use('web-1', 'db-1', tcp(5432))], { decisions });
    expect(wordsOf(policy).filter((words) => words.includes('postgres'))).toEqual([
      'web of shop may reach db of shop on postgres (5432/tcp)',
    ]);
    expect(policy.refusals).toEqual([expect.objectContaining({ code: 'rejected', dependencies: 2 })]);
  });
});

it.each<[RefusalCode, Suspicion]>([
  ['alert', { isAlerted: () => true, isNoise: () => false }],
  ['scanner', { isAlerted: () => false, isNoise: () => true }],
])('refuses what is known for %s', (code, suspicion) => {
  expect(from(SHOP, { suspicion }).refusals.map((refusal) => refusal.code)).toEqual([code]);
});

it('refuses a single sighting of which only behaviour tells the client', () => {
  const once = { connections: 1, established: 1 };
  const policy = from([use('web-1', 'app-1', tcp(1), { ...once, direction: 5 }), use('web-1', 'app-1', tcp(2), once)]);
  expect(wordsOf(policy)).toEqual(['web of shop may reach app of shop on 2/tcp']);
  expect(policy.refusals.map(({ code }) => code)).toEqual(['single-sighting']);
});

it('calls a group as the target does where it has exactly its members', () => {
  const known = [
    { id: 'g-7', name: 'SRV-WEB', addresses: ['10.0.1.1', '10.0.1.2'] },
    { id: 'g-8', name: 'SRV-APP', addresses: ['10.0.2.1', '10.0.2.2', '10.0.2.3'] },
  ];
  const policy = from(SHOP, { known });
  expect(wordsOf(policy)).toContain('SRV-WEB may reach app of shop on 8443/tcp');
  expect(policy.appliedTo).toContain('g-7');
});

it('carries what all uses of a rule were recognised as, in words too', () => {
  const seen = { protocol: 6, port: 8443, fqdns: [], users: [], processes: ['java'] };
  const recognised = [
    { ...seen, client: 'web-1', server: 'app-1', l7: ['grpc'], tlsVersions: ['TLSv1.3'] },
    { ...seen, client: 'web-2', server: 'app-2', l7: ['http2'], tlsVersions: ['TLS 1.2'], processes: [] },
  ];
  const [, , rule] = rulesOf(from(SHOP, { recognised, carry: ['l7', 'processes'] }));
  expect(rule?.context).toEqual({ l7: ['grpc', 'http2'], tlsFloor: '1.2', fqdns: [], users: [], processes: [] });
  expect(rule?.words).toBe('web of shop may reach app of shop on 8443/tcp as grpc and http2, TLS 1.2 or later');
});

it('carries who was logged on where no source names a user', () => {
  const workloads = TOPOLOGY.workloads.map((each) => (each.id === 'etl-1' ? { ...each, users: ['ann'] } : each));
  const policy = from([use('etl-1', 'db-1', tcp(5432))], { topology: { ...TOPOLOGY, workloads }, carry: ['users'] });
  expect(rulesOf(policy)[0]?.context?.users).toEqual(['ann']);
});

it('says how its exporters were heard', () => {
  const quality: ExporterQuality = {
    exporter: '10.255.0.1',
    domain: 0,
    format: 'ipfix',
    datagrams: 30,
    flows: 900,
    lost: 100,
    dropped: 0,
    restarts: 0,
    rejected: 0,
    unknownTemplateSets: 0,
    waitingSets: 0,
    samplingRate: 10,
    samplingSource: 'options',
    skewMillis: 0,
    firstSeen: TOPOLOGY.window.from,
    lastSeen: TOPOLOGY.window.to,
    flowsPerSecond: 1,
    blind: [],
    score: 0.9,
    parts: [{ name: 'received', share: 0.9, text: 'lost 10 % of its records' }],
  };
  const [rule] = rulesOf(from(SHOP, { exporters: [quality] }));
  expect(rule?.evidence.witnesses).toEqual([
    {
      exporter: '10.255.0.1',
      // 0.9 of what is left of ten packets when one in ten is counted.
      quality: 0.586,
      words: 'lost 10 % of its records; counts one packet in 10, so that of connections of 10 packets 65 % are seen',
    },
  ]);
  expect(rule?.confidenceParts?.map(({ name }) => name)).toContain('telemetry');
});

it('gives a filter that is understood', () => {
  const traffic = [...SHOP, use('web-1', 'app-1', { kind: 'icmp', protocol: 1, type: 8, code: 0 })];
  for (const { evidence } of rulesOf(from(traffic)))
    expect(() => parseFilter(CONVERSATION_FIELDS, evidence.filter ?? '')).not.toThrow();
  expect(rulesOf(from(traffic)).every(({ evidence }) => evidence.filter !== undefined)).toBe(true);
});

it('proposes monitoring as one rule, whomever it watches', () => {
  const watched = ['web-1', 'app-1', 'db-1', 'etl-1'].map((server) => use('dns-1', server, tcp(9100)));
  expect(wordsOf(from(watched))).toEqual([
    'dns may reach app of shop, db of shop, etl of lake and web of shop on node-exporter (9100/tcp)',
  ]);
});

it('takes the ports that a tier draws for one service, and says what it opens', () => {
  const servers = Array.from({ length: 10 }, (_, i) => workloadOf(`job-${i}`, [`10.0.5.${i + 1}`]));
  const jobs = {
    ...TOPOLOGY.groups.find(({ id }) => id === 'lake-etl'),
    id: 'lake-jobs',
    kind: 'tier' as const,
    name: 'jobs of lake',
    application: 'lake',
    members: servers.map(({ id }) => ({ workload: id, confidence: 0.8 })),
    reasons: [],
  };
  const topology = { ...TOPOLOGY, workloads: [...TOPOLOGY.workloads, ...servers], groups: [...TOPOLOGY.groups, jobs] };
  const begin = TOPOLOGY.window.from;
  const uses = Array.from({ length: 150 }, (_, i) =>
    use('etl-1', `job-${i % 10}`, tcp(32_768 + ((i * 7919) % 28_000)), {
      hours: 1,
      firstSeen: begin + (i % 23) * 3_600,
      lastSeen: begin + (i % 23) * 3_600 + 1_800,
    }),
  );
  const [rule, ...others] = rulesOf(from(uses, { topology }));
  expect(others).toEqual([]);
  expect(rule?.services).toEqual([
    expect.objectContaining({ kind: 'dynamic', control: null, admitted: { first: 32_768, last: 60_999 } }),
  ]);
  expect(rule?.extra?.words).toMatch(
    /so few of 150 ports came back.*\(confidence 0\.\d\d\); 32768 to 60999 is admitted, from which Linux draw/,
  );
});

it('names the control port of a dynamic service once', () => {
  const dynamic = { kind: 'dynamic' as const, protocol: 6, control: 135, observed: { first: 50_000, last: 50_400 } };
  const policy = from([
    use('web-1', 'app-1', dynamic, { ports: [50_000, 50_400] }),
    use('web-2', 'app-1', tcp(135)),
    use('web-1', 'app-1', tcp(389)),
  ]);
  expect(wordsOf(policy)).toEqual([
    'web of shop may reach app of shop on ms-rpc dynamic (135/tcp, handing out 49152 to 65535) and ldap (389/tcp)',
  ]);
  const [rule] = rulesOf(policy);
  if (!rule) throw new Error('no rule to reject');
  expect(wordsOf(from([use('web-2', 'app-1', tcp(135))], { decisions: [decided({ kind: 'reject', rule })] }))).toEqual(
    [],
  );
});

it('writes one rule for the networks outside that somebody uses alike', () => {
  const policy = from([use('app-1', '192.0.2.0/24', tcp(443)), use('app-1', '198.51.100.0/24', tcp(443))]);
  expect(wordsOf(policy)).toEqual(['app of shop may reach 192.0.2.0/24 and 198.51.100.0/24 on https (443/tcp)']);
});
