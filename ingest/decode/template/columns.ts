import type { FlowColumnName } from '../../model/flow';
import { INITIATOR, OBSERVED, VERDICT } from '../../model/flow';
import { PROTOCOL } from '../../kernel/port';
import { call, i32, i64, local, select, when, type Code, type Local } from './assembler';
import type { Quantity } from '../ipfix/elements';
import type { Field, Fields, Frame } from './frame';
import { readUint32, readUint64 } from './read';

/** Numbers by column: i32 for the narrow ones, i64 for counters. A column whose recipe gives nothing is left out. */
type Recipe = (frame: Frame, fields: Fields, context: RecipeContext) => Code | undefined;

/** What is known of the observation domain, for records that do not say. */
interface RecipeContext {
  readonly samplingRate: Local;
  readonly biflowDirection: Local;
}

/** The first field that is there and not zero. */
const firstSaid =
  (quantity: Quantity) =>
  (frame: Frame, fields: Fields): Code | undefined =>
    coalesce(
      frame,
      fields.all(quantity).map((field) => readUint32(frame, field)),
    );

/** The first field that is there: a delta and a total of one count must never be mixed. */
const counter =
  (pair: readonly [Quantity, Quantity], own: 0 | 1, plain: Quantity): Recipe =>
  (frame, fields) => {
    const field = fields.has(...pair) ? fields.first(pair[own]) : fields.first(plain);
    return field && readUint64(frame, field);
  };

const allFlags =
  (quantity: Quantity): Recipe =>
  (frame, fields) =>
    fields
      .all(quantity)
      .map((field) => readUint32(frame, field))
      .reduce<Code | undefined>((sum, value) => (sum ? i32.or(sum, value) : value), undefined);

// Some exporters (Huawei) use responderOctets alone for something of their own, so only the pair counts.
const BYTES = ['initiator_bytes', 'responder_bytes'] as const;
const PACKETS = ['initiator_packets', 'responder_packets'] as const;

export const NUMBER_RECIPES: Readonly<Partial<Record<FlowColumnName, Recipe>>> = {
  src_port: firstSaid('src_port'),
  dst_port: destinationPort,
  protocol: firstSaid('protocol'),
  packets: counter(PACKETS, 0, 'packets'),
  bytes: counter(BYTES, 0, 'bytes'),
  reverse_packets: counter(PACKETS, 1, 'reverse_packets'),
  reverse_bytes: counter(BYTES, 1, 'reverse_bytes'),
  tcp_flags: allFlags('tcp_flags'),
  reverse_tcp_flags: allFlags('reverse_tcp_flags'),
  initiator,
  sampling_rate: samplingRate,
  verdict,
  post_src_port: firstSaid('post_src_port'),
  post_dst_port: firstSaid('post_dst_port'),
  input_interface: firstSaid('input_interface'),
  output_interface: firstSaid('output_interface'),
  observed,
  vlan: firstSaid('vlan'),
  tos: firstSaid('tos'),
  end_reason: firstSaid('end_reason'),
};

function coalesce(frame: Frame, values: readonly Code[]): Code | undefined {
  const [first, ...others] = values;
  if (first === undefined || others.length === 0) return first;
  const chosen = frame.locals.i32();
  return [
    local.set(chosen, first),
    others.map((value) => when(i32.eqz(local.get(chosen)), local.set(chosen, value))),
    local.get(chosen),
  ];
}

/** The port; for ICMP the type and code, which many exporters put there themselves. */
function destinationPort(frame: Frame, fields: Fields): Code | undefined {
  const port = firstSaid('dst_port')(frame, fields);
  const types = fields.all('icmp_type').map((type): Code => {
    const high = i32.shl(readUint32(frame, type), i32.const(8));
    const code = fields.all('icmp_code').find(({ element }) => element.id === type.element.id + 1);
    return code ? i32.or(high, readUint32(frame, code)) : high;
  });
  const icmp = coalesce(frame, [...fields.all('icmp').map((field) => readUint32(frame, field)), ...types]);
  if (!icmp) return port;
  const protocol = firstSaid('protocol')(frame, fields);
  if (!protocol) return port ? coalesce(frame, [icmp, port]) : icmp;
  const number = frame.locals.i32();
  const either = port ? coalesce(frame, [icmp, port]) : icmp;
  const is = (value: number): Code => i32.eq(local.get(number), i32.const(value));
  const chosen = frame.locals.i32();
  return [
    local.set(number, protocol),
    local.set(chosen, port ?? i32.const(0)),
    when(i32.or(is(PROTOCOL.icmp), is(PROTOCOL.icmp6)), local.set(chosen, either ?? i32.const(0))),
    local.get(chosen),
  ];
}

/**
 * Who opened it. A biflow as such does not say: without biflowDirection (RFC 5103 section 6.3), in the record or for the
 * whole domain, the order of its ends is the exporter's own affair. softflowd sorts them by address.
 */
function initiator(frame: Frame, fields: Fields, { biflowDirection }: RecipeContext): Code | undefined {
  const fromTable = fields.has('source_opened') || fields.has(...BYTES) || fields.has(...PACKETS);
  if (fromTable) return i32.const(INITIATOR.src);
  const biflow = fields.has('reverse_packets') || fields.has('reverse_bytes') || fields.has('reverse_tcp_flags');
  const stated = fields.first('biflow_direction');
  if (!biflow && !stated) return undefined;
  const direction = frame.locals.i32();
  return [
    local.set(direction, stated ? readUint32(frame, stated) : local.get(biflowDirection)),
    // 1 initiator, 2 reverse initiator; 0 is arbitrary and 3 by perimeter.
    i32.mul(local.get(direction), i32.ltU(local.get(direction), i32.const(3))),
  ];
}

/** One packet in how many: what the record says, else what is known of its sampler, else of its observation domain. */
function samplingRate(frame: Frame, fields: Fields, { samplingRate }: RecipeContext): Code {
  const said = statedRate(frame, fields);
  const sampler = fields.first('sampler');
  const known = sampler && call(frame.helper('samplingRate'), readUint32(frame, sampler));
  const candidates = [said, known, local.get(samplingRate)].filter((code) => code !== undefined);
  return coalesce(frame, candidates) ?? local.get(samplingRate);
}

function statedRate(frame: Frame, fields: Fields): Code | undefined {
  const ratio = (whole: Code, part: Code): Code => {
    const divisor = frame.locals.i32();
    return [
      local.set(divisor, part),
      i32.divU(whole, select(i32.eqz(local.get(divisor)), i32.const(1), local.get(divisor))),
    ];
  };
  const size = fields.first('sampling_size');
  const population = fields.first('sampling_population');
  if (size && population) return ratio(readUint32(frame, population), readUint32(frame, size));
  const interval = fields.first('sampling_interval');
  const space = fields.first('sampling_space');
  if (!interval) return undefined;
  const read = readUint32(frame, interval);
  return space ? ratio(i32.add(read, readUint32(frame, space)), read) : read;
}

/** IANA firewallEvent; without one, IANA forwardingStatus 129 (ACL deny) and 130 (ACL drop). */
function verdict(frame: Frame, fields: Fields): Code | undefined {
  const event = fields.first('firewall_event');
  if (event) {
    const value = frame.locals.i32();
    // 1 created, 2 deleted and 5 updated are of connections that were let through; 3 is denied.
    const passed = i32.and(i32.shrU(i32.const(0b10_0110), local.get(value)), i32.ltU(local.get(value), i32.const(8)));
    return [
      local.set(value, readUint32(frame, event)),
      select(i32.eq(local.get(value), i32.const(3)), i32.const(VERDICT.denied), i32.and(passed, i32.const(1))),
    ];
  }
  const status = fields.first('forwarding_status');
  if (!status) return undefined;
  const value = frame.locals.i32();
  const read = i32.sub(readUint32(frame, status), i32.const(129));
  return [
    local.set(value, read),
    select(i32.ltU(local.get(value), i32.const(2)), i32.const(VERDICT.denied), i32.const(VERDICT.unsaid)),
  ];
}

/** IANA flowDirection and NSX's: 0 ingress, 1 egress. */
function observed(frame: Frame, fields: Fields): Code | undefined {
  const direction = fields.first('observed');
  if (!direction) return undefined;
  const value = frame.locals.i32();
  const said = i32.ltU(local.tee(value, readUint32(frame, direction)), i32.const(2));
  return i32.mul(said, i32.add(local.get(value), i32.const(OBSERVED.ingress)));
}

/** 16 bytes at `to + at`; IPv4 goes to ::ffff:0:0/96. */
export function storeAddress(
  frame: Frame,
  fields: readonly Field[],
  to: Local,
  at: number,
  zeroIsUnsaid: boolean,
): Code {
  const [only, ...others] = fields;
  if (!only) return [];
  const row = local.get(to);
  const word = (field: Field, skip: number): Code => i64.load(local.get(field.base), field.offset + skip);
  const v4 = (field: Field): Code => i32.load(local.get(field.base), field.offset);
  if (others.length === 0 && !zeroIsUnsaid) {
    if (only.length === 16) return [i64.store(row, at, word(only, 0)), i64.store(row, at + 8, word(only, 8))];
    return [
      i64.store(row, at, i64.const(0n)),
      i32.store(row, at + 8, i32.const(V4_MAPPED)),
      i32.store(row, at + 12, v4(only)),
    ];
  }
  const [first, second, short] = [frame.locals.i64(), frame.locals.i64(), frame.locals.i32()];
  const take = (field: Field): Code => {
    if (field.length === 16) return [local.set(first, word(field, 0)), local.set(second, word(field, 8))];
    const mapped = i64.or(i64.shl(i64.extendU(local.get(short)), i64.const(32n)), i64.const(BigInt(V4_MAPPED)));
    return [
      local.set(short, v4(field)),
      local.set(first, i64.const(0n)),
      local.set(second, select(local.get(short), mapped, i64.const(0n))),
    ];
  };
  const empty = i64.eqz(i64.or(local.get(first), local.get(second)));
  return [
    take(only),
    others.map((field) => when(empty, take(field))),
    i64.store(row, at, local.get(first)),
    i64.store(row, at + 8, local.get(second)),
  ];
}

/** The bytes 00 00 ff ff, as a little-endian word. */
const V4_MAPPED = 0xffff_0000;
