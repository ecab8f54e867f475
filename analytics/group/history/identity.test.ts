import fc from 'fast-check';
import type { Group } from '../../model/topology';
import { identify, type Identifiable } from './identity';
import { topologyOf } from '../testing/topology';

const group = (members: string, decided: readonly string[] = []): Identifiable => ({
  kind: 'application',
  application: null,
  members: members.split(' '),
  decided,
});

const everyone = (groups: readonly Identifiable[]) => new Set(groups.flatMap(({ members }) => members));
const idsOf = (groups: readonly Identifiable[], previous: readonly Group[], workloads = everyone(groups)) =>
  identify(groups, previous, workloads).map(({ id }) => id);

describe('identify', () => {
  it.each<[string, Parameters<typeof topologyOf>[0], string[], (string | null)[]]>([
    ['who stays as they are', { shop: 'a b', hr: 'c' }, ['c', 'a b'], ['hr', 'shop']],
    ['the largest part of what breaks', { shop: 'a b c d e f g h' }, ['a b c', 'd e f g', 'h'], [null, 'shop', null]],
    ['whatever newcomers join', { shop: 'a b' }, ['a b c d e f g'], ['shop']],
    ['whoever is gone', { shop: 'a b c d e' }, ['e'], ['shop']],
    ['nobody with too little in common', { shop: 'a b c d' }, ['a w x', 'b y', 'c v', 'd u'], [null, null, null, null]],
  ])('continues with %s', (_, before, after, expected) => {
    const previous = topologyOf(before).groups;
    const found = identify(
      after.map((members) => group(members)),
      previous,
      everyone(after.map((members) => group(members))),
    );
    expect(found.map((each) => each.previous?.id ?? null)).toEqual(expected);
  });

  it('gives a group the id that people gave its members, against what it has in common', () => {
    const { groups } = topologyOf({ shop: 'a b c d' });
    expect(idsOf([group('a b c', ['search', 'search']), group('d', ['shop'])], groups)).toEqual(['search', 'shop']);
  });

  it('goes on with what people named where most of it is, rather than with the larger part', () => {
    const { groups } = topologyOf({ shop: 'a b c', big: 'd e f g h i j', hr: 'k l', rest: 'm n' });
    const after = [group('a b d e f g h i j'), group('c k l')];
    const ids = (named: readonly string[]) =>
      identify(after, groups, everyone(after), new Set(named)).map(({ previous }) => previous?.id);
    expect(ids([])).toEqual(['big', 'hr']);
    expect(ids(['shop'])).toEqual(['shop', 'hr']);
    expect(ids(['shop', 'big'])).toEqual(['big', 'hr']);
  });

  describe('of what is outside', () => {
    const outside = (kind: 'external' | 'unknown', called: string, members: string): Identifiable => ({
      ...group(members),
      kind,
      called,
    });
    const before = (found: readonly Identifiable[], names: readonly string[] = []) => {
      const ids = idsOf(found, []);
      return topologyOf(
        Object.fromEntries(
          found.map(({ kind, called = '', members }, at) => [
            names[at] ?? called,
            { id: ids[at] ?? '', kind, members: members.join(' ') },
          ]),
        ),
      ).groups;
    };

    it('goes on under its name with nobody in common, whatever people call it', () => {
      const previous = before([outside('external', 'internet', '1.1.1.0/24')], ['WAN']);
      const [found] = identify([outside('external', 'internet', '8.8.8.0/24')], previous, new Set(['8.8.8.0/24']));
      expect(found).toEqual({ id: previous[0]?.id, previous: previous[0] });
    });

    it('tells clients from unknown hosts of the subnet, though all change sides', () => {
      const was = [outside('unknown', 'clients', 'a b'), outside('unknown', 'unknown hosts', 'c')];
      const is = [outside('unknown', 'unknown hosts', 'a b'), outside('unknown', 'clients', 'c')];
      expect(idsOf(is, before(was))).toEqual(idsOf(was, []).reverse());
      expect(idsOf(is.slice(0, 1), before(was.slice(0, 1)))).toEqual(idsOf(was.slice(1), []));
    });

    it('keeps the id that an earlier release gave it', () => {
      const { groups } = topologyOf({ internet: { id: 'external-1', kind: 'external', members: 'x' } });
      expect(idsOf([outside('external', 'internet', 'y')], groups)).toEqual(['external-1']);
    });
  });

  it('never gives an id again that another had, though the members be the same', () => {
    const [id = ''] = idsOf([group('a b')], []);
    const { groups } = topologyOf({ shop: { id, members: 'a b c d e f g' } });
    expect(idsOf([group('a b'), group('c d e f g')], groups)).toEqual([`${id}-1`, id]);
  });

  const estate = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 30 });
  const partition = (of: readonly number[]): string[] => {
    const parts = new Map<number, string[]>();
    for (const [workload, part] of of.entries()) parts.set(part, [...(parts.get(part) ?? []), `w${workload}`]);
    return [...parts.values()].map((members) => members.join(' '));
  };

  it('gives ids once, continues a group at most once, and does not depend on order', () => {
    fc.assert(
      fc.property(estate, estate, (before, after) => {
        const previous = topologyOf(
          Object.fromEntries(partition(before).map((members, at) => [`g${at}`, members])),
        ).groups;
        const groups = partition(after).map((members) => group(members));
        const found = identify(groups, previous, everyone(groups));
        expect(new Set(found.map(({ id }) => id)).size).toBe(groups.length);
        const continued = found.flatMap((each) => each.previous?.id ?? []);
        expect(new Set(continued).size).toBe(continued.length);
        for (const { id, previous: old } of found) expect([id, old?.id ?? id]).toEqual([id, id]);
        const turned = idsOf([...groups].reverse(), [...previous].reverse(), everyone(groups)).reverse();
        expect(turned).toEqual(found.map(({ id }) => id));
      }),
    );
  });

  it('is the same again for the same groups', () => {
    fc.assert(
      fc.property(estate, (of) => {
        const groups = partition(of).map((members) => group(members));
        const ids = idsOf(groups, []);
        const previous = topologyOf(
          Object.fromEntries(
            groups.map(({ members }, at) => [`n${at}`, { id: ids[at] ?? '', members: members.join(' ') }]),
          ),
        ).groups;
        expect(idsOf(groups, previous)).toEqual(ids);
      }),
    );
  });
});
