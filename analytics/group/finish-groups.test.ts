import type { GroupDecision, GroupWish } from '../model/group-decision';
import type { Topology } from '../model/topology';
import { constraintsOf } from './decisions/constraints-of';
import { foldDecisions } from './decisions/fold-decisions';
import { madeGroupId } from './decisions/made-group-id';
import { finishGroups } from './finish-groups';
import type { ProposedGroup, ProposedMember } from './naming/proposed-group';
import { decisionOn, topologyOf } from './testing/topology';

const plain: Omit<ProposedGroup, 'members' | 'name'> = {
  kind: 'application',
  parent: null,
  reasons: [],
  elsewhere: [],
  environment: null,
  role: null,
  labelled: false,
};

const membersOf = (members: string): ProposedMember[] =>
  members.split(' ').map((workload) => ({ workload, confidence: 1 }));

const application = (members: string, name: string, more: Partial<ProposedGroup> = {}): ProposedGroup => ({
  ...plain,
  members: membersOf(members),
  name: () => name,
  ...more,
});

const tier = (parent: ProposedGroup, members: string, name: string): ProposedGroup => ({
  ...plain,
  kind: 'tier',
  parent,
  members: membersOf(members),
  name: (of) => `${name} of ${of ?? ''}`,
});

function finished(proposed: readonly ProposedGroup[], previous?: Topology, decisions: readonly GroupDecision[] = []) {
  const ids = new Set(proposed.flatMap(({ members }) => members.map(({ workload }) => workload)));
  const workloads = [...ids]
    .sort()
    .map((id) => ({ id, name: id, kind: 'managed' as const, addresses: [], labels: {} }));
  const held = foldDecisions(decisions, previous);
  const constraints = constraintsOf(held, workloads, [], previous);
  const silence = { application: new Set<string>(), tier: new Set<string>() };
  return finishGroups(proposed, {
    workloads,
    window: { from: 86_400, to: 172_800 },
    previous,
    held,
    constraints,
    silence,
  });
}

const before = topologyOf({
  shop: { id: 'a-1', members: 'a b c d' },
  hr: { id: 'a-2', members: 'e f' },
  'web of shop': { id: 't-1', kind: 'tier', application: 'a-1', members: 'a b' },
  'db of shop 2': { id: 't-2', kind: 'tier', application: 'a-1', members: 'c d' },
});
const shop = application('a b c d', 'newly named');
const hr = application('e f', 'hr');
const again = [shop, hr, tier(shop, 'a b', 'web'), tier(shop, 'c d', 'db')];
const decided = (...wishes: readonly GroupWish[]) => wishes.map((wish, at) => decisionOn(before, wish, at + 1));
const namesOf = (groups: readonly { id: string; name: string }[]) =>
  Object.fromEntries(groups.map(({ id, name }) => [id, name]));

describe('finishGroups', () => {
  it('gives no group a name that means something else where groups are asked for', () => {
    const named = [application('a b', 'runs'), application('c d', 'Diff'), hr];
    expect(finished(named).map(({ name }) => name)).toEqual(['Diff 2', 'hr', 'runs 2']);
  });

  it('gives names that can be shown and asked for', () => {
    const red = application('a b', '\u001B[31mred\n');
    const groups = finished([
      red,
      application('c d', '\u3164'),
      application('e f', 'x'.repeat(300)),
      tier(red, 'a', 'web'),
    ]);
    const blank = groups.find(({ members }) => members.some(({ workload }) => workload === 'c'));
    expect(groups.map(({ name }) => name)).toEqual(['[31mred', blank?.id, `${'x'.repeat(119)}…`, 'web of [31mred']);
  });

  it('keeps ids, names and since when', () => {
    const groups = finished([...again, application('x y', 'crm')], before);
    expect(namesOf(groups.filter(({ name }) => name !== 'crm'))).toEqual({
      'a-1': 'shop',
      'a-2': 'hr',
      't-1': 'web of shop',
      't-2': 'db of shop 2',
    });
    expect(groups.map(({ name, since }) => [name, since])).toEqual([
      ['crm', 86_400],
      ['hr', 0],
      ['shop', 0],
      ['db of shop 2', 0],
      ['web of shop', 0],
    ]);
  });

  it('prefers what labels say to what it was called', () => {
    expect(namesOf(finished([{ ...shop, labelled: true }, hr], before))).toEqual({ 'a-1': 'newly named', 'a-2': 'hr' });
  });

  it.each([
    ['silent workloads', 'web application'],
    ['silent workloads 2', 'shop'],
    ['network 10.1.1.0/24', 'web application'],
    ['web application 2', 'shop'],
    ['web application (prod) 2', 'shop (prod)'],
  ])('calls what was %s by what is known now: %s', (was, is) => {
    const named = {
      ...before,
      groups: before.groups.map((each) => (each.id === 'a-1' ? { ...each, name: was } : each)),
    };
    const groups = (wishes: readonly GroupWish[] = []) =>
      namesOf(
        finished(
          [application('a b c d', is), hr],
          named,
          wishes.map((wish, at) => decisionOn(named, wish, at + 1)),
        ),
      );
    expect(groups()['a-1']).toBe(is);
    expect(groups([{ kind: 'rename', group: 'a-1', name: was }])['a-1']).toBe(was);
    const back = { ...before, groups: before.groups.map((each) => (each.id === 'a-1' ? { ...each, name: is } : each)) };
    expect(namesOf(finished([application('a b c d', was), hr], back))['a-1']).toBe(is);
  });

  it('calls hosts of an application by what they do, once they do it', () => {
    const hosts = {
      ...before,
      groups: before.groups.map((each) => (each.id === 't-1' ? { ...each, name: 'hosts of shop' } : each)),
    };
    expect(namesOf(finished(again, hosts))['t-1']).toBe('web of shop');
  });

  it('calls groups as people do, tiers by their application, and numbers who would be called the same', () => {
    const named = decided(
      { kind: 'rename', group: 'a-1', name: 'Store' },
      { kind: 'rename', group: 't-1', name: 'Front' },
    );
    const groups = finished([...again, application('x', 'Store'), application('y', 'Front')], before, named);
    expect(groups.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'application Front 2',
      'application Store',
      'application Store 2',
      'application hr',
      'tier Front',
      'tier db of Store 2',
    ]);
  });

  it('knows what people named again when it was away for a run', () => {
    const named = decided({ kind: 'rename', group: 'a-1', name: 'Store' });
    const away = finished([hr, application('x y', 'other')], before, named);
    expect(namesOf(away)['a-1']).toBeUndefined();
    const then = { ...before, groups: away };
    expect(namesOf(finished([shop, hr], then, named))).toEqual({ 'a-1': 'Store', 'a-2': 'hr' });
  });

  it('gives tiers of one role the same role, as it was called', () => {
    const web = { members: ['a', 'b', 'e'], name: 'web', labelled: false };
    const groups = (previous?: Topology) =>
      finished(
        [shop, hr, { ...tier(shop, 'a b', 'web'), role: web }, { ...tier(hr, 'e', 'web'), role: web }],
        previous,
      );
    const roles = (found: ReturnType<typeof finished>) =>
      found.flatMap(({ kind, role }) => (kind === 'tier' ? [role] : []));
    expect(roles(groups())).toEqual(['web', 'web']);
    const past = { ...before, groups: groups().map((each) => (each.role ? { ...each, role: 'front' } : each)) };
    expect(roles(groups(past))).toEqual(['front', 'front']);
  });

  it('forgets a name that is undone', () => {
    const store = {
      ...before,
      groups: before.groups.map((each) => (each.id === 'a-1' ? { ...each, name: 'Store' } : each)),
    };
    const undone = { at: 2, by: 'bob', reason: '' };
    const taken = [decisionOn(before, { kind: 'rename', group: 'a-1', name: 'Store' }, 1, { undone })];
    expect(namesOf(finished([shop, hr], store, taken))['a-1']).toBe('newly named');
  });

  it('says who is held where by which decision, and what is confirmed', () => {
    const taken = decided({ kind: 'move', group: 'a-2', workloads: ['d'] }, { kind: 'confirm', group: 'a-2' });
    const groups = finished([application('a b c', 'shop'), application('d e f', 'hr')], before, taken);
    const moved = groups.find(({ id }) => id === 'a-2');
    expect(moved?.confirmed).toBe('decision-2');
    expect(moved?.members.map(({ workload, decision }) => `${workload} ${decision}`)).toEqual([
      'd decision-1',
      'e decision-2',
      'f decision-2',
    ]);
    expect(groups.find(({ id }) => id === 'a-1')?.members.some(({ decision }) => decision)).toBe(false);
  });

  it('gives a part that was split off the id and name of the split, however large it is', () => {
    const [split] = decided({ kind: 'split', group: 'a-1', workloads: ['b', 'c', 'd'], name: 'stock' });
    if (!split) throw new RangeError('one was decided');
    const groups = finished([application('a', 'x'), application('b c d', 'y'), hr], before, [split]);
    expect(namesOf(groups)).toEqual({
      'a-1': 'shop',
      'a-2': 'hr',
      [madeGroupId('application', 'decision-1')]: 'stock',
    });
  });

  it('says where members would be otherwise, and who is lent', () => {
    const database: ProposedMember = { workload: 'd', confidence: 0.4, next: { group: () => crm, fit: 0.76543 } };
    const home = application('a', 'shop', { members: [...membersOf('a'), database] });
    const crm = application('x', 'crm', {
      environment: 'prod',
      members: [{ workload: 'd', confidence: 0.5, lent: true }, ...membersOf('x')],
    });
    const [found, lending] = finished([home, crm]).reverse();
    expect(found?.members.at(-1)).toEqual({ workload: 'd', confidence: 0.4, next: { group: lending?.id, fit: 0.765 } });
    expect(lending).toMatchObject({ environment: 'prod', members: [{ workload: 'd', lent: true }, { workload: 'x' }] });
  });
});
