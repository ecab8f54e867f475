import * as fc from 'fast-check';
import { hourOf, putHours, TEN } from '../../analytics/conversations/query/testing/conversations';
import { tcp } from '../model/policy.fixture';
import { use } from '../propose/topology.fixture';
import { HOUR, seen, tellStories, usual } from './story.fixture';

jest.setTimeout(60_000);

const story = tellStories('drift');

describe('drift', () => {
  it('says so where nothing was seen since', async () => {
    expect((await story.evaluate()).words).toContain('nothing can have drifted yet');
  });

  it('compares an hour again when it was rolled up again, and only then', async () => {
    const extra = (connections: number, version: number) =>
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 6379, connections, established: connections, version });
    await putHours(story.store, [...usual(0), extra(7, 1)]);
    const first = await story.evaluate();
    expect(first.findings[0]?.connections).toBe(7);
    story.now = new Date(story.now.getTime() + 60_000);
    expect(await story.evaluate()).toEqual({ ...first, evaluated: story.now.toISOString() });
    await story.store.insert('conversations', [extra(9, 2)]);
    await story.store.insert('buckets', [{ hour: TEN, version: 2, marked: (TEN + 7200) * 1e6, flows: 1 }]);
    const again = await story.evaluate();
    expect(again.findings[0]?.connections).toBe(9);
    expect(again.hours).toBe(1);
    const [rows] = await story.store.query<{ evaluations: number }>(
      'SELECT toUInt32(uniqExact(evaluation)) AS evaluations FROM drift_denied WHERE policy = {policy:String}',
      { policy: story.policy().id },
    );
    expect(rows?.evaluations).toBe(2);
  });

  it('takes up an hour of the time it was learned from that came late, and no other', async () => {
    const before = (hour: number, marked: number) => [
      hourOf(hour, '10.0.1.1', '10.0.3.1', { port: 6379 }),
      { hour: TEN + hour * HOUR, version: 1, marked: marked * 1e6, flows: 1 },
    ];
    const [late, early] = [before(-5, TEN + 60), before(-6, TEN - 60)];
    await story.store.insert('conversations', [late[0] ?? {}, early[0] ?? {}]);
    await story.store.insert('buckets', [late[1] ?? {}, early[1] ?? {}]);
    const report = await story.evaluate();
    expect([report.hours, report.findings.length]).toEqual([1, 1]);
  });

  it('goes on after a restart where it was', async () => {
    await putHours(story.store, [...usual(0), hourOf(0, '10.0.1.1', '10.0.3.1', { port: 6379 })]);
    const first = await story.evaluate();
    story.restart();
    expect(await story.drift.report(story.policy().id)).toEqual(first);
    await putHours(story.store, [hourOf(1, '10.0.1.2', '10.0.3.1', { port: 6379 })]);
    const second = await story.evaluate();
    expect(second.findings[0]).toMatchObject({ id: first.findings[0]?.id, connections: 2, firstSeen: TEN + 60 });
  });

  it('lets a finding be until somebody new is in it', async () => {
    await putHours(story.store, [
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 6379, connections: 4, established: 4 }),
      hourOf(3, '10.0.1.1', '10.0.3.1', { port: 6379 }),
    ]);
    const [finding] = (await story.evaluate()).findings;
    await story.drift.dismiss(story.policy().id, finding?.id ?? '', { by: 'ann', reason: 'a trial' });
    const dismissed = await story.drift.report(story.policy().id);
    expect(dismissed?.findings[0]?.dismissed).toMatchObject({ by: 'ann', reason: 'a trial' });
    expect([dismissed?.digest, dismissed?.rerun.advised]).toEqual([[], false]);
    await putHours(story.store, [hourOf(1, '10.0.1.1', '10.0.3.1', { port: 6379 })]);
    expect((await story.evaluate()).digest).toEqual([]);
    await putHours(story.store, [hourOf(2, '10.0.1.2', '10.0.3.1', { port: 6379 })]);
    const back = await story.evaluate();
    expect(back.findings[0]?.dismissed).toBeUndefined();
    expect(back.digest).toHaveLength(1);
    await expect(story.drift.dismiss(story.policy().id, 'f-none', { by: 'ann', reason: 'x' })).rejects.toMatchObject({
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
        const policy = story.policy(
          between.map(({ client, server, port }) => use(names[client] ?? '', names[server] ?? '', tcp(port), seen)),
        );
        await story.store.command('TRUNCATE TABLE conversations');
        await putHours(
          story.store,
          between.map(({ client, server, port }) => hourOf(0, hosts[client] ?? '', hosts[server] ?? '', { port })),
        );
        const { findings } = await story.evaluate(policy);
        expect(findings).toEqual([]);
      }),
      { numRuns: 5 },
    );
  });
});
