/** Builds datagrams byte by byte, wrong ones too: unlike a real encoder, nothing is checked. */

/** A field of a template: element id, bytes (65535 variable), enterprise. */
export type FieldSpec = readonly [id: number, length: number, enterprise?: number];

/** Big-endian, low-order bytes. */
export function be(value: number | bigint, width: number): Uint8Array {
  const bytes = new Uint8Array(width);
  let rest = BigInt(value);
  for (let at = width - 1; at >= 0; at--, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  return bytes;
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function v4(text: string): Uint8Array {
  return Uint8Array.from(text.split('.').map(Number));
}

/** RFC 7011 section 7: text of variable length. */
export function varText(text: string, longForm = text.length >= 255): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return longForm ? join(be(255, 1), be(bytes.length, 2), bytes) : join(be(bytes.length, 1), bytes);
}

export function set(id: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = join(...content);
  return join(be(id, 2), be(body.length + 4, 2), body);
}

function fieldSpecs(fields: readonly FieldSpec[]): Uint8Array {
  return join(
    ...fields.map(([id, length, enterprise]) =>
      enterprise === undefined
        ? join(be(id, 2), be(length, 2))
        : join(be(id | 0x8000, 2), be(length, 2), be(enterprise, 4)),
    ),
  );
}

/** A template record, for NetFlow v9 and IPFIX alike. */
export function template(id: number, fields: readonly FieldSpec[]): Uint8Array {
  return join(be(id, 2), be(fields.length, 2), fieldSpecs(fields));
}

export function ipfixOptionsTemplate(id: number, scopeFields: number, fields: readonly FieldSpec[]): Uint8Array {
  return join(be(id, 2), be(fields.length, 2), be(scopeFields, 2), fieldSpecs(fields));
}

export function netflow9OptionsTemplate(id: number, scopeFields: number, fields: readonly FieldSpec[]): Uint8Array {
  return join(be(id, 2), be(scopeFields * 4, 2), be((fields.length - scopeFields) * 4, 2), fieldSpecs(fields));
}

interface HeaderSpec {
  readonly seconds?: number;
  readonly sequence?: number;
  readonly domain?: number;
  /** Milliseconds; not in IPFIX. */
  readonly uptime?: number;
}

/** 2023-11-14 22:13:20 UTC. */
export const SECONDS = 1_700_000_000;
export const UPTIME = 3_600_000;

export function netflow9(
  { seconds = SECONDS, sequence = 0, domain = 0, uptime = UPTIME }: HeaderSpec,
  ...sets: Uint8Array[]
): Uint8Array {
  return join(be(9, 2), be(sets.length, 2), be(uptime, 4), be(seconds, 4), be(sequence, 4), be(domain, 4), ...sets);
}

export function ipfix({ seconds = SECONDS, sequence = 0, domain = 0 }: HeaderSpec, ...sets: Uint8Array[]): Uint8Array {
  const body = join(...sets);
  return join(be(10, 2), be(16 + body.length, 2), be(seconds, 4), be(sequence, 4), be(domain, 4), body);
}

interface Netflow5Spec extends HeaderSpec {
  readonly count?: number;
  /** The two bits of mode and fourteen of interval, as on the wire. */
  readonly sampling?: number;
}

export function netflow5(spec: Netflow5Spec, ...records: Uint8Array[]): Uint8Array {
  const { seconds = SECONDS, sequence = 0, domain = 0, uptime = UPTIME, count = records.length, sampling = 0 } = spec;
  return join(
    join(be(5, 2), be(count, 2), be(uptime, 4), be(seconds, 4), be(0, 4), be(sequence, 4)),
    join(be(domain, 2), be(sampling, 2)),
    ...records,
  );
}

/** A record of NetFlow v5: 10.0.0.1:40000 → 10.0.0.2:443/tcp, 5 packets of 600 bytes in the last two seconds. */
export function netflow5Record(): Uint8Array {
  return join(
    v4('10.0.0.1'),
    v4('10.0.0.2'),
    be(0, 4),
    join(be(3, 2), be(4, 2), be(5, 4), be(600, 4)),
    join(be(UPTIME - 2000, 4), be(UPTIME - 1000, 4)),
    join(be(40000, 2), be(443, 2), be(0, 1), be(27, 1), be(6, 1), be(8, 1)),
    be(0, 8),
  );
}
