import { dependency, managed, tcp, udp } from '../../quality/estate';
import type { Dependency } from '../../model/dependency';
import { findUnseen } from './unseen';

const DAY = 86_400;
const window = { from: 0, to: 31 * DAY };
const lasting = (found: Dependency, seconds = 31 * DAY): Dependency => ({ ...found, lastSeen: seconds });
/** Three hosts of which each talks to each, for a month. */
const triangle = ['a', 'b', 'c'].flatMap((client, at, all) =>
  all.slice(at + 1).map((server) => lasting(dependency(client, server, tcp(443)))),
);
const workloads = ['a', 'b', 'c'].map((id) => managed(id));
const textsOf = (input: Partial<Parameters<typeof findUnseen>[0]>) =>
  findUnseen({ workloads, dependencies: triangle, window, ...input }).map(({ text }) => text);

it('has nothing to say of a month in which all was seen', () => {
  expect(textsOf({})).toEqual([]);
  expect(textsOf({ workloads: [] })).toEqual([]);
});

it.each([
  [5400, 'only 90 minutes of traffic: what runs once a day or by night, such as backups and reports'],
  [DAY, 'only 24 hours of traffic: what runs once a week'],
  [8 * DAY, 'only 8 days of traffic: what runs at the end of a month'],
])('says what a window of %d seconds cannot hold', (seconds, text) => {
  const dependencies = triangle.map((each) => lasting(each, seconds));
  expect(textsOf({ dependencies })).toEqual([expect.stringContaining(text)]);
  expect(textsOf({ window: { from: 0, to: seconds } })).toEqual([expect.stringContaining(text)]);
});

it('counts who was never seen', () => {
  const more = ['x1', 'x2', 'x3', 'x4', 'x5'].map((id) => managed(id));
  expect(findUnseen({ workloads: [...workloads, ...more], dependencies: triangle, window })).toEqual([
    {
      text: '5 of 8 (63 %) managed workloads were never seen, such as x1, x2, x3 and 2 more: only labels, names and networks can group them',
      weight: -0.625,
    },
  ]);
});

it('tells the sensors of one host in three from those of all', () => {
  const hosts = Array.from({ length: 90 }, (_, at) => managed(`h${at}`));
  const dependencies = hosts.flatMap(({ id }, at) =>
    [1, 2, 4, 11].map((step) => lasting(dependency(id, `h${(at + step) % 90}`, tcp(443)))),
  );
  const sensors = new Set(hosts.filter((_, at) => at % 3 === 0).map(({ id }) => id));
  const seen = dependencies.filter(({ client, server }) => sensors.has(client) || sensors.has(server));
  expect(textsOf({ workloads: hosts, dependencies })).toEqual([]);
  expect(findUnseen({ workloads: hosts, dependencies: seen, window })).toEqual([
    {
      text: expect.stringMatching(
        /every conversation between managed workloads has one of 30 of them .* between the other 60 of 90 nothing was seen/,
      ),
      weight: -0.667,
    },
  ]);
});

it('does not take the middle of three tiers for sensors', () => {
  const tier = (name: string, size: number) => Array.from({ length: size }, (_, at) => `${name}${at}`);
  const [web, app, db] = [tier('web', 4), tier('app', 4), tier('db', 2)];
  const all = (clients: readonly string[], servers: readonly string[], port: number) =>
    clients.flatMap((client) => servers.map((server) => lasting(dependency(client, server, tcp(port)))));
  const dependencies = [...all(web, app, 8080), ...all(app, db, 5432), ...all([...web, ...app, ...db], ['log'], 514)];
  expect(textsOf({ workloads: [...web, ...app, ...db, 'log'].map((id) => managed(id)), dependencies })).toEqual([]);
});

it('says of whom only one direction was seen, but for what is one-way, denied or scanned', () => {
  const unanswered = (client: string, server: string, service = tcp(443)) => ({
    ...lasting(dependency(client, server, service)),
    established: 0,
  });
  const dependencies = [
    ...triangle,
    ...['a', 'b'].flatMap((client) => [
      unanswered(client, 'mute'),
      unanswered(client, 'log', udp(514)),
      { ...unanswered(client, 'walled'), denied: 100 },
    ]),
    unanswered('a', 'scanned'),
  ];
  const all = [...workloads, ...['log', 'mute', 'scanned', 'walled'].map((id) => managed(id))];
  expect(findUnseen({ workloads: all, dependencies, window }).map(({ text }) => text)).toEqual([
    expect.stringMatching(/^of 1 of 7 \(14 %\) managed workloads only one direction was seen, such as mute:/),
  ]);
});

describe('of exporters', () => {
  const heard = { exporter: '192.0.2.1', flows: 900, lost: 0, samplingRate: 1, blind: [] };
  const reported = triangle.map((each) => ({ ...each, reporters: ['192.0.2.1'] }));

  it.each([
    [{ samplingRate: 1000 }, 'counted only one packet in 1,000', -0.5],
    [{ lost: 100 }, 'lost up to 10 % of the flows', -0.1],
    [{ blind: [{ from: -5 * DAY, to: 3.1 * DAY, why: 'silent' as const }] }, 'said nothing for up to 3.1 days', -0.1],
  ])('reports %j', (fault, text, weight) => {
    const exporters = [{ ...heard, ...fault }];
    const [reason, ...others] = findUnseen({ workloads, dependencies: reported, window, exporters });
    expect(others).toEqual([]);
    expect(reason?.text).toContain(`192.0.2.1 ${text}`);
    expect(reason?.text).toContain('nobody else reports 3 of 3 (100 %) managed workloads');
    expect(reason?.weight).toBeCloseTo(weight, 2);
    const twice = reported.map((each) => ({ ...each, reporters: ['192.0.2.1', '192.0.2.2'] }));
    expect(textsOf({ dependencies: twice, exporters })).toEqual([]);
  });

  it.each([[{ lost: 1 }], [{ blind: [{ from: 0, to: DAY, why: 'losing' as const }] }], [{ samplingRate: 0 }]])(
    'lets %j pass',
    (fault) => {
      expect(textsOf({ dependencies: reported, exporters: [{ ...heard, ...fault }] })).toEqual([]);
    },
  );
});

it('puts the worst first', () => {
  const weights = findUnseen({
    workloads: [...workloads, managed('x')],
    dependencies: triangle.map((each) => ({ ...lasting(each, DAY / 8), reporters: ['192.0.2.1'] })),
    window: { from: 0, to: DAY },
    exporters: [{ exporter: '192.0.2.1', flows: 1, lost: 1, samplingRate: 10, blind: [] }],
  }).map(({ weight }) => weight);
  expect(weights).toEqual([-0.875, -0.375, -0.337, -0.25]);
});
