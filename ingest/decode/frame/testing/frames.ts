import { addressToBytes, isV4, parseAddress } from '../../../kernel/ip';
import { be, join } from '../../testing/datagrams';

/** Builds captured frames layer by layer, wrong ones too: nothing is checked. */

const NOTHING = new Uint8Array(0);

/** Of 4 or 16 bytes. */
export function address(text: string): Uint8Array {
  const parsed = parseAddress(text);
  return isV4(parsed) ? addressToBytes(parsed).slice(12) : addressToBytes(parsed);
}

/** @param tags EtherType and 802.1Q id of each tag, outermost first */
export function ethernet(
  type: number,
  payload: Uint8Array,
  ...tags: readonly (readonly [type: number, id: number])[]
): Uint8Array {
  const tagged = tags.map(([tagType, id]) => join(be(tagType, 2), be(0x6000 | id, 2)));
  return join(new Uint8Array(12).fill(2), ...tagged, be(type, 2), payload);
}

interface IpSpec {
  readonly src?: string;
  readonly dst?: string;
  readonly protocol?: number;
  readonly tos?: number;
  /** Of IPv4: flags and offset, as on the wire. */
  readonly fragment?: number;
  /** Of IPv4, a multiple of 4. */
  readonly options?: Uint8Array;
  /** What the header states, where that is not what follows. */
  readonly bytes?: number;
}

export function ipv4(spec: IpSpec, payload: Uint8Array): Uint8Array {
  const { src = '10.0.0.1', dst = '10.0.0.2', protocol = 6, tos = 0, fragment = 0, options = NOTHING } = spec;
  const header = 20 + options.length;
  const { bytes = header + payload.length } = spec;
  return join(
    join(be(0x40 | (header / 4), 1), be(tos, 1), be(bytes, 2), be(77, 2), be(fragment, 2)),
    join(be(64, 1), be(protocol, 1), be(0, 2), address(src), address(dst)),
    options,
    payload,
  );
}

export function ipv6(spec: IpSpec, payload: Uint8Array): Uint8Array {
  const { src = '2001:db8::1', dst = '2001:db8::2', protocol = 6, tos = 0, bytes = 40 + payload.length } = spec;
  const first = be((6 << 28) | (tos << 20) | 0x12345, 4);
  return join(first, be(bytes - 40, 2), be(protocol, 1), be(64, 1), address(src), address(dst), payload);
}

export function tcp(srcPort: number, dstPort: number, flags = 0x10, payload: Uint8Array = NOTHING): Uint8Array {
  return join(be(srcPort, 2), be(dstPort, 2), be(0, 8), be(0x50, 1), be(flags, 1), be(0, 6), payload);
}

export function udp(srcPort: number, dstPort: number, payload: Uint8Array = NOTHING): Uint8Array {
  return join(be(srcPort, 2), be(dstPort, 2), be(payload.length + 8, 2), be(0, 2), payload);
}

export function vxlan(vni: number, frame: Uint8Array, port = 4789): Uint8Array {
  return udp(50_000, port, join(be(0x0800_0000, 4), be(vni << 8, 4), frame));
}
