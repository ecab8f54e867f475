import type { GroupDecision, GroupWish } from '../../model/group-decision';
import type { Topology } from '../../model/topology';
import type { Workload } from '../../model/workload';
import { groupWorkloads } from '../group-workloads';
import { managed, tcp } from '../../quality/estate';
import { all, company, numbered, type Estate } from '../testing/company';
import { decisionOn } from '../testing/topology';
import { settleWish } from './settle-wish';

const window = { from: 0, to: 86_400 };
const estate = company();
const first = groupWorkloads({ ...estate, window });

const idOf = (name: string, { groups }: Topology = first): string => {
  const found = groups.find((group) => group.name === name);
  if (!found) throw new RangeError(`there is no ${name} among ${groups.map((group) => group.name).join(', ')}`);
  return found.id;
};

function decide(...wishes: readonly GroupWish[]): GroupDecision[] {
  return wishes.map((wish, at) => decisionOn(first, wish, at + 1));
}

const run = (decisions: readonly GroupDecision[], previous = first, of: Estate = estate) =>
  groupWorkloads({ ...of, window, previous, decisions });

const members = (topology: Topology, name: string) =>
  topology.groups.find((group) => group.name === name)?.members.flatMap(({ workload, lent }) => (lent ? [] : workload));

describe('a run of the analysis', () => {
  const shop = [...numbered('shop-app', 3), ...numbered('shop-db', 2), ...numbered('shop-web', 3)];
  const [hr = [], crm = []] = [members(first, 'hr'), members(first, 'crm')];

  it.each<[string, GroupWish[], Record<string, string[] | undefined>]>([
    [
      'calls groups as people do',
      [{ kind: 'rename', group: idOf('shop'), name: 'Store' }],
      { Store: shop, shop: undefined },
    ],
    [
      'keeps who was moved where they were put, and leaves their friends where they were',
      [{ kind: 'move', group: idOf('hr'), workloads: ['shop-db-01', 'shop-db-02'] }],
      {
        shop: [...numbered('shop-app', 3), ...numbered('shop-web', 3)],
        hr: [...hr, ...numbered('shop-db', 2)].sort(),
      },
    ],
    [
      'keeps who was moved to a tier in it',
      [{ kind: 'move', group: idOf('app of shop'), workloads: ['shop-web-01'] }],
      {
        'app of shop': [...numbered('shop-app', 3), 'shop-web-01'],
        'web of shop': ['shop-web-02', 'shop-web-03'],
        shop,
      },
    ],
    [
      'keeps together what was merged',
      [{ kind: 'merge', groups: [idOf('shop'), idOf('crm')] }],
      { shop: [...crm, ...shop].sort(), hr, crm: undefined },
    ],
    [
      'keeps apart what was split',
      [{ kind: 'split', group: idOf('shop'), workloads: numbered('shop-db', 2), name: 'stock' }],
      { shop: [...numbered('shop-app', 3), ...numbered('shop-web', 3)], stock: numbered('shop-db', 2) },
    ],
    [
      'keeps tiers apart that were split',
      [{ kind: 'split', group: idOf('web of shop'), workloads: ['shop-web-02'], name: 'edge' }],
      { 'web of shop': ['shop-web-01', 'shop-web-03'], edge: ['shop-web-02'], shop },
    ],
    [
      'takes what people say is a shared service for one, under the name they gave it',
      [{ kind: 'share', workloads: numbered('hr-db', 2), name: 'Ledger' }],
      { Ledger: numbered('hr-db', 2), shop },
    ],
    [
      'takes who was moved to a shared service for one of those who provide it',
      [{ kind: 'move', group: idOf('directory'), workloads: ['quiet1', 'shop-web-01'] }],
      { directory: ['ad1', 'ad2', 'quiet1', 'shop-web-01'], shop: shop.filter((id) => id !== 'shop-web-01') },
    ],
    [
      'takes no shared service for one that was refused',
      [{ kind: 'refuse', group: idOf('monitoring') }],
      { monitoring: undefined },
    ],
  ])('%s', (_, wishes, expected) => {
    const decisions = decide(...wishes);
    const second = run(decisions);
    const found = Object.fromEntries(Object.keys(expected).map((name) => [name, members(second, name)]));
    expect(found).toEqual(expected);
    expect(second.unmet).toBeUndefined();
    const third = run(decisions, second);
    expect(third.groups).toEqual(second.groups);
    expect(third.events).toBeUndefined();
  });

  it('lets go who was only beside those that people decided on', () => {
    const decisions = decide({ kind: 'pin', group: idOf('shop'), workloads: ['shop-web-01'] });
    const second = run(decisions);
    const others = estate.dependencies.filter(({ client, server }) =>
      [client, server].every((id) => id !== 'shop-app-01'),
    );
    const dependencies = [
      ...others,
      ...all(numbered('hr-web', 2), ['shop-app-01'], tcp(8080)),
      ...all(['shop-app-01'], numbered('hr-db', 2), tcp(3306)),
    ];
    const third = run(decisions, second, { ...estate, dependencies });
    expect(members(third, 'hr')).toContain('shop-app-01');
    expect(members(third, 'shop')).toEqual(shop.filter((id) => id !== 'shop-app-01'));
    const surest = second.groups.find(({ name }) => name === 'shop')?.members ?? [];
    expect(surest.filter(({ decision }) => decision !== undefined).map(({ workload }) => workload)).toEqual([
      'shop-web-01',
    ]);
  });

  it.each<[string, GroupWish, string[]]>([
    ['pinned', { kind: 'pin', group: idOf('directory'), workloads: ['ad1'] }, ['ad1']],
    ['moved there', { kind: 'move', group: idOf('directory'), workloads: ['watch'] }, ['ad1', 'watch']],
  ])('lets go who provided a shared service beside whom people %s', (_, wish, left) => {
    const decisions = decide(wish);
    const second = run(decisions);
    expect(members(second, 'directory')).toEqual([...new Set([...left, 'ad1', 'ad2'])].sort());
    const dependencies = estate.dependencies.filter(({ server }) => server !== 'ad2');
    const third = run(decisions, second, { ...estate, dependencies });
    expect(members(third, 'directory')).toEqual(left);
    expect(idOf('directory', third)).toBe(idOf('directory'));
  });

  it('waits for a group that is away, and takes no others for it', () => {
    const decisions = decide({ kind: 'move', group: idOf('shop'), workloads: ['hr-web-01'] });
    const without = (gone: readonly string[]): Estate => ({
      workloads: estate.workloads.filter(({ id }) => !gone.includes(id)),
      dependencies: estate.dependencies.filter(
        ({ client, server }) => !gone.includes(client) && !gone.includes(server),
      ),
    });
    const second = run(decisions);
    const third = run(decisions, second, without(shop));
    expect(members(third, 'shop')).toEqual(['hr-web-01']);
    expect(members(third, 'hr')).toEqual(hr.filter((id) => id !== 'hr-web-01'));
    const fourth = run(decisions, third);
    expect(members(fourth, 'shop')).toEqual(['hr-web-01', ...shop]);
    expect(members(fourth, 'hr')).toEqual(hr.filter((id) => id !== 'hr-web-01'));
  });

  it('gives the name of an undone part back to the group it was before', () => {
    const merge = decisionOn(first, { kind: 'merge', groups: [idOf('shop'), idOf('hr')] }, 1);
    const second = run([merge]);
    const split = decisionOn(second, { kind: 'split', group: idOf('shop', second), workloads: hr, name: 'HR2' }, 2);
    const third = run([merge, split], second);
    expect(members(third, 'HR2')).toEqual(hr);
    const undone = { at: 1, by: 'ann', reason: '' };
    const fourth = run(
      [merge, split].map((each) => ({ ...each, undone })),
      third,
    );
    expect(members(fourth, 'hr')).toEqual(hr);
  });

  it('lets newcomers with the label of a confirmed or merged application into it', () => {
    const labelled = (id: string): Workload => ({ ...managed(id), labels: { app: id.slice(0, 1) } });
    const of = (ids: readonly string[]): Estate => ({
      workloads: ids.map(labelled),
      dependencies: ['x', 'y'].flatMap((app) =>
        all([`${app}1`, `${app}2`, `${app}3`], [`${app}4`, `${app}5`, `${app}6`]),
      ),
    });
    const ids = ['x', 'y'].flatMap((app) => [1, 2, 3, 4, 5, 6].map((n) => `${app}${n}`));
    const before = groupWorkloads({ ...of(ids), window });
    const [x, y] = [idOf('x', before), idOf('y', before)];
    const after = (wish: GroupWish) =>
      run([decisionOn(before, wish, 1)], before, of([...ids, 'x9', 'y9'])).groups.filter(
        ({ kind }) => kind === 'application',
      );
    const told = (groups: Topology['groups']) =>
      groups.map(({ id, members: own }) => [id, own.map(({ workload }) => workload).join(' ')]);
    expect(told(after({ kind: 'confirm', group: x }))).toEqual([
      [x, 'x1 x2 x3 x4 x5 x6 x9'],
      [y, 'y1 y2 y3 y4 y5 y6 y9'],
    ]);
    expect(told(after({ kind: 'merge', groups: [x, y] }))).toEqual([[x, 'x1 x2 x3 x4 x5 x6 x9 y1 y2 y3 y4 y5 y6 y9']]);
  });

  it('says by which decision, and where the traffic disagrees', () => {
    const second = run(decide({ kind: 'move', group: idOf('hr'), workloads: ['shop-db-01'] }));
    const moved = second.groups
      .find(({ name }) => name === 'hr')
      ?.members.find(({ workload }) => workload === 'shop-db-01');
    expect(moved).toMatchObject({ decision: 'decision-1' });
    expect(second.disagreements).toMatchObject([
      { workload: 'shop-db-01', group: idOf('hr'), between: 'decision', suggested: idOf('shop') },
    ]);
  });

  it('remembers a shared service that people made, through a new name, a refusal and its undoing', () => {
    const share = decisionOn(first, { kind: 'share', workloads: numbered('hr-db', 2), name: 'Ledger' }, 1);
    const second = run([share]);
    const ledger = second.groups.find(({ name }) => name === 'Ledger');
    expect(ledger).toMatchObject({ kind: 'shared-service', confirmed: 'decision-1' });
    const renamed = decisionOn(second, { kind: 'rename', group: ledger?.id ?? '', name: 'Books' }, 2);
    const third = run([share, renamed], second);
    expect(third.groups.find(({ id }) => id === ledger?.id)).toMatchObject({ name: 'Books', kind: 'shared-service' });
    const refused = decisionOn(third, { kind: 'refuse', group: ledger?.id ?? '' }, 3);
    const fourth = run([share, refused], third);
    expect(fourth.groups.map(({ id }) => id)).not.toContain(ledger?.id);
    expect(fourth.unmet?.map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^ann's making of 2 workloads a shared service, Ledger .*: overridden by ann's refusal of Books/,
      ),
    ]);
    const undone = { at: 1, by: 'ann', reason: '' };
    const fifth = run([{ ...share, undone }], second);
    expect(fifth.groups.map(({ id, name }) => [id, name])).toEqual(first.groups.map(({ id, name }) => [id, name]));
  });

  it('lets workloads join a shared service before any run has made it', () => {
    const share = decisionOn(first, { kind: 'share', workloads: ['hr-db-01'], name: 'Ledger' }, 1);
    const settled = settleWish({ kind: 'share', workloads: ['hr-db-02'], name: 'Ledger' }, first, [share]);
    const join = { ...share, ...settled, id: 'decision-2', number: 2 };
    const second = run([share, join]);
    expect(members(second, 'Ledger')).toEqual(numbered('hr-db', 2));
    const third = run([share, join], second);
    expect(third.groups).toEqual(second.groups);
    expect(third.unmet).toBeUndefined();
  });

  it('goes back to what the traffic says when a decision is undone', () => {
    const wish: GroupWish = { kind: 'move', group: idOf('hr'), workloads: ['shop-db-01'] };
    const second = run(decide(wish));
    const undone = { at: 1, by: 'ann', reason: '' };
    const third = run([decisionOn(first, wish, 1, { undone })], second);
    expect(members(third, 'shop')).toEqual(shop);
    expect(third.groups.map(({ id, name }) => [id, name])).toEqual(first.groups.map(({ id, name }) => [id, name]));
  });

  it('moves somebody into an application that the inventory knows without taking it apart', () => {
    const { workloads, dependencies } = company();
    const labelled: Estate = {
      dependencies,
      workloads: workloads.map((each): Workload => {
        const [app] = each.id.split('-');
        return each.kind === 'managed' && app ? { ...each, labels: { app } } : each;
      }),
    };
    const before = groupWorkloads({ ...labelled, window });
    const decision = decisionOn(before, { kind: 'move', group: idOf('shop', before), workloads: ['hr-web-01'] }, 1);
    const after = run([decision], before, labelled);
    expect(members(after, 'shop')).toEqual(['hr-web-01', ...shop]);
    expect(members(after, 'hr')).toEqual([...numbered('hr-app', 2), ...numbered('hr-db', 2), 'hr-web-02']);
  });

  it('does not depend on the order of workloads, dependencies or decisions', () => {
    const decisions = decide(
      { kind: 'move', group: idOf('hr'), workloads: ['shop-db-01'] },
      { kind: 'merge', groups: [idOf('shop'), idOf('crm')] },
      { kind: 'split', group: idOf('hr'), workloads: ['hr-web-01'], name: 'portal' },
    );
    const turned: Estate = {
      workloads: [...estate.workloads].reverse(),
      dependencies: [...estate.dependencies].reverse(),
    };
    expect(run([...decisions].reverse(), first, turned)).toEqual(run(decisions));
  });
});
