import { roleText } from './group';

it.each([
  [[], 'role postgres'],
  [['db of shop'], 'role postgres, the same as db of shop'],
  [['a', 'b', 'c', 'd', 'e'], 'role postgres, the same as a, b, c and 2 more'],
])('says what %j have in common', (names, text) => {
  expect(
    roleText(
      'postgres',
      names.map((name) => ({ name })),
    ),
  ).toBe(text);
});
