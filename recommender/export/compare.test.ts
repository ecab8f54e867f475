import * as fc from 'fast-check';
import { parseAddress } from '../../ingest/kernel/ip';
import { createFilter } from '../model/decide';
import { getsThrough, type PacketFilter } from '../model/packet-filter';
import { arbitraryPolicy } from '../model/arbitrary-policy.fixture';
import { compare, describePacket } from './compare';

const at = (filter: PacketFilter) => [{ name: 'point', sees: () => true, filter }];
const policies = arbitraryPolicy(['allow', 'deny']);

/** Every address and port that the arbitrary policies have an edge at, and their neighbours. */
const ADDRESSES = [
  [
    '9.255.255.255',
    '10.0.0.0',
    '10.0.0.1',
    '10.0.0.2',
    '10.0.0.3',
    '10.0.0.4',
    '10.0.0.5',
    '10.0.1.1',
    '10.9.9.9',
    '198.51.100.1',
  ],
  ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8::4', 'fd00::1'],
].map((family) => family.map(parseAddress));
const PORTS = [
  0, 1, 2, 52, 53, 54, 135, 439, 440, 443, 444, 450, 451, 2048, 2049, 8443, 8444, 32768, 49151, 49152, 65534, 65535,
];
const CHANNELS = [6, 17, 132, 47, 50, 99].flatMap((protocol) => PORTS.map((port) => ({ protocol, port })));

function differsSomewhere(a: PacketFilter, b: PacketFilter): boolean {
  return ADDRESSES.some((family) =>
    family.some((src) =>
      family.some((dst) => {
        if (src === dst) return false;
        const [left, right] = [a.between(src, dst), b.between(src, dst)];
        return CHANNELS.some(
          ({ protocol, port }) =>
            getsThrough(left.decide(protocol, port)) !== getsThrough(right.decide(protocol, port)),
        );
      }),
    ),
  );
}

describe('compare', () => {
  it('finds a difference wherever trying every packet finds one, and it is one', () => {
    fc.assert(
      fc.property(policies, policies, (left, right) => {
        const [a, b] = [createFilter(left), createFilter(right)];
        const found = [...compare(a, at(b))];
        expect(found.length > 0 || !differsSomewhere(a, b)).toBe(true);
        for (const { packet } of found) expect(getsThrough(a.decide(packet))).not.toBe(getsThrough(b.decide(packet)));
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('finds none between a policy and itself', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        expect([...compare(createFilter(policy), at(createFilter(policy)))]).toEqual([]);
      }),
      { numRuns: 60, seed: 4 },
    );
  });
});

describe('describePacket', () => {
  const ends = { src: parseAddress('10.0.0.1'), dst: parseAddress('10.0.0.2') };
  it.each([
    [{ ...ends, protocol: 6, port: 8443 }, 'tcp 10.0.0.1 → 10.0.0.2 port 8443'],
    [{ ...ends, protocol: 1, port: 8 * 256 }, 'icmp 10.0.0.1 → 10.0.0.2 type 8 code 0'],
    [{ ...ends, protocol: 47, port: 0 }, 'gre 10.0.0.1 → 10.0.0.2'],
  ])('names a packet', (packet, expected) => {
    expect(describePacket(packet)).toBe(expected);
  });
});
