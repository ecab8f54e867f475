import { hourOf, putHours, TEN } from '../../../analytics/conversations/query/testing/conversations';
import { SHOP } from '../../../recommender/model/policy.fixture';
import { serveForTests } from './served.fixture';

jest.setTimeout(60_000);

describe('the routes of threats', () => {
  const served = serveForTests();
  const ann = { by: 'ann', reason: 'as agreed' };

  const { call } = served;
  const found = async () => (await call<Record<string, unknown>[]>('GET', '/threats')).body;

  beforeAll(async () => {
    await putHours(served.wayleave.store, [
      hourOf(0, '10.0.2.1', '198.51.100.9', { alerts: ['ET MALWARE something'] }),
      hourOf(1, '10.0.2.1', '198.51.100.9'),
    ]);
    await served.wayleave.threats.look({ from: TEN, to: TEN + 7200 });
  });

  it('show what was found, and keep what people say of it', async () => {
    const [threat] = await found();
    const id = String(threat?.id);
    expect(threat).toMatchObject({ kind: 'alert', severity: 'high', state: 'open', said: null });
    expect((await call('GET', `/threats/${id.slice('threat-'.length, 14)}`)).body).toEqual(threat);
    expect(await call('POST', `/threats/${id}/states`, { state: 'acknowledged', ...ann })).toMatchObject({
      status: 201,
      body: { state: 'acknowledged', said: { by: 'ann', reason: 'as agreed' } },
    });
    expect(await call('POST', `/threats/${id}/states`, { state: 'dismissed', by: 'ann' })).toMatchObject({
      status: 400,
      body: { code: 'bad-threat' },
    });
    expect(await call('GET', '/threats/zzz')).toMatchObject({ status: 404, body: { code: 'unknown-threat' } });
    expect((await call('GET', '/threats?kind=beacon')).body).toEqual([]);
  });

  it('look as a job', async () => {
    const { status, body: job } = await call('POST', '/threats/looks', {});
    expect([status, job.kind]).toEqual([202, 'threats']);
    await served.wayleave.jobs.idle('threats');
    expect((await call('GET', `/jobs/${String(job.id)}`)).body).toMatchObject({
      state: 'done',
      result: { found: 1, added: 0, gone: 0 },
    });
  });

  it('take marks of crown jewels', async () => {
    expect((await call('POST', '/threats/crown-jewels', { subject: 'db1', jewel: true, ...ann })).status).toBe(201);
    expect((await call('GET', '/threats/crown-jewels')).body).toMatchObject([{ subject: 'db1', jewel: true }]);
  });

  it('put whom a finding names into quarantine, as a revision, and lift it again', async () => {
    const { id: _, ...body } = SHOP;
    await call('POST', '/policies', { ...ann, body: { id: 'p-claimed', ...body } });
    const [threat] = await found();
    const imposed = await call('POST', '/policies/test/quarantine', {
      finding: threat?.id,
      allow: ['web of shop'],
      ...ann,
    });
    expect(imposed).toMatchObject({
      status: 201,
      body: { revision: 2, name: '10.0.2.1', addresses: ['10.0.2.1'], quarantined: ['10.0.2.1'] },
    });
    const revision = (number: number) => call('GET', `/policies/test/revisions/${number}`);
    expect((await revision(2)).body).toMatchObject({
      reason: 'as agreed',
      body: {
        sections: [
          {
            category: 'emergency',
            rules: [{ action: 'allow' }, { action: 'allow' }, { action: 'deny' }, { action: 'deny' }],
          },
          {},
          {},
        ],
      },
    });
    expect(await call('POST', '/policies/test/quarantine', { workload: 'nobody', ...ann })).toMatchObject({
      status: 404,
      body: { code: 'no-topology' },
    });
    const lifted = await call('DELETE', '/policies/test/quarantine/10.0.2.1?by=bob&reason=cleaned');
    expect(lifted).toMatchObject({ status: 200, body: { revision: 3, quarantined: [] } });
    const bodies = await Promise.all([1, 3].map(async (number) => (await revision(number)).body.body));
    expect(bodies[1]).toEqual(bodies[0]);
    expect(await call('DELETE', '/policies/test/quarantine/10.0.2.1?by=bob')).toMatchObject({
      status: 404,
      body: { code: 'no-quarantine' },
    });
  });

  it('base a quarantine on what is in force, and take it there and back without the gate', async () => {
    const policies = '/policies/test';
    const section = { kind: 'section', section: 'quarantine:app1' };
    const act = async (kind: string, revision: number, target: unknown, more: object = {}) => {
      const { status } = await call('POST', `${policies}/actions`, { ...ann, kind, revision, target, ...more });
      expect([kind, status]).toEqual([kind, 200]);
    };
    const rule = { kind: 'rule', rule: 'r-app-db' };
    for (const kind of ['review', 'approve', 'stage']) await act(kind, 3, rule);
    await act('enforce', 3, rule, { override: 'known' });
    // A draft that nobody approved.
    const draft = (await call('GET', `${policies}/revisions/3`)).body.body as typeof SHOP;
    await call('POST', `${policies}/revisions`, { ...ann, body: { ...draft, sections: draft.sections.slice(0, 1) } });
    const imposed = await call('POST', `${policies}/quarantine`, { workload: '10.0.2.2', ...ann });
    expect(imposed.body).toMatchObject({ revision: 5, base: 3, leftOut: 4, inForce: false });
    const about = { ...section, section: 'quarantine:10.0.2.2' };
    for (const kind of ['review', 'approve']) await act(kind, 5, about);
    for (const kind of ['stage', 'enforce']) await act(kind, 5, about, { override: 'ticket 4711' });
    const enforced = async () => {
      const { body } = await call('GET', `${policies}/enforced`);
      return JSON.stringify((body.policy as typeof SHOP).sections);
    };
    expect(await enforced()).toContain('10.0.2.2 is in quarantine: nobody may reach it');
    const lifted = await call('DELETE', `${policies}/quarantine/10.0.2.2?by=bob&reason=cleaned`);
    expect(lifted.body).toMatchObject({ revision: 6, base: 5, leftOut: null, inForce: true });
    await act('withdraw', 5, about, { to: 'draft' });
    expect(await enforced()).not.toContain('is in quarantine');
    expect(await enforced()).toContain('r-app-db');
  });

  it('are counted', async () => {
    const metrics = await served.wayleave.registry.metrics();
    expect(metrics).toContain('wayleave_threat_findings{kind="alert"} 1');
  });
});
