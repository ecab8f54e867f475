import type { Workload } from '../../model/workload';
import { managed } from '../../quality/estate';
import { networkOf, tieNetworks } from './vicinity';

const host = (address: string): Workload => ({ ...managed(address), addresses: [address] });
const WORKLOADS = ['10.1.1.', '10.2.2.', '10.3.3.', '10.4.4.'].flatMap((net) =>
  Array.from({ length: 6 }, (_, n) => host(`${net}${n + 1}`)),
);
const MEMBERS = [...WORKLOADS.keys()];
const tie = (a: number, b: number) => ({ a, b, weight: 1 });
/** The first four of each network, in a chain within it or from one network to the next. */
const within = [0, 6, 12, 18].flatMap((first) => [tie(first, first + 1), tie(first + 2, first + 3)]);
const across = [0, 1, 2, 3].flatMap((n) => [tie(n, n + 6), tie(n + 12, n + 18)]);

describe('networkOf', () => {
  it('is that of the first address', () => {
    expect(networkOf({ addresses: ['10.1.1.9', '10.2.2.9'] })).toBe(networkOf({ addresses: ['10.1.1.1'] }));
    expect(networkOf({ addresses: [] })).toBeUndefined();
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
