import type { FlowColumnName } from '../../model/flow';
import type { Element, Ingredient, Quantity } from './quantity';
import { CISCO, NTOP, TABLE } from './table';

export type { Quantity } from './quantity';

export const ELEMENTS: readonly Element[] = Object.entries(TABLE).flatMap(([fills, rows]) =>
  rows.map(([enterprise, id, name, as]) => ({ enterprise, id, name, as, fills: fills as Quantity })),
);

const key = (enterprise: number, id: number): number => enterprise * 0x1_0000 + id;
const BY_KEY: ReadonlyMap<number, Element> = new Map(
  ELEMENTS.map((element) => [key(element.enterprise, element.id), element]),
);

/**
 * NetFlow v9 has no enterprise numbers. Cisco sets the top bit of its own elements there (12236 becomes 45004), and ntop
 * adds 57472.
 */
const CISCO_V9 = 0x8000;
const NTOP_V9 = 57472;
const NTOP_V9_LAST = NTOP_V9 + 999;
const V9_OFFSETS = new Map([
  [CISCO, CISCO_V9],
  [NTOP, NTOP_V9],
]);

/** The element that a template field names, where it fills something of ours. */
export function elementOf(enterprise: number, id: number): Element | undefined {
  const named = BY_KEY.get(key(enterprise, id));
  if (named || enterprise !== 0 || id < CISCO_V9) return named;
  if (id >= NTOP_V9 && id <= NTOP_V9_LAST) return BY_KEY.get(key(NTOP, id - NTOP_V9));
  return BY_KEY.get(key(CISCO, id - CISCO_V9));
}

/** Which columns a quantity ends up in, where it is not simply one of them. */
const INTO: Readonly<
  Partial<Record<Quantity, readonly FlowColumnName[]>> & Record<Ingredient, readonly FlowColumnName[]>
> = {
  observation_time: ['start', 'end'],
  duration: ['start', 'end'],
  boot_time: ['start', 'end'],
  icmp: ['dst_port'],
  icmp_type: ['dst_port'],
  icmp_code: ['dst_port'],
  client: ['src', 'initiator'],
  server: ['dst'],
  client_port: ['src_port'],
  server_port: ['dst_port'],
  biflow_direction: ['initiator'],
  firewall_event: ['firewall_event', 'verdict'],
  firewall_verdict: ['verdict'],
  forwarding_status: ['verdict'],
  nsel_event: ['initiator'],
  source_opened: ['initiator'],
  initiator_bytes: ['bytes', 'initiator'],
  responder_bytes: ['reverse_bytes'],
  initiator_packets: ['packets', 'initiator'],
  responder_packets: ['reverse_packets'],
  post_bytes: ['bytes', 'reverse_bytes'],
  post_packets: ['packets', 'reverse_packets'],
  sampler: ['sampling_rate'],
  sampling_interval: ['sampling_rate'],
  sampling_space: ['sampling_rate'],
  sampling_size: ['sampling_rate'],
  sampling_population: ['sampling_rate'],
  sampling_probability: ['sampling_rate'],
  packet: ['src', 'dst', 'src_port', 'dst_port', 'protocol', 'packets', 'bytes', 'tcp_flags', 'vlan', 'vni', 'tos'],
  packet_link: [],
  packet_size: ['bytes'],
  section_offset: [],
  section_size: [],
};

const FROM_HEADER: Partial<Record<FlowColumnName, string>> = {
  exporter: 'address of the sender',
  domain: 'header: observation domain id (IPFIX), source id (v9), engine type and id (v5)',
};

/** Column by column, the elements that fill it: all of them, or those that some fields name. */
export function elementsByColumn(
  fields?: readonly { readonly enterprise: number; readonly id: number }[],
): Partial<Record<FlowColumnName, string>> {
  const wanted = fields && new Set(fields.map(({ enterprise, id }) => elementOf(enterprise, id)));
  const found: Partial<Record<FlowColumnName, string>> = { ...FROM_HEADER };
  for (const element of ELEMENTS) {
    if (wanted && !wanted.has(element)) continue;
    const columns = INTO[element.fills] ?? [element.fills as FlowColumnName];
    const text = `${element.name} (${numberOf(element)})`;
    for (const column of columns) found[column] = found[column] === undefined ? text : `${found[column]}, ${text}`;
  }
  return found;
}

/** As documents name it: IANA's number, or `enterprise/number`, and what stands for that in NetFlow v9. */
function numberOf({ enterprise, id }: Element): string {
  if (enterprise === 0) return `${id}`;
  const offset = V9_OFFSETS.get(enterprise);
  return offset === undefined ? `${enterprise}/${id}` : `${enterprise}/${id}, ${id + offset} in v9`;
}
