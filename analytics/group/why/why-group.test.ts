import { dependency, managed, tcp, udp } from '../../quality/estate';
import type { GroupDecision } from '../../model/group-decision';
import type { Group, Member, Topology } from '../../model/topology';
import { findWorkload } from './find-workload';
import { whyGroup } from './why-group';

const member = (workload: string, more: Partial<Member> = {}): Member => ({ workload, confidence: 0.9, ...more });
const group = (id: string, kind: Group['kind'], members: readonly Member[], more: Partial<Group> = {}): Group => ({
  id,
  kind,
  name: id.replace('-', ' of '),
  application: null,
  members,
  reasons: [{ text: `${id} is so`, weight: 1 }],
  ...more,
});

const topology: Topology = {
  id: 'topology-1',
  window: { from: 0, to: 86_400 },
  workloads: [
    { ...managed('web1', { app: 'shop', role: 'web' }), addresses: ['10.0.0.1'] },
    { ...managed('web2', { app: 'shop' }), addresses: ['2001:db8::5'] },
    managed('web3', { app: 'blog' }),
    managed('db1'),
    managed('api1'),
    managed('dns1', { app: 'shop' }),
    managed('scan1'),
    { ...managed('web1-twin'), name: 'web1' },
  ],
  groups: [
    group(
      'shop',
      'application',
      ['web1', 'web2', 'web3', 'db1'].map((id) => member(id)),
      { since: 0 },
    ),
    group('wiki', 'application', [member('api1'), member('db1', { lent: true, confidence: 0.4 })]),
    group('db-shop', 'tier', [member('db1')], { application: 'shop', role: 'postgres' }),
    group('db-wiki', 'tier', [member('db1', { lent: true })], { application: 'wiki', role: 'postgres' }),
    group('web-shop', 'tier', [
      member('web1', { next: { group: 'db-shop', fit: 0.3 }, decision: 'decision-1' }),
      member('web2'),
      member('web3'),
    ]),
    group('dns', 'shared-service', [member('dns1')]),
    group('scanner', 'scanner', [member('scan1')]),
  ],
  disagreements: [
    { workload: 'web1', group: 'web-shop', between: 'label', suggested: null, reason: { text: 'why', weight: 1 } },
    { workload: 'db1', group: 'db-shop', between: 'label', suggested: null, reason: { text: 'why', weight: 1 } },
  ],
};
const dependencies = [
  ...['web1', 'web2', 'web3'].flatMap((web) => [
    dependency(web, 'db1', tcp(5432)),
    dependency(web, 'dns1', udp(53)),
    { ...dependency(web, 'dns1', udp(514)), established: 0 },
  ]),
  dependency('api1', 'dns1', udp(53)),
  dependency('web1', 'api1', tcp(8080), 7),
  dependency('web2', 'web3', tcp(8443)),
  dependency('scan1', 'web2', tcp(22)),
  dependency('scan1', 'web3', tcp(22)),
  { ...dependency('web1', 'db1', tcp(3306)), established: 0 },
];
const decision = (id: string, wish: GroupDecision['wish']): GroupDecision => ({
  id,
  number: 1,
  at: 0,
  by: 'ann',
  reason: '',
  wish,
  groups: [],
  topology: 'topology-0',
});
const decisions = [
  decision('decision-1', { kind: 'pin', group: 'web-shop', workloads: ['web1'] }),
  decision('decision-2', { kind: 'confirm', group: 'shop' }),
  decision('decision-3', { kind: 'move', group: 'shop', workloads: ['web2'] }),
  decision('decision-4', { kind: 'merge', groups: ['wiki', 'shop'] }),
];
const why = (workload: string) => whyGroup({ topology, dependencies, decisions }, findWorkload(topology, workload));

it('tells the groups of a workload, with what else would do', () => {
  const { workload, groups } = why('web1');
  expect(workload).toMatchObject({ id: 'web1', labels: { app: 'shop' } });
  expect(groups).toMatchObject([
    { id: 'shop', members: 4, lent: false, since: 0, reasons: [{ text: 'shop is so' }] },
    { id: 'web-shop', decision: 'decision-1', next: { id: 'db-shop', kind: 'tier', name: 'db of shop', fit: 0.3 } },
  ]);
  expect(why('db1').groups.map(({ id, lent }) => [id, lent])).toEqual([
    ['shop', false],
    ['db-shop', false],
    ['wiki', true],
    ['db-wiki', true],
  ]);
  expect(why('db1').groups.map(({ role, sameRole }) => [role, sameRole?.map(({ name }) => name)])).toEqual([
    [undefined, undefined],
    ['postgres', ['db of wiki']],
    [undefined, undefined],
    ['postgres', ['db of shop']],
  ]);
});

it('adds up whom it talks to, at home and by what was answered', () => {
  const of = (peers: number, connections: number, service: string, side: string) => ({
    service,
    side,
    peers,
    connections,
  });
  expect(why('web1').ties).toMatchObject([
    {
      id: 'dns',
      peers: 1,
      connections: 200,
      services: [of(1, 100, 'udp/53', 'client'), of(1, 100, 'udp/514', 'client')],
    },
    { id: 'shop', peers: 1, connections: 100, services: [of(1, 100, 'tcp/5432', 'client')] },
    { id: 'wiki', peers: 1, connections: 7, services: [of(1, 7, 'tcp/8080', 'client')] },
  ]);
  expect(why('db1').ties).toMatchObject([{ id: 'shop', peers: 3, connections: 300 }]);
});

it('compares it with its tier, the telling first, scans aside', () => {
  const { likeness } = why('web1');
  expect(likeness).toMatchObject({
    id: 'web-shop',
    others: 2,
    common: [
      { service: 'tcp/5432', side: 'client', others: 2, elsewhere: 0 },
      { service: 'udp/514', name: 'syslog', others: 2, elsewhere: 0 },
      { service: 'udp/53', others: 2, elsewhere: 0.2 },
    ],
    own: [{ service: 'tcp/8080', others: 0 }],
    lacking: [
      { service: 'tcp/8443', side: 'server', others: 1 },
      { service: 'tcp/8443', side: 'client', others: 1 },
    ],
  });
  expect(why('db1').likeness).toBeNull();
});

it('holds the label of an application against the shared service that it is', () => {
  expect(why('dns1').labels).toEqual([
    { text: 'app:shop is said of 1 of the 1 workloads of dns, and something else of 0', weight: 1 },
  ]);
});

it('holds labels against its groups, and lists what people and labels say', () => {
  const answer = why('web1');
  expect(answer.labels).toEqual([
    { text: 'app:shop is said of 2 of the 4 workloads of shop, and something else of 1', weight: 0.333 },
    { text: 'role:web is said of 1 of the 3 workloads of web of shop, and something else of 0', weight: 1 },
  ]);
  expect(answer.decisions.map(({ id }) => id)).toEqual(['decision-1', 'decision-2', 'decision-4']);
  expect(answer.disagreements).toHaveLength(1);
});

it.each([
  ['10.0.0.1', 'web1'],
  ['::ffff:10.0.0.1', 'web1'],
  ['2001:DB8:0:0::5', 'web2'],
  ['WEB2', 'web2'],
])('finds %s', (written, id) => {
  expect(why(written).workload.id).toBe(id);
});

it.each([
  ['wbe2', 'unknown-workload', 'did you mean web2?'],
  ['nothing-like-it', 'unknown-workload', '`wayleave workloads` lists them'],
  ['fe80::1%eth0', 'unknown-workload', '`wayleave workloads` lists them'],
  ['10.0.0.2', 'unknown-workload', '`wayleave workloads` lists them'],
  ['Web1', 'ambiguous-workload', 'expected the id of one: web1, web1-twin'],
])('refuses %s', (written, code, message) => {
  expect(() => why(written)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
});
