import { uniqueNames } from './unique-names';

const NFT = { forbidden: /[^a-z0-9]/, separator: '_', maxLength: 40 };

const named = (...names: string[]) => names.map((name, i) => ({ id: `g${i}`, name }));

describe('uniqueNames', () => {
  it.each([
    ['web of shop', 'web_of_shop'],
    ['Web/of  Shop!', 'web_of_shop'],
    ['_x_', 'x'],
  ])('spells %s', (name, expected) => {
    expect(uniqueNames(named(name), NFT).get('g0')).toBe(expected);
  });

  it('tells apart what would be spelled alike, whatever the order', () => {
    const things = named('a b', 'a-b', 'c');
    const names = uniqueNames(things, NFT);
    expect(new Set(names.values()).size).toBe(3);
    expect(names.get('g2')).toBe('c');
    expect(uniqueNames(things.toReversed(), NFT)).toEqual(new Map([...names].reverse()));
  });

  it('names what has no spelling, and keeps within the length', () => {
    const names = uniqueNames(named('数据库', '网络', 'x'.repeat(300)), NFT);
    expect(new Set(names.values()).size).toBe(3);
    for (const name of names.values()) {
      expect(name).toMatch(/^[a-z0-9_]+$/);
      expect(name.length).toBeLessThanOrEqual(40);
    }
  });
});
