import { exporters, mapAnswer, policy, replay, status, topology } from '../estate.fixture';
import { estateOf } from './estate';
import type { Place } from './hash';
import { highlight, type Highlight } from './map/highlight';

const open = mapAnswer(['shop']);
const estate = estateOf({ status, exporters, map: open, topology, decisions: [], policies: [], policy, replay });
const place: Place = {
  expanded: ['shop'],
  focus: null,
  rule: null,
  search: '',
  tab: 'rules',
  lines: 'proposed',
  policy: null,
  compared: null,
};

it('finds the rules of a tier, of an application with all its tiers, and of a line', () => {
  const of = (focus: Parameters<typeof estate.rulesAt>[0]): number | undefined => estate.rulesAt(focus)?.size;
  const naming = (text: string): number =>
    policy.sections.flatMap(({ rules }) => rules).filter(({ words }) => words.includes(text)).length;
  expect(of({ kind: 'box', id: 'shop.cache' })).toBe(naming('cache of shop'));
  expect(of({ kind: 'box', id: 'shop' })).toBe(naming('of shop'));
  expect(estate.rulesAt({ kind: 'edge', id: 'shop.web>shop.app:allowed' })).toEqual(
    new Set(['rule-shop.web-shop.app']),
  );
  expect(of({ kind: 'edge', id: 'scanner>shop.postgres:refused' })).toBe(0);
  expect(of(null)).toBeUndefined();
});

it('finds the lines of a box, those of its tiers included', () => {
  const at = (id: string): string[] => estate.edgesAt(id).map((edge) => edge.id);
  expect(at('shop')).toEqual(expect.arrayContaining(['users>shop.web:allowed', 'shop.app>shop.cache:allowed']));
  expect(at('shop.cache')).not.toContain('users>shop.web:allowed');
});

it('names groups that are only in the policy, and others by their id', () => {
  const answers = { status, exporters, map: open, topology, decisions: [], policies: [], policy, replay: null };
  const later = estateOf({ ...answers, topology: { ...topology, groups: [] } });
  expect([later.nameOf('shop.web'), later.nameOf('nobody')]).toEqual(['web of shop', 'nobody']);
});

describe('what is highlighted', () => {
  const at = (change: Partial<Place>, view = open.view): Highlight | null =>
    highlight(view, estate, { ...place, ...change });

  it('is nothing in particular while nothing is selected', () => {
    expect(at({})).toBeNull();
  });

  it('is the line of the selected rule and the boxes it touches, with what is around', () => {
    expect(at({ rule: 'rule-shop.app-shop.cache' })).toEqual({
      edges: new Set(['shop.app>shop.cache:allowed']),
      boxes: new Set(['shop.app', 'shop.cache', 'shop']),
    });
  });

  it('is the closed application when the rule is inside it', () => {
    const lit = at({ rule: 'rule-shop.app-shop.cache' }, mapAnswer([]).view);
    expect(lit?.edges.size).toBe(0);
    expect(lit?.boxes).toContain('shop');
  });

  it('is the selected line with its ends', () => {
    const id = 'users>shop.web:allowed';
    expect(at({ focus: { kind: 'edge', id } })).toEqual({
      edges: new Set([id]),
      boxes: new Set(['users', 'shop.web', 'shop']),
    });
  });

  it('is an open application with all that is inside and all it talks to', () => {
    const boxes = at({ focus: { kind: 'box', id: 'shop' } })?.boxes ?? new Set();
    expect([...boxes]).toEqual(expect.arrayContaining(['shop', 'shop.cache', 'shop.postgres', 'users', 'dns']));
    expect(boxes.has('wiki')).toBe(false);
  });
});
