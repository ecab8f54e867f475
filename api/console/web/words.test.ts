import { bytes, count, directionWords, moment, percent, serviceWords, span } from './words';

it.each([
  [0, '0%'],
  [0.000_001, '<0.01%'],
  [0.0032, '0.32%'],
  [0.041_26, '4.13%'],
  [1, '100%'],
])('percent(%d) is %s', (share, words) => {
  expect(percent(share)).toBe(words);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_200, '1.2 kB'],
  [56_000_000, '56 MB'],
  [7e15, '7000 TB'],
])('bytes(%d) is %s', (value, words) => {
  expect(bytes(value)).toBe(words);
});

it('says how many of a thing', () => {
  expect([count(0, 'rule'), count(1, 'rule'), count(1_204, 'rule')]).toEqual(['0 rules', '1 rule', '1,204 rules']);
});

it('gives times in UTC, whatever the zone of the browser', () => {
  const from = Date.UTC(2026, 2, 14, 9, 5) / 1000;
  expect(moment(from)).toBe('14 Mar, 09:05');
  expect(span({ from, to: from + 86_400 })).toBe('14 Mar 2026, 09:05 to 15 Mar, 09:05 UTC');
});

it.each([
  [{ kind: 'port', protocol: 6, port: 8443 } as const, '8443/tcp'],
  [{ kind: 'icmp', protocol: 1, type: 8, code: 0 } as const, 'icmp 8/0'],
  [{ kind: 'protocol', protocol: 47 } as const, 'gre'],
  [{ kind: 'protocol', protocol: 253 } as const, 'protocol 253'],
  [
    { kind: 'dynamic', protocol: 6, control: 135, observed: { first: 49_664, last: 50_112 } } as const,
    '135/tcp + 49664–50112',
  ],
])('serviceWords(%j) is "%s"', (service, words) => {
  expect(serviceWords(service)).toBe(words);
});

it('has words for every direction level and for one it does not know', () => {
  const words = [1, 2, 3, 4, 5, 6].map(directionWords);
  expect(new Set(words).size).toBe(6);
  expect(directionWords(9)).toBe('level 9');
});
