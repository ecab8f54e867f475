import { uint32 } from '../wire';

const SFLOW_VERSION = 5;
/** Version, address type, sub-agent, sequence, uptime and sample count: what is left without an address. */
const FIXED_BYTES = 24;
const SAMPLE_HEADER_BYTES = 8;
/** Sequence number, source and count: no sample is shorter. */
const LEAST_SAMPLE = 12;
/** Types of the field `agent_address`, and the bytes of each. */
const ADDRESS = { unknown: 0, ipv4: 1, ipv6: 2 } as const;

/** sFlow version 5 (sflow.org/sflow_version_5.txt), "sample_datagram_v5". */
export interface SflowHeader {
  /** Where the agent's address is, and its bytes: 0 (not said), 4 or 16. */
  readonly agentAt: number;
  readonly agentBytes: 0 | 4 | 16;
  readonly subAgent: number;
  readonly sequence: number;
  /** Modulo 2^32. */
  readonly uptimeMillis: number;
  readonly samples: number;
  /** Where samples start. */
  readonly from: number;
}

/**
 * @param end where the datagram, which starts at 0, ends
 * @returns undefined when there is none
 */
export function readSflowHeader(view: DataView, end: number): SflowHeader | undefined {
  if (end < FIXED_BYTES || view.getUint32(0) !== SFLOW_VERSION) return undefined;
  const agentBytes = addressBytes(view.getUint32(4));
  if (agentBytes === undefined || end < FIXED_BYTES + agentBytes) return undefined;
  const at = 8 + agentBytes;
  return {
    agentAt: 8,
    agentBytes,
    subAgent: view.getUint32(at),
    sequence: view.getUint32(at + 4),
    uptimeMillis: view.getUint32(at + 8),
    samples: view.getUint32(at + 12),
    from: at + 16,
  };
}

/** Of an XDR `address`; undefined for a type that is none. */
export function addressBytes(type: number): 0 | 4 | 16 | undefined {
  switch (type) {
    case ADDRESS.unknown:
      return 0;
    case ADDRESS.ipv4:
      return 4;
    case ADDRESS.ipv6:
      return 16;
    default:
      return undefined;
  }
}

/** Cheap, for datagrams that are known to be some flow export. */
export function startsAsSflow(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 0 && bytes[3] === SFLOW_VERSION;
}

/** How long the datagram at the start is, undefined when there is none or its end is missing. */
export function sflowLength(bytes: Uint8Array): number | undefined {
  const header = plausibleHeader(bytes);
  if (!header) return undefined;
  let at = header.from;
  for (let left = header.samples; left > 0; left--) {
    const length = at + SAMPLE_HEADER_BYTES > bytes.length ? 0 : uint32(bytes, at + 4);
    if (length < LEAST_SAMPLE) return undefined;
    at += SAMPLE_HEADER_BYTES + length;
  }
  return at <= bytes.length ? at : undefined;
}

/**
 * Whether any bytes are sFlow: also the agent has an address, and there are no more samples than the bytes have room
 * for, the first of a length that can be.
 */
export function recogniseSflow(bytes: Uint8Array): boolean {
  return plausibleHeader(bytes) !== undefined;
}

function plausibleHeader(bytes: Uint8Array): SflowHeader | undefined {
  if (!startsAsSflow(bytes)) return undefined;
  const header = readSflowHeader(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), bytes.length);
  if (!header || header.agentBytes === 0 || header.samples === 0) return undefined;
  const room = bytes.length - header.from - SAMPLE_HEADER_BYTES;
  if ((header.samples - 1) * SAMPLE_HEADER_BYTES > room) return undefined;
  const length = uint32(bytes, header.from + 4);
  return length % 4 === 0 && length >= LEAST_SAMPLE && length <= room ? header : undefined;
}
