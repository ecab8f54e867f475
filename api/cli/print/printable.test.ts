import { printable } from './printable';

it.each([
  ['web-1\n  2 hosts\tof “shop”\n', 'web-1\n  2 hosts\tof “shop”\n'],
  ['\u001B[31mred\u009B2J', '\uFFFD[31mred\uFFFD2J'],
  ['over\rwritten\b', 'over\uFFFDwritten\uFFFD'],
  ['evil\u202Etxt\u2028', 'evil\uFFFDtxt\uFFFD'],
  ['caf\u00E9 \u{1F600}', 'caf\u00E9 \u{1F600}'],
])('%j is printed %j', (text, expected) => {
  expect(printable(text)).toBe(expected);
});
