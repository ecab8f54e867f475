import * as fc from 'fast-check';
import {
  hourOf,
  openTestStore,
  putHours,
  TEN,
  type TestStore,
} from '../../analytics/conversations/query/testing/conversations';
import { createDirectory, type Inventory } from '../../analytics/inventory';
import type { Dependency } from '../../analytics/model/dependency';
import type { Topology } from '../../analytics/model/topology';
import { parsePrefix } from '../../ingest/kernel/ip';
import type { Policy } from '../model/policy';
import { propose } from '../propose';
import { TOPOLOGY, use, workloadOf } from '../propose/topology.fixture';
import { tcp } from '../model/policy.fixture';
import { acceptDelta } from './delta';
import { createDrift, type Drift } from './drift';
import type { DriftReport } from './model';

jest.setTimeout(60_000);

const HOUR = 3600;
const DAY = 24 * HOUR;
const NETWORKS = ['10.0.0.0/8', '2001:db8::/32'];
const LEARNED = { from: TEN - 30 * DAY, to: TEN };

let test: TestStore;
let drift: Drift;
let now: Date;
let workloads: Topology['workloads'];
/** Each story has a policy of its own, of which nothing has been evaluated. */
let told = 0;

/** The inventory of the story: whoever is in `workloads` at the time. */
const inventory: Pick<Inventory, 'directory'> = {
  directory: () =>
    Promise.resolve(
      createDirectory(
        workloads
          .filter(({ kind }) => kind === 'managed')
          .flatMap(({ id, addresses }) => addresses.map((address) => ({ address, name: id, labels: {} }))),
        NETWORKS.map(parsePrefix),
      ),
    ),
};

const start = () => createDrift({ store: test.store, inventory, clock: () => now, networks: NETWORKS });

beforeAll(async () => {
  test = await openTestStore('drift');
});
afterAll(() => test.close());
beforeEach(async () => {
  for (const table of ['conversations', 'buckets']) await test.store.command(`TRUNCATE TABLE ${table}`);
  told++;
  workloads = TOPOLOGY.workloads;
  now = new Date((TEN + 2 * HOUR) * 1000);
  drift = start();
});

const seen = { firstSeen: LEARNED.from + 60, lastSeen: LEARNED.to - 60, hours: 720, reporters: ['192.0.2.1'] };
const DAILY: readonly Dependency[] = [
  use('web-1', 'app-1', tcp(8443), seen),
  use('web-2', 'app-2', tcp(8443), seen),
  use('app-1', 'db-1', tcp(5432), seen),
];
const topology: Topology = { ...TOPOLOGY, window: LEARNED };
const learned = (dependencies = DAILY): Policy =>
  propose({ topology, dependencies, name: `shop ${told}`, now: new Date(TEN * 1000).toISOString() });

/** What the policy was learned from, once an hour. */
const usual = (hours: number): object[] => [
  hourOf(hours, '10.0.1.1', '10.0.2.1', { port: 8443 }),
  hourOf(hours, '10.0.1.2', '10.0.2.2', { port: 8443 }),
  hourOf(hours, '10.0.2.1', '10.0.3.1', { port: 5432 }),
];

const evaluate = (policy = learned(), groups = topology): Promise<DriftReport> =>
  drift.evaluate({ policy, enforced: false }, groups);
const ruleOn = (words: RegExp) => {
  const rule = learned()
    .sections.flatMap(({ rules }) => rules)
    .find((each) => words.test(each.words));
  if (!rule) throw new Error(`no rule is called ${String(words)}`);
  return rule;
};
const joined = (group: string, workload: string): Topology => ({
  ...topology,
  workloads,
  groups: topology.groups.map((each) =>
    each.id === group ? { ...each, members: [...each.members, { workload, confidence: 0.8 }] } : each,
  ),
});
const brief = ({ findings }: DriftReport) => findings.map(({ kind, severity, words }) => [kind, severity, words]);

describe('drift', () => {
  it('has nothing to say where everything is as it was', async () => {
    await putHours(test.store, [...usual(0), ...usual(1)]);
    const report = await evaluate();
    expect(report).toMatchObject({ hours: 2, findings: [], digest: [], rerun: { advised: false } });
    expect(report.words).toContain('everything is as the policy says');
  });

  it('says so where nothing was seen since', async () => {
    expect((await evaluate()).words).toContain('nothing can have drifted yet');
  });

  it('proposes a rule for what an application newly uses, and taking it up ends the finding', async () => {
    await putHours(test.store, [
      ...usual(0),
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 6379, connections: 7, established: 7 }),
      hourOf(1, '10.0.1.2', '10.0.3.1', { port: 6379, connections: 5, established: 5 }),
    ]);
    const report = await evaluate();
    expect(brief(report)).toEqual([
      ['new-use', 'medium', 'no rule covers what is used: web of shop may reach db of shop on redis (6379/tcp)'],
    ]);
    expect(report.findings[0]).toMatchObject({
      application: { id: 'shop', name: 'shop' },
      connections: 12,
      who: ['web-1', 'web-2'],
      firstSeen: TEN + 60,
      lastSeen: TEN + HOUR + 120,
      filter: 'client in (10.0.1.1, 10.0.1.2) and server in (10.0.3.1, 2001:db8::31) and protocol 6 and port 6379',
    });
    expect(report.rerun).toEqual({ advised: true, reasons: ['1 use that no rule covers'] });
    const next = acceptDelta(learned(), report.delta);
    expect(next.id).not.toBe(learned().id);
    expect((await evaluate(next)).findings).toEqual([]);
  });

  it('takes what a member that joined uses for the group, not for a rule', async () => {
    workloads = [...TOPOLOGY.workloads, workloadOf('app-3', ['10.0.2.3'])];
    await putHours(test.store, [
      ...usual(0),
      hourOf(0, '10.0.2.3', '10.0.3.1', { port: 5432, connections: 6, established: 6 }),
    ]);
    const unplaced = await evaluate();
    expect(brief(unplaced)).toEqual([
      ['group-changed', 'medium', 'app-3 is newer than the last analysis: run it again, and it has a group'],
    ]);
    const placed = await evaluate(learned(), joined('shop-app', 'app-3'));
    expect(brief(placed)).toEqual([['group-changed', 'medium', 'app of shop: 10.0.2.3 joined']]);
    expect(placed.findings[0]).toMatchObject({ connections: 6, who: ['app-3'] });
    expect(placed.delta.sections).toEqual([]);
  });

  it('says first of all when an address that rules open is in other hands', async () => {
    workloads = [
      ...TOPOLOGY.workloads.filter(({ id }) => id !== 'db-1'),
      workloadOf('db-9', ['10.0.3.9']),
      workloadOf('guest', ['10.0.3.1']),
    ];
    await putHours(test.store, [
      hourOf(0, '10.0.1.1', '10.0.2.1', { port: 8443 }),
      hourOf(0, '10.0.2.1', '10.0.3.9', { port: 5432, connections: 9, established: 9 }),
    ]);
    const report = await evaluate(learned(), {
      ...topology,
      workloads,
      groups: topology.groups.map((group) => ({
        ...group,
        members: group.members.map((member) => (member.workload === 'db-1' ? { ...member, workload: 'db-9' } : member)),
      })),
    });
    expect(brief(report)).toEqual([
      ['address-moved', 'critical', "db of shop was frozen with 1 address that is in other hands: 10.0.3.1 is guest's"],
      ['group-changed', 'medium', 'db of shop: 10.0.3.9 joined, 2001:db8::31 left'],
    ]);
    expect(report.findings[0]?.because).toBe("1 rule meant for db of shop now opens what is somebody else's");
    expect(report.digest[0]).toMatchObject({ application: { id: 'shop' }, worst: 'critical' });
  });

  it('knows a service by its clients and servers when its port moves', async () => {
    await putHours(test.store, [hourOf(1, '10.0.2.1', '10.0.3.1', { port: 5433, connections: 8, established: 8 })]);
    const report = await evaluate();
    expect(report.findings).toMatchObject([
      { kind: 'service-moved', rules: [ruleOn(/5432/).id], proposed: expect.stringMatching(/^r-/) as string },
    ]);
    expect(report.findings[0]?.words).toMatch(/went over to another port: app of shop may reach db of shop on .*5433/);
  });

  it('tells attempts from use, and who looks around from who is mistaken', async () => {
    const ports = Array.from({ length: 30 }, (_, i) => 1000 + i);
    await putHours(test.store, [
      ...ports.map((port) => hourOf(0, '10.0.4.1', '10.0.3.1', { port, established: 0 })),
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 22, established: 0 }),
      hourOf(50, '10.0.1.1', '10.0.3.1', { port: 22, established: 0 }),
      hourOf(0, '10.0.1.1', '10.0.2.1', { port: 8443, established: 0, denied: 3, connections: 3 }),
    ]);
    const report = await evaluate();
    expect(brief(report)).toEqual([
      ['denied-attempts', 'high', 'etl-1 tried 30 services on 1 server that no rule opens to it'],
      ['denied-attempts', 'medium', 'web of shop tried ssh (22/tcp) on db of shop'],
      ['denied-attempts', 'low', expect.stringMatching(/^a firewall denies what the policy allows: web of shop/)],
    ]);
    expect(report.delta.sections).toEqual([]);
  });

  it("sifts as proposing does: alerts, guesses and scanners are nobody's need", async () => {
    await putHours(test.store, [
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 4444, alerts: ['exploit'] }),
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 4445, direction: 6 }),
      hourOf(0, '10.0.8.1', '10.0.3.1', { port: 4446 }),
    ]);
    const report = await evaluate();
    expect(report.findings).toEqual([]);
    expect(report.delta.refusals).toMatchObject([{ code: 'ambiguous-direction', dependencies: 1 }]);
  });

  it('compares an hour again when it was rolled up again, and only then', async () => {
    const extra = (connections: number, version: number) =>
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 6379, connections, established: connections, version });
    await putHours(test.store, [...usual(0), extra(7, 1)]);
    const first = await evaluate();
    expect(first.findings[0]?.connections).toBe(7);
    now = new Date(now.getTime() + 60_000);
    expect(await evaluate()).toEqual({ ...first, evaluated: now.toISOString() });
    await test.store.insert('conversations', [extra(9, 2)]);
    await test.store.insert('buckets', [{ hour: TEN, version: 2, marked: (TEN + 7200) * 1e6, flows: 1 }]);
    const again = await evaluate();
    expect(again.findings[0]?.connections).toBe(9);
    expect(again.hours).toBe(1);
    const [rows] = await test.store.query<{ evaluations: number }>(
      'SELECT toUInt32(uniqExact(evaluation)) AS evaluations FROM drift_denied WHERE policy = {policy:String}',
      { policy: learned().id },
    );
    expect(rows?.evaluations).toBe(2);
  });

  it('takes up an hour of the time it was learned from that came late, and no other', async () => {
    const before = (hour: number, marked: number) => [
      hourOf(hour, '10.0.1.1', '10.0.3.1', { port: 6379 }),
      { hour: TEN + hour * HOUR, version: 1, marked: marked * 1e6, flows: 1 },
    ];
    const [late, early] = [before(-5, TEN + 60), before(-6, TEN - 60)];
    await test.store.insert('conversations', [late[0] ?? {}, early[0] ?? {}]);
    await test.store.insert('buckets', [late[1] ?? {}, early[1] ?? {}]);
    const report = await evaluate();
    expect([report.hours, report.findings.length]).toEqual([1, 1]);
  });

  it('goes on after a restart where it was', async () => {
    await putHours(test.store, [...usual(0), hourOf(0, '10.0.1.1', '10.0.3.1', { port: 6379 })]);
    const first = await evaluate();
    drift = start();
    expect(await drift.report(learned().id)).toEqual(first);
    await putHours(test.store, [hourOf(1, '10.0.1.2', '10.0.3.1', { port: 6379 })]);
    const second = await evaluate();
    expect(second.findings[0]).toMatchObject({ id: first.findings[0]?.id, connections: 2, firstSeen: TEN + 60 });
  });

  it('lets a finding be until somebody new is in it', async () => {
    await putHours(test.store, [
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 6379, connections: 4, established: 4 }),
      hourOf(3, '10.0.1.1', '10.0.3.1', { port: 6379 }),
    ]);
    const [finding] = (await evaluate()).findings;
    await drift.dismiss(learned().id, finding?.id ?? '', { by: 'ann', reason: 'a trial' });
    const dismissed = await drift.report(learned().id);
    expect(dismissed?.findings[0]?.dismissed).toMatchObject({ by: 'ann', reason: 'a trial' });
    expect([dismissed?.digest, dismissed?.rerun.advised]).toEqual([[], false]);
    await putHours(test.store, [hourOf(1, '10.0.1.1', '10.0.3.1', { port: 6379 })]);
    expect((await evaluate()).digest).toEqual([]);
    await putHours(test.store, [hourOf(2, '10.0.1.2', '10.0.3.1', { port: 6379 })]);
    const back = await evaluate();
    expect(back.findings[0]?.dismissed).toBeUndefined();
    expect(back.digest).toHaveLength(1);
    await expect(drift.dismiss(learned().id, 'f-none', { by: 'ann', reason: 'x' })).rejects.toMatchObject({
      code: 'unknown-finding',
    });
  });

  it('has no new use to tell of where the policy allows everything that is seen', async () => {
    const hosts = ['10.0.1.1', '10.0.1.2', '10.0.2.1', '10.0.2.2', '10.0.3.1', '10.0.4.1', '10.0.9.1'];
    const names = ['web-1', 'web-2', 'app-1', 'app-2', 'db-1', 'etl-1', 'dns-1'];
    const host = fc.integer({ min: 0, max: hosts.length - 1 });
    const spoken = fc.record({ client: host, server: host, port: fc.constantFrom(22, 80, 443, 5432, 8080) });
    await fc.assert(
      fc.asyncProperty(fc.array(spoken, { minLength: 1, maxLength: 12 }), async (uses) => {
        const between = uses.filter(({ client, server }) => client !== server);
        const policy = learned(
          between.map(({ client, server, port }) => use(names[client] ?? '', names[server] ?? '', tcp(port), seen)),
        );
        await test.store.command('TRUNCATE TABLE conversations');
        await putHours(
          test.store,
          between.map(({ client, server, port }) => hourOf(0, hosts[client] ?? '', hosts[server] ?? '', { port })),
        );
        const { findings } = await evaluate(policy);
        expect(findings).toEqual([]);
      }),
      { numRuns: 5 },
    );
  });
});
