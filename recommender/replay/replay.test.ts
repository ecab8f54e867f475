import { tcp, udp } from '../model/policy.fixture';
import { propose } from '../propose';
import { TOPOLOGY, topologyGroup, topologyOf, use, workloadOf } from '../propose/topology.fixture';
import type { Policy } from '../model/policy';
import { replay } from './replay';

const DAY_ONE = [
  use('web-1', 'app-1', tcp(8443)),
  use('app-1', 'db-1', tcp(5432)),
  use('web-1', 'dns-1', udp(53)),
  use('etl-1', 'dns-1', udp(53)),
];
const POLICY: Policy = propose({
  topology: TOPOLOGY,
  dependencies: DAY_ONE,
  name: 'test',
  now: '2026-03-01T00:00:00.000Z',
});
const ruleFor = (words: RegExp) =>
  POLICY.sections.flatMap(({ rules }) => rules).find((rule) => words.test(rule.words))?.id;
const window = { from: 1_760_086_800, to: 1_760_173_200 };
const replayed = (dependencies: Parameters<typeof replay>[1]['dependencies'], policy = POLICY) =>
  replay(policy, { window, workloads: TOPOLOGY.workloads, dependencies });

describe('replay', () => {
  it('tells what is permitted from what would be denied', () => {
    const found = replayed([
      use('web-2', 'app-2', tcp(8443), { connections: 30, established: 30, packets: 300 }),
      use('etl-1', 'db-1', tcp(5432), { connections: 12, established: 10, packets: 100 }),
      use('10.0.7.7', '203.0.113.0/24', tcp(443)),
    ]);
    expect(found.legitimate).toEqual({ tuples: 2, connections: 40, packets: 400 });
    expect(found.permitted).toMatchObject({ tuples: 1, connections: 30, shareOfConnections: 0.75 });
    expect(found.denied).toEqual({
      tuples: 1,
      connections: 10,
      packets: 100,
      shareOfTuples: 0.5,
      shareOfConnections: 0.25,
      shareOfPackets: 0.25,
    });
    expect(found.notOurBusiness.tuples).toBe(1);
    expect(found.hits).toEqual([
      { rule: ruleFor(/web of shop may reach app/), tuples: 1, connections: 30, packets: 300 },
    ]);
    expect(found.unused).toEqual([ruleFor(/reach dns/), ruleFor(/app of shop may reach db/)]);
    expect(found.deniedExamples).toEqual([
      expect.objectContaining({
        client: 'etl-1',
        server: 'db-1',
        words: 'etl-1 → db-1 on postgres (5432/tcp)',
        why: 'no rule covers etl of lake → db of shop on postgres (5432/tcp)',
        connections: 10,
      }),
    ]);
  });

  it('sets aside what is not legitimate', () => {
    const { setAside, legitimate } = replayed([
      use('web-1', 'db-1', tcp(22), { established: 0 }),
      use('web-1', 'db-1', tcp(23), { established: 0, denied: 7 }),
      use('probe', 'db-1', tcp(5432)),
    ]);
    expect(legitimate.tuples).toBe(0);
    expect([setAside.unanswered.tuples, setAside.denied.tuples, setAside.scanner.tuples]).toEqual([1, 1, 1]);
  });

  it('splits a dynamic service that outgrew its range over its ports', () => {
    const rpc = (first: number, last: number) =>
      ({ kind: 'dynamic', protocol: 6, control: 135, observed: { first, last } }) as const;
    const policy = propose({
      topology: TOPOLOGY,
      dependencies: [use('web-1', 'app-1', rpc(49664, 49701))],
      name: 't',
      now: POLICY.created,
    });
    const later = use('web-1', 'app-1', rpc(49664, 50000), {
      ports: [49664, 49665, 49700, 50000],
      connections: 100,
      established: 100,
    });
    const found = replayed([later], policy);
    expect(found.denied).toMatchObject({ tuples: 1, connections: 25 });
    expect(found.permitted).toMatchObject({ tuples: 0, connections: 75 });
    expect(found.unused).toEqual([]);
  });

  it('says of a denial when only a guess made it one', () => {
    const { deniedExamples } = replayed([use('db-1', 'app-1', tcp(40000), { direction: 6 })]);
    expect(deniedExamples[0]?.why).toContain('only the lower port says who the client is');
  });

  it('measures what an intruder could still reach', () => {
    const { surface } = replayed([
      use('web-1', 'app-1', tcp(8443)),
      use('app-1', 'db-1', tcp(5432)),
      use('app-1', '203.0.113.0/24', tcp(443)),
    ]);
    // 8 managed workloads, without the server itself, towards two services; web-1 and web-2, app-1 and app-2 get through.
    expect(surface).toEqual({ possible: 14, open: 4, share: 4 / 14, exact: 2, exactShare: 2 / 14 });
  });

  it('asks for every address of a workload', () => {
    const workloads = [
      ...TOPOLOGY.workloads.filter(({ id }) => id !== 'app-1'),
      workloadOf('app-1', ['10.0.2.1', '10.0.2.99']),
    ];
    const { denied } = replay(POLICY, { window, workloads, dependencies: [use('web-1', 'app-1', tcp(8443))] });
    expect(denied.tuples).toBe(1);
  });

  it('does not depend on the order of what it is given', () => {
    const dependencies = [
      ...DAY_ONE,
      use('etl-1', 'db-1', tcp(22)),
      use('etl-1', 'db-1', tcp(23)),
      use('web-2', 'db-1', tcp(22)),
    ];
    const reversed = replay(POLICY, {
      window,
      workloads: TOPOLOGY.workloads.toReversed(),
      dependencies: dependencies.toReversed(),
    });
    expect(JSON.stringify(reversed)).toBe(JSON.stringify(replayed(dependencies)));
  });

  it('answers for nothing at all', () => {
    const topology = topologyOf([], [topologyGroup('empty', 'tier', [])]);
    const found = replay(propose({ topology, dependencies: [], name: 't', now: POLICY.created }), {
      window,
      workloads: [],
      dependencies: [],
    });
    expect(found.surface).toEqual({ possible: 0, open: 0, share: 0, exact: 0, exactShare: 0 });
    expect(found.denied.shareOfConnections).toBe(0);
  });
});
