import { policy } from '../../estate.fixture';
import { rowsOf, searched, selectorWords, sorted } from './rows';

const rows = rowsOf(policy);

it('has a row per rule, in the order of the policy, with the names of the groups', () => {
  expect(rows).toHaveLength(policy.sections.reduce((sum, { rules }) => sum + rules.length, 0));
  expect(rows.find(({ id }) => id === 'rule-shop.web-shop.app')).toMatchObject({
    words: 'web of shop may reach app of shop on 8443/tcp',
    services: '8443/tcp',
    source: 'web of shop',
    destination: 'app of shop',
    connections: 96_420,
    groups: ['shop.web', 'shop.app'],
  });
});

it('names selectors of every kind, and groups it does not know by their id', () => {
  const names = new Map([['g1', 'web of shop']]);
  expect(selectorWords({ kind: 'any' }, names)).toBe('anywhere');
  expect(selectorWords({ kind: 'prefix', prefix: '10.0.0.0/8' }, names)).toBe('10.0.0.0/8');
  expect(selectorWords({ kind: 'group', group: 'g1' }, names)).toBe('web of shop');
  expect(selectorWords({ kind: 'group', group: 'g2' }, names)).toBe('g2');
});

it.each([
  ['every word must occur', 'SHOP 5432', ['app of shop → postgres of shop', 'postgres of shop → postgres of shop']],
  ['in any column', 'monitoring wiki', ['Monitoring → web of wiki', 'Monitoring → postgres of wiki']],
  ['or there is no row', 'shop nonsense', []],
])('searches: %s', (_, search, found) => {
  expect(searched(rows, search).map(({ source, destination }) => `${source} → ${destination}`)).toEqual(found);
});

it('finds everything for nothing', () => {
  expect(searched(rows, '  ')).toBe(rows);
});

it('sorts numbers as numbers, ports by their number, and keeps the order of equals', () => {
  const busiest = sorted(rows, { column: 'connections', descending: true });
  expect(busiest[0]?.connections).toBe(Math.max(...rows.map(({ connections }) => connections)));
  const ports = sorted(rows, { column: 'services', descending: false }).map(({ services }) => services);
  expect(ports.indexOf('443/tcp')).toBeLessThan(ports.indexOf('3306/tcp'));
  const equal = rows.filter(({ confidence }) => confidence === 0.97);
  expect(equal.length).toBeGreaterThan(1);
  expect(sorted(equal, { column: 'confidence', descending: true })).toEqual(equal);
});
