import * as fc from 'fast-check';
import { readHash, writeHash, type Place } from './hash';

const start: Place = {
  expanded: [],
  focus: null,
  rule: null,
  search: '',
  tab: 'rules',
  lines: 'proposed',
  policy: null,
  compared: null,
};

it.each<[string, Partial<Place>]>([
  ['', {}],
  ['#expand=shop&expand=wiki', { expanded: ['shop', 'wiki'] }],
  ['#expand=shop&box=shop.web&rule=r-1', { expanded: ['shop'], focus: { kind: 'box', id: 'shop.web' }, rule: 'r-1' }],
  ['#edge=a%3Eb%3Aallowed', { focus: { kind: 'edge', id: 'a>b:allowed' } }],
  ['#search=web+8443&tab=refusals', { search: 'web 8443', tab: 'refusals' }],
  ['#tab=policies&lines=observed', { tab: 'policies', lines: 'observed' }],
  ['#tab=drift&policy=policy-2', { tab: 'drift', policy: 'policy-2' }],
  ['#tab=decisions', { tab: 'decisions' }],
  ['#tab=changes&from=run-1&to=run-2', { tab: 'changes', compared: { from: 'run-1', to: 'run-2' } }],
])('%j is a place and its address', (hash, place) => {
  expect(readHash(hash)).toEqual({ ...start, ...place });
  expect(writeHash({ ...start, ...place })).toBe(hash);
});

it('reads back every place it writes', () => {
  const id = fc.string({ minLength: 1 });
  const places = fc.record({
    expanded: fc.uniqueArray(id).map((ids) => ids.sort()),
    focus: fc.option(fc.record({ kind: fc.constantFrom('box' as const, 'edge' as const), id })),
    rule: fc.option(id),
    search: fc.string(),
    tab: fc.constantFrom('rules' as const, 'refusals' as const, 'decisions' as const, 'changes' as const),
    lines: fc.constantFrom('proposed' as const, 'draft' as const, 'observed' as const),
    policy: fc.option(id),
    compared: fc.option(fc.record({ from: id, to: id })),
  });
  fc.assert(fc.property(places, (place) => expect(readHash(writeHash(place))).toEqual(place)));
});

it('takes what it does not know for nothing', () => {
  expect(readHash('#tab=elsewhere&lines=none&from=only&what=ever&%E0%A4%A')).toEqual(start);
});
