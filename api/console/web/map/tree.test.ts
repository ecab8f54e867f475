import { mapAnswer } from '../../estate.fixture';
import { treeMove, treeOf, type TreeMove } from './tree';

const tree = treeOf(mapAnswer(['shop']).view.boxes);
const ids = tree.flatMap(({ box, children }) => [box.id, ...children.map((child) => child.box.id)]);

it('lists boxes column by column, tiers after their application', () => {
  const shop = ids.indexOf('shop');
  expect(ids.slice(shop, shop + 5)).toEqual(['shop', 'shop.web', 'shop.app', 'shop.cache', 'shop.postgres']);
  expect(ids.indexOf('users')).toBeLessThan(shop);
  expect(ids.indexOf('dns')).toBeGreaterThan(shop);
});

it.each<[string, string, TreeMove | null]>([
  ['shop', 'ArrowDown', { kind: 'focus', id: 'shop.web' }],
  ['shop.web', 'ArrowUp', { kind: 'focus', id: 'shop' }],
  ['shop', 'ArrowRight', { kind: 'focus', id: 'shop.web' }],
  ['billing', 'ArrowRight', { kind: 'toggle', id: 'billing' }],
  ['dns', 'ArrowRight', null],
  ['shop', 'ArrowLeft', { kind: 'toggle', id: 'shop' }],
  ['shop.app', 'ArrowLeft', { kind: 'focus', id: 'shop' }],
  ['billing', 'ArrowLeft', null],
  ['billing', 'Enter', { kind: 'toggle', id: 'billing' }],
  ['shop', 'Enter', { kind: 'toggle', id: 'shop' }],
  ['shop.web', 'Enter', { kind: 'select', id: 'shop.web' }],
  ['shop', ' ', { kind: 'select', id: 'shop' }],
  ['shop', 'End', { kind: 'focus', id: ids.at(-1) ?? '' }],
  ['shop', 'Home', { kind: 'focus', id: ids[0] ?? '' }],
  [ids[0] ?? '', 'ArrowUp', null],
  ['shop', 'x', null],
  ['gone', 'ArrowDown', null],
])('on %s the key %j does %j', (id, key, move) => {
  expect(treeMove(tree, id, key)).toEqual(move);
});
