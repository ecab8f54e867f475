import { nearest } from './nearest';

it.each([
  ['prot', 'port'],
  ['PORTT', 'port'],
  ['tpc', 'tcp'],
  ['sevrice', 'service'],
  ['täst', undefined],
  ['hots', 'host'],
  ['x', undefined],
  ['', undefined],
])('of %j suggests %j', (written, expected) => {
  expect(nearest(written, ['host', 'port', 'service', 'tcp'])).toBe(expected);
  expect(nearest(written, [])).toBeUndefined();
});
