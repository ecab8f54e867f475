import * as fc from 'fast-check';
import { formatAddress, addressFromBytes } from '../../kernel/ip';
import { be, join } from '../testing/datagrams';
import { ETHER_TYPE, PacketHeaders, readPacket } from '.';
import { ethernet, ipv4, ipv6, tcp, udp, vxlan } from './testing/frames';

interface Read {
  readonly src: string;
  readonly dst: string;
  readonly packet: PacketHeaders;
}

function read(bytes: Uint8Array, etherType: number = ETHER_TYPE.ethernet): Read | undefined {
  const packet = new PacketHeaders();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!readPacket(view, etherType, 0, bytes.length, packet)) return undefined;
  const width = packet.v6 ? 16 : 4;
  const address = (at: number): string => formatAddress(addressFromBytes(bytes.subarray(at, at + width)));
  return { src: address(packet.addresses), dst: address(packet.addresses + width), packet };
}

const TCP = tcp(40_000, 443, 0x12);
const IP = ipv4({}, TCP);
const MPLS = (...labels: number[]): Uint8Array =>
  join(...labels.map((label, i) => be(label * 4096 + (i === labels.length - 1 ? 0x100 : 0) + 64, 4)));
const pppoe = (protocol: number, payload: Uint8Array): Uint8Array =>
  join(be(0x1100, 2), be(9, 2), be(payload.length + 2, 2), be(protocol, 2), payload);

describe('a frame', () => {
  it.each<[string, Uint8Array, number]>([
    ['Ethernet', ethernet(0x0800, IP), 0],
    ['a VLAN tag', ethernet(0x0800, IP, [0x8100, 12]), 12],
    ['two tags, of which the outer counts', ethernet(0x0800, IP, [0x88a8, 100], [0x8100, 12]), 100],
    ['a priority tag and another', ethernet(0x0800, IP, [0x8100, 0], [0x8100, 12]), 12],
    ['LLC and SNAP', ethernet(IP.length + 8, join(be(0xaaaa03, 3), be(0, 3), be(0x0800, 2), IP)), 0],
    ['MPLS labels', ethernet(0x8847, join(MPLS(16, 17), IP)), 0],
    [
      'an Ethernet pseudowire with its own tag',
      ethernet(0x8847, join(MPLS(16), be(0, 4), ethernet(0x0800, IP, [0x8100, 7]))),
      7,
    ],
    ['PPPoE', ethernet(0x8864, pppoe(0x21, IP)), 0],
    ['PPPoE behind a tag', ethernet(0x8864, pppoe(0x21, IP), [0x8100, 5]), 5],
  ])('is read through %s', (_, frame, vlan) => {
    expect(read(frame)).toMatchObject({
      src: '10.0.0.1',
      dst: '10.0.0.2',
      packet: { protocol: 6, srcPort: 40_000, dstPort: 443, tcpFlags: 0x12, bytes: 40, vlan, vni: 0 },
    });
  });

  it.each<[string, Uint8Array, number]>([
    ['PPP', join(be(0x0057, 2), ipv6({}, TCP)), ETHER_TYPE.ppp],
    ['PPP with address and control', join(be(0xff03, 2), be(0x0281, 2), MPLS(3), ipv6({}, TCP)), ETHER_TYPE.ppp],
    ['nothing', ipv6({}, TCP), ETHER_TYPE.ipv6],
    ['MPLS', join(MPLS(16), ipv6({}, TCP)), ETHER_TYPE.mpls],
  ])('is read through %s', (_, bytes, type) => {
    expect(read(bytes, type)).toMatchObject({ src: '2001:db8::1', dst: '2001:db8::2', packet: { dstPort: 443 } });
  });

  it.each<[string, Uint8Array]>([
    ['ARP', ethernet(0x0806, new Uint8Array(46))],
    ['nothing behind the type', ethernet(0x0800, new Uint8Array(0))],
    ['half an IPv6 header', ethernet(0x86dd, ipv6({}, TCP).subarray(0, 39))],
    ['another version', ethernet(0x0800, new Uint8Array(60).fill(0x55))],
    ['an IPv4 header of four words', ethernet(0x0800, join(be(0x44, 1), IP.subarray(1)))],
    ['labels without an end', ethernet(0x8847, new Uint8Array(80))],
    ['tags without an end', ethernet(0x8100, new Uint8Array(80).fill(0x81))],
    ['PPP of something else', ethernet(0x8864, pppoe(0xc021, IP))],
  ])('of %s holds no packet', (_, frame) => expect(read(frame)).toBeUndefined());
});

describe('a packet', () => {
  const header = (spec: Parameters<typeof ipv4>[0], payload: Uint8Array): PacketHeaders | undefined =>
    read(ipv4(spec, payload), ETHER_TYPE.ipv4)?.packet;

  it('has ports behind options and extension headers', () => {
    expect(header({ options: new Uint8Array(8), tos: 0xb8 }, TCP)).toMatchObject({ dstPort: 443, tos: 0xb8 });
    const options = (next: number): Uint8Array => join(be(next, 1), be(1, 1), new Uint8Array(14));
    const bytes = ipv6({ protocol: 0, tos: 0xb8 }, join(options(60), options(43), options(17), udp(53, 5353)));
    const packet = read(bytes, ETHER_TYPE.ipv6)?.packet;
    expect(packet).toMatchObject({ protocol: 17, srcPort: 53, dstPort: 5353, tos: 0xb8, bytes: 40 + 48 + 8 });
  });

  it('has type and code of ICMP for a port', () => {
    expect(header({ protocol: 1 }, be(0x0301, 8))).toMatchObject({ srcPort: 0, dstPort: 0 });
    expect(header({ protocol: 1 }, be(0x0301_0000_0000_0000n, 8))).toMatchObject({ srcPort: 0, dstPort: 0x301 });
    const echo = ipv6({ protocol: 58 }, be(0x8000_0000_0000_0000n, 8));
    expect(read(echo, ETHER_TYPE.ipv6)?.packet.dstPort).toBe(128 * 256);
  });

  it.each([132, 33, 136])('of protocol %s has ports, and no flags', (protocol) => {
    expect(header({ protocol }, TCP)).toMatchObject({ srcPort: 40_000, dstPort: 443, tcpFlags: 0 });
  });

  it('of another protocol has none', () => {
    expect(header({ protocol: 50 }, TCP)).toMatchObject({ protocol: 50, srcPort: 0, dstPort: 0 });
  });

  it('that is a fragment has ports only where it is the first', () => {
    expect(header({ fragment: 0x2000 }, TCP)).toMatchObject({ dstPort: 443, fragmentOffset: 0, moreFragments: true });
    expect(header({ fragment: 3 }, TCP)).toMatchObject({ dstPort: 0, tcpFlags: 0, fragmentOffset: 24 });
    const fragment = (offset: number): Uint8Array =>
      ipv6({ protocol: 44 }, join(be(6, 2).reverse(), be(offset, 2), be(7, 4), TCP));
    expect(read(fragment(1), ETHER_TYPE.ipv6)?.packet).toMatchObject({ dstPort: 443, moreFragments: true });
    expect(read(fragment(0x19), ETHER_TYPE.ipv6)?.packet).toMatchObject({
      protocol: 6,
      dstPort: 0,
      fragmentOffset: 24,
    });
  });

  it('that is cut has what is there', () => {
    expect(read(ipv4({}, TCP).subarray(0, 20), ETHER_TYPE.ipv4)?.packet).toMatchObject({ protocol: 6, dstPort: 0 });
    expect(read(ipv4({}, TCP).subarray(0, 24), ETHER_TYPE.ipv4)?.packet).toMatchObject({ dstPort: 443, tcpFlags: 0 });
    expect(read(ipv6({ protocol: 0 }, TCP).subarray(0, 44), ETHER_TYPE.ipv6)?.packet).toMatchObject({ dstPort: 0 });
  });

  it('ends where its length says, or with the bytes where that says nothing', () => {
    const padded = ethernet(0x0800, join(ipv4({ protocol: 17 }, udp(1, 2)), new Uint8Array(18)));
    expect(read(padded)?.packet).toMatchObject({ bytes: 28, end: 14 + 28 });
    expect(header({ bytes: 0 }, TCP)).toMatchObject({ bytes: 0, end: 40, dstPort: 443 });
  });
});

describe('a tunnel', () => {
  const inner = ethernet(0x0800, ipv4({ src: '172.16.0.1', dst: '172.16.0.2' }, TCP));
  const outer = (protocol: number, payload: Uint8Array): Uint8Array =>
    ethernet(0x0800, ipv4({ protocol }, payload), [0x8100, 300]);
  const geneve = (options: number, type: number, payload: Uint8Array): Uint8Array =>
    udp(
      50_000,
      6081,
      join(be(options, 1), be(0, 1), be(type, 2), be(5001 << 8, 4), new Uint8Array(options * 4), payload),
    );

  it.each<[string, Uint8Array, number, number]>([
    ['VXLAN', outer(17, vxlan(5001, inner)), 5001, 0],
    ["VXLAN at Linux' port", outer(17, vxlan(5001, inner, 8472)), 5001, 0],
    ['Geneve with options', outer(17, geneve(3, 0x6558, inner)), 5001, 0],
    ['Geneve of IP', outer(17, geneve(0, 0x0800, inner.subarray(14))), 5001, 300],
    ['NVGRE', outer(47, join(be(0x2000_6558, 4), be((5001 << 8) | 9, 4), inner)), 5001, 0],
    [
      'GRE with checksum, key and sequence',
      outer(47, join(be(0xb000_0800, 4), new Uint8Array(12), inner.subarray(14))),
      0,
      300,
    ],
    ['IP in IP', outer(4, inner.subarray(14)), 0, 300],
    ['VXLAN in GRE', outer(47, join(be(0x0800, 4), ipv4({ protocol: 17 }, vxlan(5001, inner)))), 5001, 0],
  ])('of %s gives the inner packet', (_, frame, vni, vlan) => {
    expect(read(frame)).toMatchObject({
      src: '172.16.0.1',
      dst: '172.16.0.2',
      packet: { protocol: 6, dstPort: 443, bytes: 40, vni, vlan },
    });
  });

  it.each<[string, Uint8Array]>([
    ['VXLAN of ARP', outer(17, vxlan(5001, ethernet(0x0806, new Uint8Array(46), [0x8100, 9])))],
    ['VXLAN without the I flag', outer(17, udp(50_000, 4789, join(new Uint8Array(8), inner)))],
    ['VXLAN cut before the inner packet', outer(17, vxlan(5001, inner)).subarray(0, 14 + 4 + 20 + 8 + 8 + 14 + 19)],
    ['Geneve of another version', outer(17, geneve(0x40, 0x6558, inner))],
    ['Geneve whose options go beyond it', outer(17, geneve(0x3f, 0x6558, new Uint8Array(0)))],
    ['GRE of PPTP', outer(47, join(be(0x0001_880b, 4), inner.subarray(14)))],
    ['GRE cut within its key', outer(47, be(0x2000_0800, 4))],
  ])('of %s stays the outer packet', (_, frame) => {
    expect(read(frame)).toMatchObject({ src: '10.0.0.1', dst: '10.0.0.2', packet: { vni: 0, vlan: 300 } });
  });
});

describe('any bytes', () => {
  it('are read without a throw, and nothing is found beyond their end', () => {
    const sound = [
      ethernet(0x0800, ipv4({ protocol: 17 }, vxlan(7, ethernet(0x86dd, ipv6({}, TCP), [0x8100, 4])))),
      ethernet(0x8847, join(MPLS(16, 17), be(0, 4), ethernet(0x8864, pppoe(0x57, ipv6({ protocol: 44 }, udp(1, 2)))))),
      ethernet(0x0800, ipv4({ protocol: 47 }, join(be(0x2000_6558, 4), be(9, 4), ethernet(0x0800, IP)))),
    ];
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 });
    const types = fc.constantFrom(...Object.values(ETHER_TYPE));
    const bytes = fc.oneof(fc.constantFrom(...sound), fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(bytes, changes, fc.nat(), types, (whole, hurts, cut, type) => {
        const hurt = whole.slice(0, cut % (whole.length + 1));
        for (const [at, value] of hurts) if (hurt.length > 0) hurt[at % hurt.length] = value;
        const found = read(hurt, type);
        if (!found) return;
        expect(found.packet.end).toBeLessThanOrEqual(hurt.length);
        expect(found.packet.addresses + (found.packet.v6 ? 32 : 8)).toBeLessThanOrEqual(hurt.length);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});
