import type { Workload } from '../../model/workload';
import { managed } from '../../quality/estate';
import { networksOf, tieNetworks } from './vicinity';

const host = (address: string): Workload => ({ ...managed(address), addresses: [address] });
const WORKLOADS = ['10.1.1.', '10.2.2.', '10.3.3.', '10.4.4.'].flatMap((net) =>
  Array.from({ length: 6 }, (_, n) => host(`${net}${n + 1}`)),
);
const MEMBERS = [...WORKLOADS.keys()];
const tie = (a: number, b: number) => ({ a, b, weight: 1 });
/** The first four of each network, in a chain within it or from one network to the next. */
const within = [0, 6, 12, 18].flatMap((first) => [tie(first, first + 1), tie(first + 2, first + 3)]);
const across = [0, 1, 2, 3].flatMap((n) => [tie(n, n + 6), tie(n + 12, n + 18)]);

describe('networksOf', () => {
  const networks = (...hosts: readonly string[]) => [
    ...networksOf(hosts.map((addresses) => ({ addresses: addresses.split(' ').filter(Boolean) }))).values(),
  ];

  it.each<[string, string[], string[]]>([
    ['nothing, where there is no address', [''], []],
    [
      'its own, not that of a host with another leg',
      ['10.9.0.7 10.10.1.1', '10.10.1.2'],
      ['10.10.1.0/24', '10.10.1.0/24'],
    ],
    [
      'those of applications, not that of management, which comes first',
      ['10.0.0.1 10.1.1.1', '10.0.0.2 10.1.1.2', '10.0.0.3 10.2.2.1', '10.0.0.4 10.2.2.2'],
      ['10.1.1.0/24', '10.1.1.0/24', '10.2.2.0/24', '10.2.2.0/24'],
    ],
    ['one that others are in', ['10.0.0.1 10.1.1.1', '10.1.1.2 10.2.2.1'], ['10.1.1.0/24', '10.1.1.0/24']],
    ['IPv4 before IPv6', ['2001:db8::1 10.1.1.1', '10.1.1.2 2001:db8::2'], ['10.1.1.0/24', '10.1.1.0/24']],
    ['IPv6, where there is no other', ['fe80::1 2001:db8::1'], ['2001:db8::/64']],
  ])('gives %s', (_, hosts, expected) => {
    expect(networks(...hosts)).toEqual(expected);
    expect(networks(...[...hosts].reverse()).reverse()).toEqual(expected);
  });
});

describe('tieNetworks', () => {
  it('ties the quiet of a network where traffic keeps to networks', () => {
    const ties = tieNetworks(WORKLOADS, MEMBERS, within) ?? [];
    expect(new Set(ties.map(({ a, b }) => `${Math.min(a, b)} ${Math.max(a, b)}`))).toEqual(
      new Set(['4 5', '10 11', '16 17', '22 23']),
    );
  });

  it('ties everybody where there is too little traffic to say', () => {
    const tied = new Set((tieNetworks(WORKLOADS, MEMBERS, []) ?? []).flatMap(({ a, b }) => [a, b]));
    expect(tied.size).toBe(MEMBERS.length);
  });

  it('ties nobody where traffic goes across networks', () => {
    expect(tieNetworks(WORKLOADS, MEMBERS, across)).toBeUndefined();
  });

  it('ties nobody without addresses', () => {
    const nameless = WORKLOADS.map((workload) => ({ ...workload, addresses: [] }));
    expect(tieNetworks(nameless, MEMBERS, [])).toBeUndefined();
  });
});
