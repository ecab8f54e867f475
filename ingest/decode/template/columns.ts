import { INITIATOR, OBSERVED, type FlowColumnName } from '../../model/flow';
import { PROTOCOL } from '../../kernel/port';
import { i32, local, select, when, type Code } from './assembler';
import type { Quantity } from '../ipfix/quantity';
import { countsBothWays, COUNTER_RECIPES, countsRoles } from './counters';
import type { Field, Fields, Frame } from './frame';
import { readUint32 } from './read';
import { coalesce, firstSaid, type Recipe, type RecipeContext } from './recipe';
import { samplingRate } from './sampling';
import { verdict } from './verdict';

const allFlags =
  (quantity: Quantity): Recipe =>
  (frame, fields) =>
    fields
      .all(quantity)
      .map((field) => readUint32(frame, field))
      .reduce<Code | undefined>((sum, value) => (sum ? i32.or(sum, value) : value), undefined);

export const NUMBER_RECIPES: Readonly<Partial<Record<FlowColumnName, Recipe>>> = {
  ...COUNTER_RECIPES,
  src_port: firstSaid('src_port', 'client_port'),
  dst_port: destinationPort,
  protocol: firstSaid('protocol'),
  tcp_flags: allFlags('tcp_flags'),
  reverse_tcp_flags: allFlags('reverse_tcp_flags'),
  initiator,
  sampling_rate: samplingRate,
  verdict,
  firewall_event: firstSaid('firewall_event'),
  nat_event: firstSaid('nat_event'),
  post_src_port: firstSaid('post_src_port'),
  post_dst_port: firstSaid('post_dst_port'),
  input_interface: firstSaid('input_interface'),
  output_interface: firstSaid('output_interface'),
  observed,
  vlan: firstSaid('vlan'),
  vni,
  tos: firstSaid('tos'),
  end_reason: firstSaid('end_reason'),
};

/** The port; for ICMP the type and code, which many exporters put there themselves. */
function destinationPort(frame: Frame, fields: Fields): Code | undefined {
  const port = firstSaid('dst_port', 'server_port')(frame, fields);
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
  const fromTable = fields.has('source_opened') || fields.has('nsel_event') || countsRoles(fields);
  const byRole = fields.has('client') && !fields.has('src');
  if (fromTable || byRole) return i32.const(INITIATOR.src);
  const stated = fields.first('biflow_direction');
  if (!stated && !countsBothWays(fields) && !fields.has('reverse_tcp_flags')) return undefined;
  const direction = frame.locals.i32();
  return [
    local.set(direction, stated ? readUint32(frame, stated) : local.get(biflowDirection)),
    // 1 initiator, 2 reverse initiator; 0 is arbitrary and 3 by perimeter.
    i32.mul(local.get(direction), i32.ltU(local.get(direction), i32.const(3))),
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

const [VXLAN, NVGRE] = [1, 2];

function vni(frame: Frame, fields: Fields): Code | undefined {
  const read = (field: Field): Code =>
    field.element.as === 'segment' ? segment(frame, field) : readUint32(frame, field);
  return coalesce(frame, fields.all('vni').map(read));
}

/** layer2SegmentId: the first byte says what kind of network the last three number. */
function segment(frame: Frame, field: Field): Code {
  const kind = frame.locals.i32();
  const isOverlay = i32.or(i32.eq(local.get(kind), i32.const(VXLAN)), i32.eq(local.get(kind), i32.const(NVGRE)));
  const number = readUint32(frame, field, 3, field.length - 3);
  return [local.set(kind, readUint32(frame, field, 1)), select(isOverlay, number, i32.const(0))];
}
