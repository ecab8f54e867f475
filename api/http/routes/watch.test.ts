import { hourOf, putHours, TEN } from '../../../analytics/conversations/query/testing/conversations';
import { topologyGroup, workloadOf } from '../../../recommender/propose/topology.fixture';
import { groupOf, of, policyOf, ruleOf, tcp } from '../../../recommender/model/policy.fixture';
import { serveForTests } from './served.fixture';

jest.setTimeout(60_000);

/** Without an inventory, workloads are addresses. Two tiers, one rule, and a use of the hour after that no rule covers. */
const POLICY = {
  ...policyOf(
    [
      {
        id: 'application:shop',
        category: 'application',
        name: 'shop',
        rules: [ruleOf('r-web-db', [of('shop-web')], [of('shop-db')], [tcp(5432)])],
      },
    ],
    [groupOf('shop-db', 'db of shop', ['10.0.3.1']), groupOf('shop-web', 'web of shop', ['10.0.1.1'])],
    ['shop-db', 'shop-web'],
  ),
  created: new Date(TEN * 1000).toISOString(),
  window: { from: TEN - 86_400, to: TEN },
};
const TOPOLOGY = {
  id: 't-1',
  window: POLICY.window,
  workloads: [workloadOf('10.0.3.1', ['10.0.3.1']), workloadOf('10.0.1.1', ['10.0.1.1'])],
  groups: [
    topologyGroup('shop', 'application', ['10.0.3.1', '10.0.1.1']),
    topologyGroup('shop-db', 'tier', ['10.0.3.1'], 'shop'),
    topologyGroup('shop-web', 'tier', ['10.0.1.1'], 'shop'),
  ],
};

describe('the routes of drift and compliance', () => {
  const served = serveForTests();

  const call = (path: string, given?: unknown) => served.call(given === undefined ? 'GET' : 'POST', path, given);

  beforeAll(async () => {
    await putHours(served.wayleave.store, [
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 5432 }),
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 6379 }),
      hourOf(1, '10.0.1.1', '10.0.3.1', { port: 6379 }),
    ]);
    await served.wayleave.documents.save('topology', TOPOLOGY.id, TOPOLOGY);
    await served.wayleave.policies.create(POLICY, { by: 'ann', reason: '' });
  });

  it('compare, dismiss, and take up what is proposed as a revision', async () => {
    expect(await call('/policies/test/drift')).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect((await call('/policies/test/drift', {})).status).toBe(202);
    await served.wayleave.jobs.idle('drift');
    const { body } = await call('/policies/test/drift');
    expect(body).toMatchObject({
      hours: 2,
      findings: [{ kind: 'new-use', connections: 2, application: { id: 'shop' } }],
      rerun: { advised: true },
    });
    const metrics = await served.wayleave.registry.metrics();
    expect(metrics).toContain('wayleave_drift_findings{kind="new-use"} 1');
    expect(metrics).toMatch(/wayleave_drift_last_evaluation_seconds \d{10}/);
    const [{ id: finding } = { id: '' }] = body['findings'] as { id: string }[];
    const dismissal = { finding, by: 'ann', reason: 'a trial' };
    expect(await call('/policies/test/drift/dismissals', dismissal)).toMatchObject({
      status: 201,
      body: { id: finding, dismissed: { by: 'ann' } },
    });
    expect(await call('/policies/test/drift')).toMatchObject({ body: { digest: [], rerun: { advised: false } } });
    const accepted = await call('/policies/test/drift/revisions', { by: 'ann', reason: 'redis' });
    expect(accepted).toMatchObject({ status: 201, body: { revision: 2 } });
    expect((await served.wayleave.policies.revision('test')).body.sections[0]?.rules).toHaveLength(2);
  });

  it.each([
    ['/policies/test/drift/dismissals', { finding: 'f-none', by: 'ann', reason: 'x' }, 404, 'unknown-finding'],
    ['/policies/test/drift/dismissals', { finding: 'f-none', by: 'ann' }, 400, 'bad-request'],
    ['/policies/test/drift/revisions', { by: 'ann', rules: ['r-none'] }, 409, 'nothing-proposed'],
    ['/policies/nobody/drift', undefined, 404, 'no-recommendation'],
    ['/policies/test/compliance?stance=allowed', undefined, 400, 'bad-request'],
    ['/policies/test/compliance/conversations?after=x', undefined, 400, 'bad-page'],
  ])('refuse %s %j', async (path, given, status, code) => {
    expect(await call(path, given)).toMatchObject({ status, body: { code } });
  });

  it('tell what each conversation is to a policy', async () => {
    const { from, to } = { from: new Date(TEN * 1000).toISOString(), to: new Date((TEN + 7200) * 1000).toISOString() };
    const found = await call(`/policies/test/compliance?from=${from}&to=${to}&draft=true`);
    expect(found.body).toMatchObject({ edges: [{ client: { group: 'shop-web' }, server: { group: 'shop-db' } }] });
    const page = await call(`/policies/test/compliance/conversations?client=shop-web&server=shop-db&limit=1`);
    expect(page.body['conversations']).toHaveLength(1);
    expect(typeof page.body['next']).toBe('string');
    expect((await call('/compliance')).body).toMatchObject({ policy: null, stances: { unknown: { tuples: 2 } } });
  });
});
