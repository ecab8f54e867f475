import type { GroupDecision, GroupWish } from '../../model/group-decision';
import type { Topology } from '../../model/topology';
import { decisionOn, topologyOf } from '../testing/topology';
import { environmentsOf } from '../applications/environments';
import { constraintsOf } from './constraints-of';
import { foldDecisions } from './fold-decisions';
import { madeGroupId } from './made-group-id';

const topology = topologyOf({
  shop: 'a~0.9 b~0.8 c~0.7 d~0.6 e~0.5',
  hr: 'f g (a)',
  web: { kind: 'tier', application: 'shop', members: 'a b c' },
  db: { kind: 'tier', application: 'shop', members: 'd e' },
  staff: { kind: 'tier', application: 'hr', members: 'f g (a)' },
  dns: { kind: 'shared-service', members: 'n m' },
  ntp: { kind: 'shared-service', members: 't' },
  nessus: { kind: 'scanner', members: 's' },
});

const decided = (...wishes: readonly GroupWish[]): GroupDecision[] =>
  wishes.map((wish, at) => decisionOn(topology, wish, at + 1));

/** Of each constraint, workloads by group; behind a plus its anchors. */
function constrained(decisions: readonly GroupDecision[], previous: Topology = topology, gone: readonly string[] = []) {
  const workloads = topology.workloads.filter(({ id }) => !gone.includes(id));
  const held = foldDecisions(decisions, previous);
  const { applicationOf, tierOf, sharedOf, notShared, notScanner, scanners, anchors } = constraintsOf(
    held,
    workloads,
    environmentsOf(workloads, 1),
    previous,
  );
  const nameOf = (number: number) => workloads[number]?.id ?? '';
  const byGroup = (of: ReadonlyMap<number, string>, anchored: ReadonlyMap<number, string> = new Map()) => {
    const groups: Record<string, string> = {};
    for (const [number, group] of of) groups[group] = `${groups[group] ?? ''}${nameOf(number)}`;
    for (const group of new Set(anchored.values())) groups[group] = `${groups[group] ?? ''}+`;
    for (const [number, group] of anchored) groups[group] = `${groups[group] ?? ''}${nameOf(number)}`;
    return groups;
  };
  const chosen = (of: ReadonlySet<number>) => [...of].map(nameOf).join('');
  return {
    application: byGroup(applicationOf, anchors.application),
    tier: byGroup(tierOf, anchors.tier),
    shared: byGroup(sharedOf, anchors.shared),
    notShared: chosen(notShared),
    notScanner: chosen(notScanner),
    scanners: chosen(scanners),
  };
}

const NOTHING = { application: {}, tier: {}, shared: {}, notShared: '', notScanner: '', scanners: '' };
const made = (kind: 'application' | 'tier' | 'shared-service', number: number) =>
  madeGroupId(kind, `decision-${number}`);

describe('decisions as constraints', () => {
  it.each<[string, GroupWish[], Partial<typeof NOTHING>]>([
    ['nothing', [], {}],
    ['a new name', [{ kind: 'rename', group: 'shop', name: 'x' }], {}],
    [
      'a move, with the surest of those it joins',
      [{ kind: 'move', group: 'shop', workloads: ['f'] }],
      { application: { shop: 'f+abc' }, notShared: 'f', notScanner: 'f' },
    ],
    [
      'a move to a tier, which moves to its application',
      [{ kind: 'move', group: 'db', workloads: ['f'] }],
      { application: { shop: 'f+abc' }, tier: { db: 'f+de' }, notShared: 'f', notScanner: 'f' },
    ],
    [
      'a later move against an earlier one',
      [
        { kind: 'move', group: 'db', workloads: ['f'] },
        { kind: 'move', group: 'hr', workloads: ['f'] },
      ],
      { application: { hr: 'f+g' }, notShared: 'f', notScanner: 'f' },
    ],
    [
      'a move within an application that keeps a tier there',
      [
        { kind: 'pin', group: 'db', workloads: ['d'] },
        { kind: 'pin', group: 'shop', workloads: ['d'] },
      ],
      { application: { shop: 'd+ab' }, tier: { db: 'd+e' }, notShared: 'd', notScanner: 'd' },
    ],
    [
      'a merger',
      [{ kind: 'merge', groups: ['shop', 'hr'] }],
      { application: { shop: 'abcdefg' }, notShared: 'abcdefg', notScanner: 'abcdefg' },
    ],
    [
      'what is moved into a group that was merged away',
      [
        { kind: 'move', group: 'hr', workloads: ['e'] },
        { kind: 'merge', groups: ['shop', 'hr'] },
        { kind: 'move', group: 'hr', workloads: ['d'] },
      ],
      { application: { shop: 'abcdefg' }, notShared: 'abcdefg', notScanner: 'abcdefg' },
    ],
    [
      'several who move, outnumbered by those they join',
      [{ kind: 'move', group: 'shop', workloads: ['f', 'g', 'a'] }],
      { application: { shop: 'afg+bcde' }, notShared: 'afg', notScanner: 'afg' },
    ],
    [
      'a split, whose others stay',
      [{ kind: 'split', group: 'shop', workloads: ['d', 'e'], name: 'stock' }],
      { application: { shop: 'abc', [made('application', 1)]: 'de' }, notShared: 'abcde', notScanner: 'abcde' },
    ],
    [
      'a tier split',
      [{ kind: 'split', group: 'web', workloads: ['a'], name: 'edge' }],
      {
        application: { shop: 'abc' },
        tier: { web: 'bc', [made('tier', 1)]: 'a' },
        notShared: 'abc',
        notScanner: 'abc',
      },
    ],
    [
      'a shared service split',
      [{ kind: 'split', group: 'dns', workloads: ['m'], name: 'secondary' }],
      { shared: { dns: 'n', [made('shared-service', 1)]: 'm' }, notScanner: 'mn' },
    ],
    ['a confirmation', [{ kind: 'confirm', group: 'dns' }], { shared: { dns: 'mn' }, notScanner: 'mn' }],
    [
      'a confirmation and one who came later',
      [
        { kind: 'confirm', group: 'ntp' },
        { kind: 'move', group: 'ntp', workloads: ['m'] },
      ],
      { shared: { ntp: 'mt' }, notScanner: 'mt' },
    ],
    ['a confirmed scanner', [{ kind: 'confirm', group: 'nessus' }], { scanners: 's', notShared: 's' }],
    [
      'a shared service that people made of members of an application',
      [{ kind: 'share', workloads: ['d', 'f'], name: 'clock' }],
      { shared: { [made('shared-service', 1)]: 'df' }, notScanner: 'df' },
    ],
    [
      'one made of who was refused, moved or confirmed as something else',
      [
        { kind: 'refuse', group: 'dns' },
        { kind: 'move', group: 'hr', workloads: ['a'] },
        { kind: 'confirm', group: 'nessus' },
        { kind: 'share', workloads: ['a', 'm', 's'], name: 'clock' },
      ],
      { shared: { [made('shared-service', 4)]: 'ams' }, notShared: 'n', notScanner: 'ams' },
    ],
    ['a refusal', [{ kind: 'refuse', group: 'dns' }], { notShared: 'mn' }],
    [
      'a refused scanner that people make a shared service',
      [
        { kind: 'refuse', group: 'nessus' },
        { kind: 'share', workloads: ['s'], name: 'checks' },
      ],
      { shared: { [made('shared-service', 2)]: 's' }, notScanner: 's' },
    ],
    ['a scanner that is none', [{ kind: 'refuse', group: 'nessus' }], { notScanner: 's', notShared: 's' }],
    [
      'a refusal of what was confirmed',
      [
        { kind: 'confirm', group: 'dns' },
        { kind: 'refuse', group: 'dns' },
      ],
      { notShared: 'mn' },
    ],
    [
      'a confirmation of what was refused',
      [
        { kind: 'refuse', group: 'dns' },
        { kind: 'confirm', group: 'dns' },
      ],
      { shared: { dns: 'mn' }, notScanner: 'mn' },
    ],
    [
      'a confirmed group that somebody was moved away from just before, which holds all members',
      [
        { kind: 'move', group: 'ntp', workloads: ['n'] },
        { kind: 'confirm', group: 'dns' },
      ],
      { shared: { dns: 'mn' }, notScanner: 'mn' },
    ],
  ])('make of %s what stages hold to', (_, wishes, expected) => {
    expect(constrained(decided(...wishes))).toEqual({ ...NOTHING, ...expected });
  });

  it('follow a long chain of mergers', () => {
    const many = topologyOf(Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`g${n}`, `w${n}`])));
    const chain = Array.from(
      { length: 19_999 },
      (_, n) => ({ kind: 'merge', groups: [`g${n + 1}`, `g${n}`] }) satisfies GroupWish,
    );
    const about = new Map(many.groups.map((group) => [group.id, group]));
    const decisions = chain.map((wish, at): GroupDecision => ({
      id: `decision-${at}`,
      number: at + 1,
      at: 0,
      by: 'ann',
      reason: '',
      wish,
      groups: wish.groups.flatMap((id) => {
        const group = about.get(id);
        return group ? [{ ...group, application: null, members: group.members.map(({ workload }) => workload) }] : [];
      }),
      topology: many.id,
    }));
    const held = foldDecisions(decisions, many);
    expect(held.successor('g0')).toBe('g19999');
    expect(new Set([...held.holds.of.application.values()].map(({ group }) => group))).toEqual(new Set(['g19999']));
  });

  it.each<[string, GroupWish[], string[]]>([
    ['a new name', [{ kind: 'rename', group: 'hr', name: 'x' }], ['hr x']],
    [
      'the name of a part',
      [{ kind: 'split', group: 'shop', workloads: ['a'], name: 'x' }],
      [`${madeGroupId('application', 'decision-1')} x`],
    ],
    [
      'a new name of what had been merged away',
      [
        { kind: 'merge', groups: ['shop', 'hr'] },
        { kind: 'rename', group: 'hr', name: 'x' },
      ],
      ['hr x', 'shop x'],
    ],
  ])('take back %s once they are undone', (_, wishes, expected) => {
    const undone = { at: 1, by: 'ann', reason: '' };
    const decisions = wishes.map((wish, at) => decisionOn(topology, wish, at + 1, { undone }));
    expect([...foldDecisions(decisions, topology).withdrawn]).toEqual(expected);
  });

  it('mean nothing once they are undone', () => {
    const undone = { at: 1, by: 'ann', reason: '' };
    expect(constrained([decisionOn(topology, { kind: 'confirm', group: 'dns' }, 1, { undone })])).toEqual(NOTHING);
  });

  it('do not depend on the order they come in', () => {
    const decisions = decided(
      { kind: 'move', group: 'hr', workloads: ['e'] },
      { kind: 'merge', groups: ['shop', 'hr'] },
      { kind: 'split', group: 'dns', workloads: ['m'], name: 'secondary' },
    );
    expect(constrained([...decisions].reverse())).toEqual(constrained(decisions));
  });

  it('leave out who is gone, and ask the next surest', () => {
    expect(constrained(decided({ kind: 'move', group: 'shop', workloads: ['f', 'g'] }), topology, ['a', 'g'])).toEqual({
      ...NOTHING,
      application: { shop: 'f+bcd' },
      notShared: 'f',
      notScanner: 'f',
    });
  });

  it('fall back on the members of then where the last run did not have the group', () => {
    const without = { ...topology, groups: topology.groups.filter(({ id }) => id !== 'hr') };
    expect(constrained(decided({ kind: 'move', group: 'hr', workloads: ['e'] }), without).application).toEqual({
      hr: 'e+fg',
    });
  });
});
