import { systemRangeOf } from './system-range';

const spread = (first: number, last: number, count: number) =>
  Array.from({ length: count }, (_, i) => Math.round(first + ((last - first) * i) / (count - 1)));

describe('systemRangeOf', () => {
  it.each<[string, number[], number | null, string | undefined]>([
    ['Linux', spread(33_000, 60_500, 20), null, 'Linux'],
    ['Windows', spread(49_500, 65_000, 20), null, 'IANA, Windows and macOS'],
    ['both', spread(33_000, 65_000, 20), null, 'AIX and Solaris'],
    ['the end of Linux and the beginning of IANA', spread(49_500, 60_500, 20), null, 'IANA, Windows and macOS'],
    ['MS-RPC after a start', spread(49_664, 49_672, 6), 135, 'IANA, Windows and macOS'],
    ['a range that somebody set', spread(40_000, 40_100, 20), null, undefined],
    ['what no system has', spread(8_000, 60_000, 20), null, undefined],
  ])('knows %s', (_, ports, control, name) => {
    expect(systemRangeOf(ports, control)?.name).toBe(name);
  });
});
