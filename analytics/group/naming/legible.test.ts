import { legible } from './legible';

it.each([
  ['shop', 'shop'],
  ['  web  shop\n', 'web shop'],
  ['\u001B[31mred', '[31mred'],
  ['a\r\nb\u2028c', 'a b c'],
  ['evil\u202Etxt', 'eviltxt'],
  ['cafe\u0301', 'caf\u00E9'],
  ['\u2764\uFE0F', '\u2764\uFE0F'],
  ['sh\u3164op', 'shop'],
  ['\u3164', ''],
  ['\u2800', ''],
  ['\u0301', ''],
  ['\u200B \u2060', ''],
  ['x'.repeat(120), 'x'.repeat(120)],
  ['x'.repeat(300), `${'x'.repeat(119)}…`],
  ['\u{1F600}'.repeat(300), `${'\u{1F600}'.repeat(119)}…`],
])('of %j can be read %j', (written, expected) => {
  expect(legible(written)).toBe(expected);
});
