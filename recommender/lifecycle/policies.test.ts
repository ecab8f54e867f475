import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openEmbedded, type Store } from '../../ingest/store';
import { parseAddress } from '../../ingest/kernel/ip';
import { createFilter } from '../model/decide';
import { of, ruleOf, SHOP, tcp } from '../model/policy.fixture';
import type { Policy, Rule, Section } from '../model/policy';
import { enforcedPolicy } from './enforced-policy';
import { unitState } from './fold-events';
import type { Actor, GateVerdict, Policies, Target } from './model';
import { createPolicies } from './policies';
import { unitsOf } from './units';

const as = (by: string, expected?: number): Actor => ({
  by,
  reason: 'as planned',
  ...(expected === undefined ? {} : { expected }),
});
const all: Target = { kind: 'all' };
const passed: GateVerdict = { id: 'gate-1', policy: SHOP.id, passed: true, words: '0.2 % denied in 5 splits' };

describe('stored policies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-policies-'));
  let store: Store;
  let now = 1_760_000_000_000;
  let verdict: GateVerdict | undefined;
  const policies = (approvals = 1): Policies =>
    createPolicies({ store, clock: () => new Date((now += 1000)), approvals, gate: () => Promise.resolve(verdict) });
  const without = (rule: string): Policy => ({
    ...SHOP,
    id: `p-without-${rule}`,
    sections: SHOP.sections.map((section) => ({ ...section, rules: section.rules.filter(({ id }) => id !== rule) })),
  });
  const advance = async (
    at: Policies,
    steps: readonly ('review' | 'approve' | 'stage' | 'enforce')[],
    target = all,
  ) => {
    for (const kind of steps) await at.act('test', { kind, revision: 1, target }, as('ann'));
  };

  beforeAll(async () => {
    store = openEmbedded(folder);
    await migrate(store);
  });
  beforeEach(async () => {
    for (const table of ['policies', 'policy_revisions', 'policy_events'])
      await store.command(`TRUNCATE TABLE ${table}`);
    verdict = passed;
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('keep every revision as it was, and go back to its bytes', async () => {
    const at = policies();
    const { id, state } = await at.create(SHOP, as('ann'));
    expect(state).toMatchObject({ version: 1, head: 1, active: null, owner: null });
    const less = await at.revise(id, without('r-partner'), { kind: 'revised' }, as('bob', 1), ['closes 22/tcp']);
    expect(less).toMatchObject({ number: 2, by: 'bob', effect: ['closes 22/tcp'] });
    const first = await at.revision(id, 1);
    await at.revise(id, first.body, { kind: 'rolled-back', to: 1 }, as('ann'));
    expect(JSON.stringify((await at.revision(id)).body)).toBe(JSON.stringify(SHOP));
    expect(await at.revision('test', 2)).toEqual(less);
    expect((await at.history('test')).map(({ number, by, act }) => [number, by, act.kind])).toEqual([
      [1, 'ann', 'revise'],
      [2, 'bob', 'revise'],
      [3, 'ann', 'revise'],
    ]);
    await expect(at.revision(id, 4)).rejects.toMatchObject({ code: 'unknown-revision' });
    await expect(at.create(SHOP, as('eve'))).rejects.toMatchObject({ code: 'name-taken' });
    await at.revise(id, { ...SHOP, name: 'production' }, { kind: 'revised' }, as('ann'));
    expect(await at.list()).toMatchObject([{ id, name: 'production', state: { head: 4 } }]);
    await at.create(SHOP, as('eve'));
    await expect(at.revise(id, SHOP, { kind: 'revised' }, as('ann'))).rejects.toMatchObject({ code: 'name-taken' });
  });

  it('go from stage to stage, none left out, and back', async () => {
    const at = policies();
    await at.create(SHOP, as('ann'));
    await expect(at.act('test', { kind: 'stage', revision: 1, target: all }, as('ann'))).rejects.toMatchObject({
      code: 'wrong-stage',
      message: expect.stringContaining('nothing of all of it in revision 1 is approved: 16 draft') as string,
    });
    await advance(at, ['review', 'approve', 'stage', 'enforce']);
    const { state } = await at.find('test');
    expect(state.active).toBe(1);
    expect(enforcedPolicy(SHOP, state, 0).policy).toEqual({ ...SHOP, id: expect.any(String) as string, closures: [] });
    await at.act(
      'test',
      { kind: 'withdraw', revision: 1, target: { kind: 'rule', rule: 'r-dns' }, to: 'staged' },
      as('bob'),
    );
    await at.act('test', { kind: 'withdraw', revision: 1, target: all, to: 'draft' }, as('bob'));
    expect((await at.find('test')).state.active).toBeNull();
  });

  it('close a group once what admits its members under the name of another group is there', async () => {
    const at = policies();
    const twice: Policy = {
      ...SHOP,
      groups: SHOP.groups.map((group) => (group.id === 'empty' ? { ...group, addresses: ['10.0.3.1'] } : group)),
      sections: SHOP.sections.map((section) => ({
        ...section,
        rules: section.rules.map((rule) =>
          rule.id === 'r-partner' ? { ...rule, destinations: [{ kind: 'group', group: 'empty' }] } : rule,
        ),
      })),
    };
    await at.create(twice, as('ann'));
    await advance(at, ['review', 'approve', 'stage']);
    await at.act(
      'test',
      { kind: 'withdraw', revision: 1, target: { kind: 'rule', rule: 'r-partner' }, to: 'approved' },
      as('ann'),
    );
    const db: Target = { kind: 'group', group: 'db', direction: 'inbound' };
    await expect(at.act('test', { kind: 'enforce', revision: 1, target: db }, as('ann'))).rejects.toMatchObject({
      code: 'wrong-stage',
      message: expect.stringContaining('r-partner in words (r-partner), approved') as string,
    });
  });

  it('open a group again without taking from others what they need to reach it', async () => {
    const at = policies();
    await at.create(SHOP, as('ann'));
    await advance(at, ['review', 'approve', 'stage', 'enforce']);
    const db: Target = { kind: 'group', group: 'db' };
    const { state } = await at.act('test', { kind: 'withdraw', revision: 1, target: db, to: 'approved' }, as('ann'));
    const filter = createFilter(enforcedPolicy(SHOP, state, 0).policy);
    const [app, dns, own] = ['10.0.2.1', '10.0.9.1', '10.0.3.1'].map(parseAddress) as [bigint, bigint, bigint];
    const through = (src: bigint, dst: bigint, protocol: number, port: number) =>
      filter.decide({ src, dst, protocol, port }).action;
    expect(through(app, own, 6, 5432)).toBe('allow');
    expect(through(own, dns, 17, 53)).toBe('allow');
    expect(through(parseAddress('198.51.100.1'), own, 6, 22)).toBe('pass');
    await expect(
      at.act('test', { kind: 'withdraw', revision: 1, target: db, to: 'approved' }, as('ann')),
    ).rejects.toMatchObject({ code: 'wrong-stage', message: expect.stringContaining('closings of other') as string });
    const rule: Target = { kind: 'rule', rule: 'r-app-db' };
    const gone = await at.act('test', { kind: 'withdraw', revision: 1, target: rule, to: 'approved' }, as('ann'));
    expect(enforcedPolicy(SHOP, gone.state, 0).leftOut).toMatchObject([{ rule: 'r-app-db' }]);
  });

  it('close a group once what admits is there', async () => {
    const at = policies();
    await at.create(SHOP, as('ann'));
    await advance(at, ['review', 'approve', 'stage']);
    const web: Target = { kind: 'group', group: 'web', direction: 'inbound' };
    await at.act(
      'test',
      { kind: 'withdraw', revision: 1, target: { kind: 'rule', rule: 'r-public' }, to: 'approved' },
      as('ann'),
    );
    await expect(at.act('test', { kind: 'enforce', revision: 1, target: web }, as('ann'))).rejects.toMatchObject({
      code: 'wrong-stage',
      message: expect.stringContaining('r-public in words (r-public), approved') as string,
    });
    await at.act('test', { kind: 'stage', revision: 1, target: { kind: 'rule', rule: 'r-public' } }, as('ann'));
    const { state } = await at.act('test', { kind: 'enforce', revision: 1, target: web }, as('ann'));
    expect(enforcedPolicy(SHOP, state, 0).policy.closures).toContainEqual({
      group: 'web',
      inbound: 'deny',
      outbound: 'alert',
    });
  });

  it('take two approvals, the last by somebody who had no part in it', async () => {
    const at = policies(2);
    await at.create(SHOP, as('Ann'));
    const approve = (by: string) => at.act('test', { kind: 'approve', revision: 1, target: all }, as(by));
    await at.act('test', { kind: 'review', revision: 1, target: all }, as('bob'));
    await approve('bob');
    await expect(approve('BOB ')).rejects.toMatchObject({ code: 'not-allowed', message: /has approved/ });
    await expect(approve('ann')).rejects.toMatchObject({ code: 'not-allowed', message: /last approval/ });
    const before = (await at.find('test')).state;
    expect(unitsOf(SHOP).every(({ key }) => unitState(before, key).stage === 'reviewed')).toBe(true);
    const { state } = await approve('carol');
    expect(unitsOf(SHOP).every(({ key }) => unitState(state, key).stage === 'approved')).toBe(true);
  });

  it('are enforced if the gate lets them, or with a reason that stays', async () => {
    const at = policies();
    await at.create(SHOP, as('ann'));
    await advance(at, ['review', 'approve', 'stage']);
    verdict = { ...passed, passed: false, words: '4 % denied, budget 1 %' };
    const enforce = (override?: string) =>
      at.act('test', { kind: 'enforce', revision: 1, target: all, ...(override ? { override } : {}) }, as('ann'));
    await expect(enforce()).rejects.toMatchObject({
      code: 'gate',
      message: expect.stringContaining('4 % denied') as string,
    });
    await expect(enforce(' ')).rejects.toMatchObject({ code: 'gate' });
    await enforce('an attack is under way');
    await at.act('test', { kind: 'withdraw', revision: 1, target: all, to: 'draft' }, as('ann'));
    expect((await at.find('test')).state.overrides).toMatchObject([
      { by: 'ann', gate: '4 % denied, budget 1 %', reason: 'an attack is under way' },
    ]);
  });

  it('say what there is to whoever names what there is not', async () => {
    const at = policies();
    await at.create(SHOP, as('ann'));
    const review = (target: Target) => at.act('test', { kind: 'review', revision: 1, target }, as('ann'));
    const [section] = SHOP.sections;
    await expect(review({ kind: 'group', group: 'nosuch' })).rejects.toMatchObject({
      code: 'unknown-target',
      message: expect.stringContaining(`it has the groups ${SHOP.groups[0]?.name}; `) as string,
    });
    await expect(review({ kind: 'section', section: 'nosuch' })).rejects.toMatchObject({
      message: expect.stringContaining(`it has the sections ${section?.id}`) as string,
    });
  });

  it('drop nothing that is in force unasked when a newer revision comes', async () => {
    const at = policies();
    await at.create(SHOP, as('ann'));
    await advance(at, ['review', 'approve', 'stage', 'enforce']);
    const wider: Policy = {
      ...without('r-partner'),
      groups: SHOP.groups.map((group) =>
        group.id === 'db' ? { ...group, addresses: ['10.0.3.1', '10.0.3.2'] } : group,
      ),
    };
    await at.revise('test', wider, { kind: 'revised' }, as('ann'));
    expect((await at.find('test')).state.active).toBe(1);
    const db: Target = { kind: 'rule', rule: 'r-app-db' };
    const dns: Target = { kind: 'rule', rule: 'r-dns' };
    for (const target of [db, dns]) await at.act('test', { kind: 'review', revision: 2, target }, as('ann'));
    await at.act('test', { kind: 'approve', revision: 2, target: db }, as('ann'));
    const stage = (drop: boolean) => at.act('test', { kind: 'stage', revision: 2, target: db, drop }, as('ann'));
    await expect(stage(true)).rejects.toMatchObject({ code: 'wrong-stage', message: /not approved: r-dns in words/ });
    await at.act('test', { kind: 'approve', revision: 2, target: dns }, as('ann'));
    await expect(stage(false)).rejects.toMatchObject({ code: 'drops', message: /r-partner in words/ });
    const { state } = await stage(true);
    const stages = unitsOf(wider).map(({ key }) => unitState(state, key).stage);
    expect(state.active).toBe(2);
    expect(stages.filter((stage) => stage === 'staged')).toHaveLength(1);
    expect(stages.filter((stage) => stage !== 'enforced')).toHaveLength(1);
  });

  it('take up a revision that only takes away, if the gate lets it', async () => {
    const at = policies();
    await at.create(SHOP, as('ann'));
    await advance(at, ['review', 'approve', 'stage', 'enforce']);
    await at.revise('test', without('r-partner'), { kind: 'revised' }, as('ann'));
    const stage = (given: { drop?: boolean; override?: string }) =>
      at.act('test', { kind: 'stage', revision: 2, target: all, ...given }, as('ann'));
    await expect(stage({})).rejects.toMatchObject({ code: 'drops' });
    verdict = undefined;
    await expect(stage({ drop: true })).rejects.toMatchObject({ code: 'gate' });
    const { state } = await stage({ drop: true, override: 'the partner is gone' });
    expect(state).toMatchObject({ active: 2, overrides: [{ revision: 2, reason: 'the partner is gone' }] });
    expect(enforcedPolicy(without('r-partner'), state, 0).leftOut).toEqual([]);
    await expect(stage({ drop: true, override: 'again' })).rejects.toMatchObject({ code: 'wrong-stage' });
  });

  it('close who joins a group only with what admits them, and open who leaves it only if told to', async () => {
    const at = policies();
    await at.create(SHOP, as('ann'));
    await advance(at, ['review', 'approve', 'stage', 'enforce']);
    const [shared, shop] = SHOP.sections as [Section, Section];
    const mail = ruleOf('r-mail', [of('dns')], [of('internet')], [tcp(25)]);
    const other = ruleOf('r-other', [of('internet')], [of('web')], [tcp(8080)]);
    const withDns = (addresses: readonly string[]): Policy => ({
      ...SHOP,
      sections: [
        { ...shared, rules: [] },
        { ...shop, rules: [...shop.rules, mail, other] },
      ],
      groups: SHOP.groups.map((group) => (group.id === 'dns' ? { ...group, addresses } : group)),
    });
    const take = (revision: number, kind: 'review' | 'approve' | 'stage', rule: string, drop = true) =>
      at.act(
        'test',
        { kind, revision, target: { kind: 'rule', rule }, ...(kind === 'stage' ? { drop } : {}) },
        as('ann'),
      );
    await at.revise('test', withDns(['10.0.9.1', '10.0.9.2', '2001:db8:1::53']), { kind: 'revised' }, as('ann'));
    for (const kind of ['review', 'approve'] as const) await take(2, kind, 'r-other');
    await expect(take(2, 'stage', 'r-other')).rejects.toMatchObject({
      code: 'wrong-stage',
      message: expect.stringContaining('r-mail in words (r-mail), draft') as string,
    });
    for (const kind of ['review', 'approve', 'stage'] as const) await take(2, kind, 'r-mail');
    expect((await at.find('test')).state.active).toBe(2);
    await at.revise('test', withDns(['10.0.9.1', '2001:db8:1::53']), { kind: 'revised' }, as('ann'));
    for (const kind of ['review', 'approve'] as const) await take(3, kind, 'r-mail');
    await expect(take(3, 'stage', 'r-mail', false)).rejects.toMatchObject({
      code: 'drops',
      message: expect.stringContaining('1 addresses that are closed now') as string,
    });
    expect((await take(3, 'stage', 'r-mail')).state.active).toBe(3);
  });

  it('enforce a denial elsewhere only once it is approved there, and then do', async () => {
    const at = policies();
    const [shared, shop] = SHOP.sections as [Section, Section];
    const deny = ruleOf('r-no-ssh', [{ kind: 'any' }], [of('app')], [tcp(22)], 'deny');
    const ordered = (rules: readonly Rule[]): Policy => ({ ...SHOP, sections: [shared, { ...shop, rules }] });
    await at.create(ordered([deny, ...shop.rules]), as('ann'));
    await advance(at, ['review', 'approve', 'stage', 'enforce']);
    const more = ruleOf('r-more', [of('app')], [of('db')], [tcp(6432)]);
    await at.revise('test', ordered([...shop.rules, deny, more]), { kind: 'revised' }, as('eve'));
    const act = (kind: 'review' | 'approve' | 'stage' | 'enforce', rule: string) =>
      at.act('test', { kind, revision: 2, target: { kind: 'rule', rule } }, as('ann'));
    for (const kind of ['review', 'approve'] as const) await act(kind, 'r-more');
    await expect(act('stage', 'r-more')).rejects.toMatchObject({
      code: 'wrong-stage',
      message: expect.stringContaining('r-no-ssh in words') as string,
    });
    for (const kind of ['review', 'approve'] as const) await act(kind, 'r-no-ssh');
    const { state } = await act('stage', 'r-more');
    expect(state.active).toBe(2);
    await at.revise('test', ordered([deny, ...shop.rules, more]), { kind: 'revised' }, as('eve'));
    const back = await at.act('test', { kind: 'enforce', revision: 3, target: all }, as('ann'));
    expect(back.state.active).toBe(3);
    expect(enforcedPolicy((await at.revision('test', 3)).body, back.state, 0).leftOut).toEqual([]);
  });

  it('tell whoever comes second', async () => {
    const [one, other] = [policies(), policies()];
    await one.create(SHOP, as('ann'));
    const comment = (at: Policies, by: string, expected?: number) =>
      at.act('test', { kind: 'comment', target: { kind: 'rule', rule: 'r-dns' }, text: 'why tcp?' }, as(by, expected));
    await comment(one, 'ann', 1);
    await expect(comment(other, 'bob', 1)).rejects.toMatchObject({
      code: 'conflict',
      message: /ann has done something/,
    });
    const outcomes = await Promise.allSettled([comment(one, 'ann'), comment(other, 'bob')]);
    const { state } = await one.find('test');
    expect(state.comments).toHaveLength(1 + outcomes.filter(({ status }) => status === 'fulfilled').length);
    expect(state.version).toBe(1 + state.comments.length);
    await expect(
      one.act('test', { kind: 'comment', target: { kind: 'rule', rule: 'r-none' }, text: '?' }, as('ann')),
    ).rejects.toMatchObject({ code: 'unknown-target' });
  });
});
