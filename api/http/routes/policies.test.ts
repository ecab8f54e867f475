import { of, SHOP, tcp } from '../../../recommender/model/policy.fixture';
import type { GateReport } from '../../../recommender/prove';
import { serveForTests } from './served.fixture';

jest.setTimeout(60_000);

const PASSED: Omit<GateReport, 'policy'> = {
  id: 'gate-1',
  created: '2026-03-03T00:00:00Z',
  window: { from: 0, to: 86_400 },
  verdict: 'passed',
  passed: true,
  budgets: { deniedConnections: 0.01, deniedPackets: 0.002, surface: 0.15 },
  splits: [],
  checks: [],
  forecast: {
    outlooks: [],
    calibration: [],
    held: null,
    discovery: [],
    kinds: { found: 0, expected: 0, nextWeek: 0 },
    words: '',
  },
  reservations: [],
  words: '0.2 % denied',
};

describe('the routes of policies', () => {
  const served = serveForTests();
  const ann = { by: 'ann', reason: 'as planned' };
  const { id: _, ...unnamed } = SHOP;
  const body = { id: 'p-claimed', ...unnamed };

  const call = (method: 'GET' | 'POST', path: string, given?: unknown) =>
    served.call(method, `/policies${path}`, given);
  const act = (action: object, expected?: number) =>
    call('POST', '/test/actions', {
      ...ann,
      target: { kind: 'all' },
      ...action,
      ...(expected === undefined ? {} : { expected }),
    });

  beforeEach(async () => {
    for (const table of ['policies', 'policy_revisions', 'policy_events'])
      await served.wayleave.store.command(`TRUNCATE TABLE ${table}`);
  });

  it('take a policy from draft to what is enforced', async () => {
    const made = await call('POST', '', { ...ann, body });
    expect(made).toMatchObject({ status: 201, body: { name: 'test', version: 1, head: 1, active: null } });
    expect((await call('GET', '')).body).toEqual([made.body]);
    const enforced = () => call('GET', '/test/enforced');
    expect(await enforced()).toMatchObject({ status: 409, body: { code: 'nothing-enforced' } });
    for (const kind of ['review', 'approve', 'stage']) expect((await act({ kind, revision: 1 })).status).toBe(200);
    expect(await act({ kind: 'enforce', revision: 1 })).toMatchObject({
      status: 409,
      body: { code: 'gate', detail: expect.stringContaining('the gate has not been run') as string },
    });
    for (const judged of ['replay', 'proof']) {
      const answer = await call('POST', `/test/revisions/1/${judged}`, {});
      expect(answer).toMatchObject({ status: 409, body: { code: 'no-conversations' } });
    }
    const { body: first } = await call('GET', '/test/revisions/1');
    const { id } = first.body as { id: string };
    expect(id).not.toBe('p-claimed');
    await served.wayleave.documents.save('gate', id, { ...PASSED, policy: id });
    expect((await act({ kind: 'enforce', revision: 1 })).body).toMatchObject({ active: 1, overrides: [] });
    expect((await call('GET', '/test/revisions/latest')).body).toMatchObject({ stages: { draft: 0, enforced: 16 } });
    expect((await enforced()).body).toMatchObject({ leftOut: [], policy: { appliedTo: SHOP.appliedTo, closures: [] } });
    const rule = { action: 'allow', sources: [of('db')], destinations: [of('web')], services: [tcp(25)] };
    await call('POST', '/test/revisions', { ...ann, edits: [{ kind: 'add', section: 'application:shop', rule }] });
    expect(await call('GET', '/test/enforced?revision=2')).toMatchObject({
      status: 409,
      body: { code: 'nothing-enforced', detail: expect.stringContaining('revision 1 of policy "test"') as string },
    });
    expect((await call('GET', '/test/enforced?revision=1')).status).toBe(200);
    expect((await call('GET', '/test/enforced?revision=2&draft=true')).status).toBe(200);
    const exported = await call('GET', '/test/exports/nftables');
    expect(exported).toMatchObject({ status: 200, body: { backend: 'nftables', leftOut: [], overdue: [] } });
    const history = (await served.call<{ text: string }[]>('GET', '/policies/test/history')).body;
    expect(history.at(-2)?.text).toMatch(
      /ann enforced all of it in revision 1: 16 rules and closings; the gate: 0\.2 % denied \(as planned\)$/,
    );
  });

  it('say what an edit would do, then keep it with that', async () => {
    await call('POST', '', { ...ann, body });
    const edits = [
      {
        kind: 'add',
        section: 'application:shop',
        rule: { action: 'allow', sources: [of('db')], destinations: [of('web')], services: [tcp(25)] },
      },
    ];
    const tried = await call('POST', '/test/revisions', { ...ann, edits, dryRun: true });
    expect(tried).toMatchObject({
      status: 200,
      body: {
        revision: null,
        changes: [{ kind: 'added', text: 'new: db of shop may reach web of shop on smtp (25/tcp)' }],
        effect: [
          'there is no recorded traffic to judge it by',
          'lets through and did not before: tcp 10.0.3.1 → 10.0.1.2 port 25',
        ],
      },
    });
    expect(await call('POST', '/test/revisions', { ...ann, edits, expected: 1 })).toMatchObject({
      status: 201,
      body: { revision: 2, effect: tried.body.effect },
    });
    expect(await call('POST', '/test/revisions', { ...ann, edits, expected: 1 })).toMatchObject({ status: 400 });
    expect(await act({ kind: 'review', revision: 2 }, 1)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await call('GET', '/test/diff')).body).toMatchObject({
      from: 1,
      to: 2,
      opened: ['tcp 10.0.3.1 → 10.0.1.2 port 25'],
      closed: [],
      complete: true,
    });
    const back = await call('POST', '/test/rollback', { ...ann, to: 1 });
    const { body: first } = await call('GET', '/test/revisions/1');
    expect(back).toMatchObject({ status: 201, body: { number: 3, source: { kind: 'rolled-back', to: 1 } } });
    expect(JSON.stringify(back.body.body)).toBe(JSON.stringify(first.body));
  });

  it('keep a recommendation of an earlier release, and merge the next into it', async () => {
    await served.wayleave.documents.save('policy', SHOP.id, SHOP);
    await call('POST', '', { ...ann, recommendation: SHOP.id, name: 'production' });
    expect(
      await call('POST', '/production/revisions', { ...ann, recommendation: SHOP.id, dryRun: true }),
    ).toMatchObject({
      body: { changes: [], effect: ['every packet is decided as before'], conflicts: [], leftOut: [] },
    });
    expect(await call('POST', '/production/revisions', { ...ann, recommendation: 'p-none' })).toMatchObject({
      status: 404,
      body: { code: 'no-recommendation' },
    });
  });

  it('tend leases', async () => {
    const lease = { expires: '2026-01-01T00:00:00Z', reason: 'seen on 1 of 30 days', calendar: null };
    const sections = SHOP.sections.map((section) => ({
      ...section,
      rules: section.rules.map((rule) => (rule.id === 'r-partner' ? { ...rule, lease } : rule)),
    }));
    await call('POST', '', { ...ann, body: { ...body, sections } });
    for (const kind of ['review', 'approve', 'stage']) await act({ kind, revision: 1 });
    await act({ kind: 'enforce', revision: 1, override: 'a drill' });
    expect((await call('GET', '/test/leases')).body).toMatchObject([
      { rule: 'r-partner', state: 'expired', stage: 'enforced' },
    ]);
    const tended = await call('POST', '/test/leases', ann);
    expect(tended).toMatchObject({ status: 200, body: { renewed: {}, proposed: 2 } });
    expect((await call('GET', '/test/enforced')).body).toMatchObject({ leftOut: [], overdue: [{ rule: 'r-partner' }] });
    expect((await call('POST', '/test/leases', ann)).body).toMatchObject({ proposed: null });
    await call('POST', '/test/revisions', { ...ann, body });
    expect((await call('POST', '/test/leases', ann)).body).toMatchObject({ proposed: null });
    expect((await call('GET', '/test')).body).toMatchObject({ overrides: [{ reason: 'a drill', about: 'all of it' }] });
  });

  it.each([
    ['a rule of unknown groups', 'POST', '', { ...ann, body: { ...body, groups: [] } }, 400, 'bad-policy'],
    ['nobody', 'POST', '', { body }, 400, 'bad-request'],
    ['an action on nothing', 'POST', '/test/actions', { ...ann, kind: 'enforce' }, 400, 'bad-request'],
    ['two sources', 'POST', '/test/revisions', { ...ann, body, recommendation: 'p' }, 400, 'bad-request'],
    ['a proof without traffic', 'POST', '/production/revisions/latest/proof', {}, 404, 'unknown-policy'],
    ['no such policy', 'GET', '/none', undefined, 404, 'unknown-policy'],
    ['no such revision', 'GET', '/none/revisions/0', undefined, 400, 'bad-request'],
  ] as const)('refuse %s', async (_title, method, path, given, status, code) => {
    expect(await call(method, path, given)).toMatchObject({ status, body: { code } });
  });
});
