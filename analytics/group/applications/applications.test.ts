import type { Dependency } from '../../model/dependency';
import type { Workload } from '../../model/workload';
import { dependency, managed, tcp } from '../../quality/estate';
import { DEFAULT_CONFIG } from '../config';
import { UNCONSTRAINED } from '../constraints';
import { gatherEvidence } from '../evidence';
import { findStructure, type Structure } from '../structure';

const all = (clients: readonly string[], servers: readonly string[], port = 443, connections = 100) =>
  clients.flatMap((client) =>
    servers.filter((server) => server !== client).map((server) => dependency(client, server, tcp(port), connections)),
  );
const numbered = (stem: string, count: number) => Array.from({ length: count }, (_, n) => `${stem}${n + 1}`);

const USERS = numbered('10.9.0.', 6);

/** Web, application server and database, with users. */
function threeTiers(name: string, mark = '') {
  const tier = (of: string, count: number) => numbered(`${name}-${mark}${of}-`, count);
  const [web, app, db] = [tier('web', 3), tier('app', 3), tier('db', 2)];
  const dependencies = [...all(USERS, web), ...all(web, app, 8080), ...all(app, db, 5432), ...all(db, db, 5432)];
  return { web, app, db, hosts: [...web, ...app, ...db], dependencies };
}

interface Held {
  readonly applicationOf?: Readonly<Record<string, string>>;
  readonly labelWeight?: number;
  readonly notShared?: readonly string[];
  /** By id, its application in the run before. */
  readonly before?: Readonly<Record<string, string>>;
}

function structureOf(workloads: readonly Workload[], dependencies: readonly Dependency[], held: Held = {}) {
  const users = USERS.map((id): Workload => ({ ...managed(id), kind: 'unknown', addresses: [id] }));
  const evidence = gatherEvidence([...workloads, ...users], dependencies, DEFAULT_CONFIG.lookUp);
  const { labelWeight = 1, applicationOf = {}, notShared = [], before = {} } = held;
  const numbers = new Map(evidence.workloads.map(({ id }, number) => [id, number]));
  const byNumber = (groups: Readonly<Record<string, string>>) =>
    new Map(Object.entries(groups).map(([id, group]) => [numbers.get(id) ?? -1, group]));
  const config = { ...DEFAULT_CONFIG, applications: { ...DEFAULT_CONFIG.applications, labelWeight } };
  const constraints = {
    ...UNCONSTRAINED,
    applicationOf: byNumber(applicationOf),
    notShared: new Set(notShared.map((id) => numbers.get(id) ?? -1)),
  };
  const structure = findStructure(evidence, config, 1, constraints, {
    applications: byNumber(before),
    roles: new Map(),
    guessed: new Set(),
  });
  const idOf = (workload: number) => evidence.workloads[workload]?.id ?? '';
  const home = (id: string) => structure.applications.find(({ owned }) => owned.has(numbers.get(id) ?? -1));
  const mates = (id: string) => [...(home(id)?.owned.keys() ?? [])].map(idOf).sort();
  return { structure, idOf, home, mates, number: (id: string) => numbers.get(id) ?? -1 };
}

const [shop, billing, crm, hr] = [threeTiers('shop'), threeTiers('billing'), threeTiers('crm'), threeTiers('hr')];
const four = [shop, billing, crm, hr];
const HOSTS = four.flatMap(({ hosts }) => hosts);
const TRAFFIC = four.flatMap(({ dependencies }) => dependencies);
const plain = (ids: readonly string[]) => ids.map((id) => managed(id));
const labelled = (labels: (id: string) => Readonly<Record<string, string>>) =>
  HOSTS.map((id) => managed(id, labels(id)));

describe('applications', () => {
  it.each<[string, readonly string[], readonly Dependency[]]>([
    ['with nothing between them', [], []],
    ['one of which calls the front of another', [], all(shop.db, billing.web.slice(0, 1), 443, 30)],
    [
      'between two hosts of which a job moves a million files a night',
      [],
      all(['shop-db-1'], ['billing-db-1'], 873, 1_000_000),
    ],
    ['everywhere in which a host without a port that says so logs in', ['j'], all(['j'], HOSTS, 2022, 20)],
    [
      'all over which strays go',
      [],
      HOSTS.map((id, n) => dependency(id, HOSTS[(n * 11 + 8) % HOSTS.length] ?? '', tcp(4000 + n), 1)),
    ],
  ])('%s stay apart', (_, others, more) => {
    const { mates } = structureOf(plain([...HOSTS, ...others]), [...TRAFFIC, ...more]);
    expect(four.map(({ app }) => mates(app[0] ?? '').filter((id) => !others.includes(id)))).toEqual(
      four.map(({ hosts }) => [...hosts].sort()),
    );
  });

  it('keeps a back end that only one application asks with that application', () => {
    const queue = [...numbered('q-broker-', 4), ...numbered('q-worker-', 4)];
    const inner = [...all(queue.slice(4), queue.slice(0, 4), 9092), ...all(queue.slice(0, 4), queue.slice(0, 4), 9092)];
    const { mates } = structureOf(plain([...HOSTS, ...queue]), [
      ...TRAFFIC,
      ...inner,
      ...all(['shop-app-1', 'shop-app-2'], queue.slice(0, 1), 9092),
    ]);
    expect(mates('q-worker-1')).toEqual([...shop.hosts, ...queue].sort());
  });

  it('is not misled by appliances that everybody uses far more than anything else', () => {
    const many = numbered('app', 34).map((name) => threeTiers(name));
    const hosts = many.flatMap((each) => each.hosts);
    const boxes = numbered('box', 6);
    const used = hosts.flatMap((id, n) =>
      boxes.flatMap((box, at) => (n % 6 === at ? [] : [dependency(id, box, tcp(2049), 1_000_000)])),
    );
    const { mates } = structureOf(plain([...hosts, ...boxes]), [...many.flatMap((each) => each.dependencies), ...used]);
    for (const each of many) expect(mates(each.hosts[0] ?? '')).toEqual([...each.hosts].sort());
  });

  it('puts appliances that anyone may use in none of the applications that do', () => {
    const boxes = numbered('box-', 6);
    const used = boxes.flatMap((box, n) =>
      four.flatMap(({ hosts }, m) => all([hosts[(n + m) % 8] ?? ''], [box], 2049, 40)),
    );
    const { mates } = structureOf(plain([...HOSTS, ...boxes]), [...TRAFFIC, ...used, ...all(USERS, boxes, 21)]);
    for (const { app, hosts } of four) expect(mates(app[0] ?? '')).toEqual([...hosts].sort());
  });

  it.each([
    [
      'by their names, though it uses the database of production',
      'dev-',
      (copy: typeof shop) => all(copy.app, shop.db, 5432, 1000),
    ],
    [
      'by their traffic, for there is hardly any between',
      'x',
      (copy: typeof shop) => all(copy.app.slice(0, 1), shop.db.slice(0, 1), 5432, 2),
    ],
  ])('tells a copy without labels from its original %s', (_, mark, between) => {
    const copy = threeTiers('shop', mark);
    const { mates, structure, idOf } = structureOf(plain([...HOSTS, ...copy.hosts]), [
      ...TRAFFIC,
      ...copy.dependencies,
      ...between(copy),
    ]);
    expect(mates('shop-app-1')).toEqual([...shop.hosts].sort());
    expect(mates(copy.app[0] ?? '')).toEqual([...copy.hosts].sort());
    const crossings = structure.crossings.map(({ client, from, to }) => `${idOf(client).slice(0, 8)} ${from} ${to}`);
    expect([...new Set(crossings)]).toEqual(mark === 'dev-' ? ['shop-dev dev prod'] : []);
  });

  it('lends a database to those that live on it, and to nobody who merely calls', () => {
    const lodgers = numbered('lodger-', 3);
    const moves = [
      ...all(USERS, lodgers),
      ...all(lodgers, ['m-1', 'm-2'], 9000),
      ...all(['m-1', 'm-2'], lodgers, 9001),
    ];
    const more = [...moves, ...all(lodgers, hr.db, 5432), ...all(['crm-app-1'], hr.db.slice(0, 1), 5432, 3)];
    const { structure, idOf } = structureOf(plain([...HOSTS, ...lodgers, 'm-1', 'm-2']), [...TRAFFIC, ...more]);
    const borrowed = structure.applications.flatMap((each) =>
      [...each.borrowed.keys()].map((db) => `${idOf([...each.owned.keys()][0] ?? -1)} ${idOf(db)}`),
    );
    expect(borrowed).toEqual(['lodger-1 hr-db-1', 'lodger-1 hr-db-2']);
  });

  it('is unsure of a host between two applications, and names the other one', () => {
    const { home, number } = structureOf(plain([...HOSTS, 'between']), [
      ...TRAFFIC,
      ...all(['between'], [...shop.app, ...hr.app], 8080),
    ]);
    const own = home('between');
    expect(own?.owned.get(number('between'))).toBeLessThan(0.3);
    expect(own?.next.get(number('between'))?.fit).toBeGreaterThan(0.7);
    expect(home('shop-web-1')?.owned.get(number('shop-web-1'))).toBeGreaterThan(0.4);
  });
});

describe('sparse traffic', () => {
  const [web, db] = [numbered('web-', 30), numbered('db-', 30)];
  const roles = [...all(USERS, web), ...all(USERS, db, 5432)];

  it('that keeps to no communities is of one application', () => {
    const calls = web.slice(0, 20).flatMap((id, n) => all([id], [db[(n * 17 + 5) % db.length] ?? ''], 5432));
    const { mates } = structureOf(plain([...web, ...db]), [...roles, ...calls]);
    expect(mates('web-1')).toEqual([...web, ...db].sort());
  });
});

describe('the run before', () => {
  const before = Object.fromEntries(HOSTS.map((id) => [id, id.split('-')[0] ?? '']));
  const workloads = plain([...HOSTS, 'x']);
  const [toShop, toBilling] = [all(['x'], shop.app, 8080), all(['x'], billing.app, 8080)];

  it.each(['shop', 'billing'])('decides where traffic does not: %s', (home) => {
    const { mates } = structureOf(workloads, [...TRAFFIC, ...toShop, ...toBilling], { before: { ...before, x: home } });
    expect(mates('x')).toContain(`${home}-app-1`);
  });

  it('keeps who is quiet where it was, whatever calls go astray', () => {
    const astray = [dependency('x', 'shop-web-1', tcp(4001), 1), dependency('y', 'crm-app-1', tcp(4002), 1)];
    const { mates } = structureOf(plain([...HOSTS, 'x', 'y']), [...TRAFFIC, ...astray], {
      before: { ...before, x: 'billing' },
    });
    expect(mates('x')).toEqual([...billing.hosts, 'x'].sort());
  });

  it('does not hold whose traffic is elsewhere now', () => {
    const { mates } = structureOf(workloads, [...TRAFFIC, ...toShop], { before: { ...before, x: 'billing' } });
    expect(mates('x')).toEqual([...shop.hosts, 'x'].sort());
  });
});

describe('labels', () => {
  const name = (id: string) => id.split('-')[0] ?? '';
  const wrong = (id: string) => ({ app: id === 'shop-app-1' ? 'billing' : name(id) });

  it('hold at weight 1, and what the traffic says instead is listed', () => {
    const { mates, structure, number, home } = structureOf(labelled(wrong), TRAFFIC);
    expect(mates('shop-app-1')).toContain('billing-app-1');
    const [only, ...others] = structure.deviations;
    expect(others).toEqual([]);
    expect(only).toMatchObject({ workload: number('shop-app-1'), label: 'billing', inside: 0, elsewhere: 1 });
    expect(structure.applications[only?.suggested ?? -1]).toBe(home('shop-app-2'));
  });

  it.each([0, 0.5])('that are wrong about a host do no harm at weight %d', (labelWeight) => {
    const { mates } = structureOf(labelled(wrong), TRAFFIC, { labelWeight });
    expect(mates('shop-app-1')).toEqual([...shop.hosts].sort());
  });

  it.each([
    [0.5, false],
    [1, true],
  ])('on some hosts agree with the traffic at weight %d, and bring in what has none: %s', (labelWeight, brought) => {
    const quiet = numbered('quiet-', 3);
    const some = (id: string): Record<string, string> => (id.endsWith('-1') ? { app: name(id) } : {});
    const workloads = [...labelled(some), ...quiet.map((id) => managed(id, { app: 'shop' }))];
    const { mates } = structureOf(workloads, [...TRAFFIC, ...all(quiet, quiet, 7000)], { labelWeight });
    expect(mates('shop-app-2').filter((id) => !quiet.includes(id))).toEqual([...shop.hosts].sort());
    expect(mates('shop-app-2').includes('quiet-1')).toBe(brought);
    expect(mates('crm-app-2')).toEqual([...crm.hosts].sort());
  });
});

describe('a host that is the only one with its label', () => {
  const clients = ['shop-app-1', 'billing-app-1', 'billing-app-2', 'crm-web-1', 'hr-db-1'];
  const run = (workloads: readonly Workload[], labels: Readonly<Record<string, string>>) =>
    structureOf([...workloads, managed('mail-1', labels)], [...TRAFFIC, ...all(clients, ['mail-1'], 25)], {
      notShared: ['mail-1'],
    });

  it('goes to the application that names of hosts call so', () => {
    const found = run(plain(HOSTS), { app: 'shop' });
    expect(found.mates('mail-1')).toEqual([...shop.hosts, 'mail-1'].sort());
    expect(found.home('mail-1')).toMatchObject({ application: 'shop' });
    expect(found.mates('billing-app-1')).toEqual([...billing.hosts].sort());
  });

  it('does not give its label to those whom its traffic is with', () => {
    const workloads = [...plain(HOSTS), managed('mail-1', { app: 'shop' })];
    const found = structureOf(workloads, [...TRAFFIC, ...all(billing.app, ['mail-1'], 25)]);
    expect(found.mates('mail-1')).toEqual([...shop.hosts, 'mail-1'].sort());
    expect(found.mates('billing-app-1')).toEqual([...billing.hosts].sort());
    expect(found.home('billing-app-1')).toMatchObject({ application: null });
  });

  it.each([
    ['that no hosts are called', 'post', {}],
    ['that hosts of another environment are called', 'shop', { env: 'dev' }],
  ])('is one of its own where the label is one %s', (_, app, labels) => {
    const workloads = HOSTS.map((id) => managed(id, { env: 'prod' }));
    expect(run(workloads, { app, env: 'prod', ...labels }).mates('mail-1')).toEqual(['mail-1']);
  });
});

describe('decisions', () => {
  const mostOf = ({ applications }: Structure, of: readonly number[]) =>
    applications.filter(({ owned }) => of.some((workload) => owned.has(workload))).length;

  it('move a workload, and nobody with it', () => {
    const { mates } = structureOf(plain(HOSTS), TRAFFIC, {
      applicationOf: { 'shop-app-1': 'hr', 'hr-web-1': 'hr', 'hr-app-1': 'hr', 'hr-db-1': 'hr' },
    });
    expect(mates('shop-app-1')).toEqual([...hr.hosts, 'shop-app-1'].sort());
    expect(mates('shop-app-2')).toEqual(shop.hosts.filter((id) => id !== 'shop-app-1').sort());
  });

  it('keep together what has nothing to do with each other, and apart what belongs together', () => {
    const merged = Object.fromEntries([...crm.hosts, ...hr.hosts].map((id) => [id, 'merged']));
    const split = Object.fromEntries([
      ...shop.web.map((id) => [id, 'front']),
      ...shop.db.map((id) => [id, 'back']),
    ]) as Record<string, string>;
    const { structure, mates, number } = structureOf(plain(HOSTS), TRAFFIC, { applicationOf: { ...merged, ...split } });
    expect(mates('crm-app-1')).toEqual([...crm.hosts, ...hr.hosts].sort());
    expect(mates('shop-web-1')).toEqual(expect.arrayContaining(shop.web));
    expect(mates('shop-web-1')).not.toEqual(expect.arrayContaining(shop.db.slice(0, 1)));
    expect(mostOf(structure, shop.app.map(number))).toBeGreaterThan(0);
  });

  it('win against labels', () => {
    const { mates } = structureOf(
      labelled((id) => ({ app: id.split('-')[0] ?? '' })),
      TRAFFIC,
      {
        applicationOf: { 'shop-app-1': 'hr', 'hr-web-1': 'hr', 'hr-app-1': 'hr', 'hr-db-1': 'hr' },
      },
    );
    expect(mates('shop-app-1')).toEqual([...hr.hosts, 'shop-app-1'].sort());
  });
});
