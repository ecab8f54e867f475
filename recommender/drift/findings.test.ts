import { hourOf, putHours, TEN } from '../../analytics/conversations/query/testing/conversations';
import type { Topology } from '../../analytics/model/topology';
import { TOPOLOGY, workloadOf } from '../propose/topology.fixture';
import { acceptDelta } from './delta';
import { brief, HOUR, tellStories, topology, usual } from './story.fixture';

jest.setTimeout(60_000);

const story = tellStories('findings');

const ruleOn = (words: RegExp) => {
  const rule = story
    .policy()
    .sections.flatMap(({ rules }) => rules)
    .find((each) => words.test(each.words));
  if (!rule) throw new Error(`no rule is called ${String(words)}`);
  return rule;
};
const joined = (group: string, workload: string): Topology => ({
  ...topology,
  workloads: story.workloads,
  groups: topology.groups.map((each) =>
    each.id === group ? { ...each, members: [...each.members, { workload, confidence: 0.8 }] } : each,
  ),
});

describe('what drift finds', () => {
  it('has nothing to say where everything is as it was', async () => {
    await putHours(story.store, [...usual(0), ...usual(1)]);
    const report = await story.evaluate();
    expect(report).toMatchObject({ hours: 2, findings: [], digest: [], rerun: { advised: false } });
    expect(report.words).toContain('everything is as the policy says');
  });

  it('proposes a rule for what an application newly uses, and taking it up ends the finding', async () => {
    await putHours(story.store, [
      ...usual(0),
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 6379, connections: 7, established: 7 }),
      hourOf(1, '10.0.1.2', '10.0.3.1', { port: 6379, connections: 5, established: 5 }),
    ]);
    const report = await story.evaluate();
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
    const next = acceptDelta(story.policy(), report.delta);
    expect(next.id).not.toBe(story.policy().id);
    expect((await story.evaluate(next)).findings).toEqual([]);
  });

  it('takes what a member that joined uses for the group, not for a rule', async () => {
    story.workloads = [...TOPOLOGY.workloads, workloadOf('app-3', ['10.0.2.3'])];
    await putHours(story.store, [
      ...usual(0),
      hourOf(0, '10.0.2.3', '10.0.3.1', { port: 5432, connections: 6, established: 6 }),
    ]);
    const unplaced = await story.evaluate();
    expect(brief(unplaced)).toEqual([
      ['group-changed', 'medium', 'app-3 is newer than the last analysis: run it again, and it has a group'],
    ]);
    const placed = await story.evaluate(story.policy(), joined('shop-app', 'app-3'));
    expect(brief(placed)).toEqual([['group-changed', 'medium', 'app of shop: 10.0.2.3 joined']]);
    expect(placed.findings[0]).toMatchObject({ connections: 6, who: ['app-3'] });
    expect(placed.delta.sections).toEqual([]);
  });

  it('says first of all when an address that rules open is in other hands', async () => {
    story.workloads = [
      ...TOPOLOGY.workloads.filter(({ id }) => id !== 'db-1'),
      workloadOf('db-9', ['10.0.3.9']),
      workloadOf('guest', ['10.0.3.1']),
    ];
    await putHours(story.store, [
      hourOf(0, '10.0.1.1', '10.0.2.1', { port: 8443 }),
      hourOf(0, '10.0.2.1', '10.0.3.9', { port: 5432, connections: 9, established: 9 }),
    ]);
    const report = await story.evaluate(story.policy(), {
      ...topology,
      workloads: story.workloads,
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
    await putHours(story.store, [hourOf(1, '10.0.2.1', '10.0.3.1', { port: 5433, connections: 8, established: 8 })]);
    const report = await story.evaluate();
    expect(report.findings).toMatchObject([
      { kind: 'service-moved', rules: [ruleOn(/5432/).id], proposed: expect.stringMatching(/^r-/) as string },
    ]);
    expect(report.findings[0]?.words).toMatch(/went over to another port: app of shop may reach db of shop on .*5433/);
  });

  it('tells attempts from use, and who looks around from who is mistaken', async () => {
    const ports = Array.from({ length: 30 }, (_, i) => 1000 + i);
    await putHours(story.store, [
      ...ports.map((port) => hourOf(0, '10.0.4.1', '10.0.3.1', { port, established: 0 })),
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 22, established: 0 }),
      hourOf(50, '10.0.1.1', '10.0.3.1', { port: 22, established: 0 }),
      hourOf(0, '10.0.1.1', '10.0.2.1', { port: 8443, established: 0, denied: 3, connections: 3 }),
    ]);
    const report = await story.evaluate();
    expect(brief(report)).toEqual([
      ['denied-attempts', 'high', 'etl-1 tried 30 services on 1 server that no rule opens to it'],
      ['denied-attempts', 'medium', 'web of shop tried ssh (22/tcp) on db of shop'],
      ['denied-attempts', 'low', expect.stringMatching(/^a firewall denies what the policy allows: web of shop/)],
    ]);
    expect(report.delta.sections).toEqual([]);
  });

  it("sifts as proposing does: alerts, guesses and scanners are nobody's need", async () => {
    await putHours(story.store, [
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 4444, alerts: ['exploit'] }),
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 4445, direction: 6 }),
      hourOf(0, '10.0.8.1', '10.0.3.1', { port: 4446 }),
    ]);
    const report = await story.evaluate();
    expect(report.findings).toEqual([]);
    expect(report.delta.refusals).toMatchObject([{ code: 'ambiguous-direction', dependencies: 1 }]);
  });

  it("tells of a spray once, and of who is in no group; broadcasts are nobody's", async () => {
    await putHours(story.store, [
      ...['10.0.1.1', '10.0.2.1', '10.0.3.1', '10.0.9.1'].map((server) =>
        hourOf(0, '10.0.77.7', server, { port: 22, established: 0 }),
      ),
      ...['10.0.1.1', '10.0.1.2'].map((client) =>
        hourOf(0, client, '10.0.1.255', { protocol: 17, port: 137, established: 0, server_packets: 0 }),
      ),
      hourOf(0, '10.0.77.7', '10.0.2.1', { port: 9200 }),
      hourOf(0, '10.0.1.1', '10.0.77.7', { port: 8080 }),
    ]);
    const report = await story.evaluate();
    expect(brief(report).filter(([kind]) => kind === 'denied-attempts')).toEqual([
      ['denied-attempts', 'low', '10.0.77.7 tried ssh (22/tcp) on 4 groups'],
    ]);
    expect(report.rerun.reasons).toEqual([
      '2 uses that no rule covers; 10.0.77.7 is in no group of the policy: 2 of them are its',
    ]);
  });
});
