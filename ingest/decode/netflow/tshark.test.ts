import { describeShared } from '../../../fixtures/shared-data';
import type { FlowColumnName } from '../../model/flow';
import type { Row } from '../testing/row-reader';
import { caseNames, decodeCase, readJson } from '../testing/vendor-cases';

/** Cases of which tshark does not show the records, so that there is nothing to compare. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  'Netflow_9_H3C.json': 'stops in the first of sixteen records, at an address of two bytes',
  'Netflow_9_invalid_01.json': 'shows its templates only; nfdump shows the records',
  'Netflow_5_invalid_01.json': 'shows records beyond the end of what is no export',
  'Netflow_5_invalid_02.json': 'shows records beyond the end of what is no export',
};

/** What is taken from the header of a datagram. */
const HEADER = new Set(['cflow.sysuptime', 'cflow.unix_secs', 'cflow.unix_nsecs']);

/** A flow as tshark shows it, with the fields of the datagram it is in. */
type Shown = Readonly<Record<string, unknown>>;
type Value = number | string | undefined;

const text = (shown: Shown, field: string): string | undefined => {
  const value = shown[field];
  // Of elements that come twice, the first.
  const [first] = Array.isArray(value) ? (value as unknown[]) : [value];
  return typeof first === 'string' ? first : undefined;
};
const number =
  (...fields: readonly string[]) =>
  (shown: Shown): Value => {
    const values = fields.map((field) => text(shown, field)).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : Number(values.find((value) => Number(value) !== 0) ?? values[0]);
  };
const address =
  (v4: string, v6: string) =>
  (shown: Shown): Value => {
    // Procera's records have room for both address families.
    const short = text(shown, v4);
    return short === undefined || short === '0.0.0.0' ? (text(shown, v6) ?? short) : short;
  };
const translated =
  (field: string) =>
  (shown: Shown): Value => {
    const value = text(shown, field);
    return value === '0.0.0.0' ? '::' : value;
  };
const isIcmp = (shown: Shown): boolean => ['1', '58'].includes(text(shown, 'cflow.protocol') ?? '');

const COLUMNS: Readonly<Partial<Record<FlowColumnName, (shown: Shown) => Value>>> = {
  src: address('cflow.srcaddr', 'cflow.srcaddrv6'),
  dst: address('cflow.dstaddr', 'cflow.dstaddrv6'),
  src_port: number('cflow.srcport'),
  dst_port: (shown) => {
    const port = number('cflow.dstport')(shown);
    const apart = Number(text(shown, 'cflow.icmp_ipv4_type') ?? 0) * 256;
    const icmp =
      Number(text(shown, 'cflow.icmp_type_code_ipv4') ?? 0) || apart + Number(text(shown, 'cflow.icmp_ipv4_code') ?? 0);
    return isIcmp(shown) && icmp > 0 ? icmp : port;
  },
  protocol: number('cflow.protocol'),
  tos: number('cflow.tos'),
  vlan: number('cflow.vlanid', 'cflow.dot1q_vlan_id'),
  input_interface: number('cflow.inputint', 'cflow.ingress_physical_interface'),
  output_interface: number('cflow.outputint', 'cflow.egress_physical_interface'),
  observed: (shown) => {
    const direction = number('cflow.direction')(shown);
    return direction === undefined ? undefined : Number(direction) + 1;
  },
  end_reason: number('cflow.flow_end_reason'),
  firewall_event: number('cflow.firewall_event'),
  post_src: translated('cflow.post_natsource_ipv4_address'),
  post_dst: translated('cflow.post_natdestination_ipv4_address'),
  post_src_port: number('cflow.post_naptsource_transport_port'),
  post_dst_port: number('cflow.post_naptdestination_transport_port'),
  scope: (shown) => {
    const id = number('cflow.ingress_vrfid', 'cflow.egress_vrfid')(shown);
    return id === undefined ? undefined : id === 0 ? '' : `vrf:${id}`;
  },
  l7: application,
  user: (shown) => text(shown, 'cflow.aaa_username'),
  rule_id: (shown) => text(shown, 'cflow.pie.barracuda.fwrule') ?? acl(shown),
  tcp_flags: (shown) => {
    const flags = text(shown, 'cflow.tcpflags');
    return flags === undefined ? undefined : Number(flags) & 0xff;
  },
  packets: (shown) => number('cflow.packets')(shown) ?? number('cflow.permanent_packets')(shown),
  bytes: (shown) => (isUpdate(shown) ? 0 : count(shown, 'cflow.initiator_octets')),
  reverse_bytes: (shown) => {
    const octets = number('cflow.responder_octets')(shown);
    // Huawei sends half of the pair.
    const stated = shown['cflow.initiator_octets'] !== undefined;
    return octets !== undefined && stated ? (isUpdate(shown) ? 0 : octets) : undefined;
  },
  start: (shown) => micros(shown, 'cflow.abstimestart', 'cflow.timestart'),
  end: (shown) => micros(shown, 'cflow.abstimeend', 'cflow.timeend'),
};

function count(shown: Shown, roles: string): Value {
  const values = [roles, 'cflow.octets', 'cflow.permanent_octets'].map((field) => number(field)(shown));
  return values.find((value) => value !== undefined);
}

/** By number, where there is no name: RFC 6759 section 4.1. */
function application(shown: Shown): string | undefined {
  const engine = text(shown, 'cflow.appl_id.classification_engine_id');
  const selector = text(shown, 'cflow.appl_id.selector_id')?.replaceAll(':', '');
  if (engine === undefined || selector === undefined || shown['cflow.appl_name'] !== undefined) return undefined;
  const numbers = engine === '20' ? [selector.slice(0, 8), selector.slice(8)] : [selector];
  const last = Number.parseInt(numbers.at(-1) ?? '', 16);
  return last === 0 ? '' : [engine, ...numbers.map((digits) => Number.parseInt(digits, 16))].join(':');
}

/** ASA's updates count nothing: the teardown has the total. */
function isUpdate(shown: Shown): boolean {
  return shown['cflow.fw_ext_event'] !== undefined && text(shown, 'cflow.firewall_event') === '5';
}

function acl(shown: Shown): string | undefined {
  const ids = ['cflow.ingress_acl_id', 'cflow.egress_acl_id'].map((field) => text(shown, field));
  const said = ids.find((id) => id !== undefined && /[1-9a-f]/.test(id));
  if (said === undefined) return ids[0] === undefined ? undefined : '';
  return said.replaceAll(':', '').replace(/(.{8})(.{8})(.{8})/, '$1-$2-$3');
}

const EARLIEST_MICROS = Date.UTC(1990, 0) * 1000;

/** Microseconds since 1970; of an uptime, where the header has the clock it is of. */
function micros(shown: Shown, absolute: string, uptime: string): number | undefined {
  const tree = { ...shown, ...(shown['cflow.timedelta_tree'] as Shown | undefined) };
  const at = text(tree, absolute);
  if (at !== undefined) {
    const parts = /^(.*)\.(\d{9}) UTC$/.exec(at);
    const time = Date.parse(`${parts?.[1]} UTC`) * 1000 + Math.round(Number(parts?.[2]) / 1000);
    return time < EARLIEST_MICROS ? undefined : time;
  }
  const since = text(tree, uptime);
  const now = text(tree, 'cflow.sysuptime');
  const seconds = text(tree, 'cflow.unix_secs');
  if (since === undefined || now === undefined || seconds === undefined) return undefined;
  const exported = Number(seconds) * 1e6 + Math.floor(Number(text(tree, 'cflow.unix_nsecs') ?? 0) / 1000);
  // Signed, modulo 2^32 milliseconds, because that is where these clocks wrap.
  const distance = Math.round((Number(since) - Number(now)) * 1000) | 0;
  return exported < EARLIEST_MICROS ? undefined : exported + distance * 1000;
}

describeShared('captures of many vendors, as tshark shows them', ['flow-exports', 'vendors'], (path) => {
  const shown = caseNames(path, 'oracle_tshark').filter((name) => NOT_SHOWN[name] === undefined);
  const withFlows = shown.filter((name) => flowsIn(readJson(path, 'oracle_tshark', name)).length > 0);

  it.each(withFlows)('%s: the same flows, field by field', (name) => {
    const { rows } = decodeCase(path, name);
    const flows = flowsIn(readJson(path, 'oracle_tshark', name)).map(expectedRow);
    expect(rows).toHaveLength(flows.length);
    expect(withoutRow(flows, rows)).toEqual([]);
  });

  it.each(shown.filter((name) => !withFlows.includes(name)))('%s: no flows', (name) => {
    expect(decodeCase(path, name).rows).toEqual([]);
  });
});

function expectedRow(shown: Shown): Row {
  const columns = Object.entries(COLUMNS).map(([column, value]) => [column, value(shown)] as const);
  return Object.fromEntries(columns.filter(([, value]) => value !== undefined));
}

/** The flows that are in no row of their own. */
function withoutRow(flows: readonly Row[], rows: readonly Row[]): Row[] {
  const left = [...rows];
  return flows.filter((flow) => {
    const place = left.findIndex((row) => isLike(row, flow));
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
}

function isLike(row: Row, expected: Row): boolean {
  return Object.entries(expected).every(([column, value]) => row[column as FlowColumnName] === value);
}

/** The flows anywhere in tshark's tree: what has an address, with what its datagram's header says of time. */
function flowsIn(tree: unknown, header: Shown = {}): Shown[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const fields = { ...(tree as Shown), ...((tree as Shown)['cflow.timestamp_tree'] as Shown | undefined) };
  const own = Object.fromEntries(Object.entries(fields).filter(([field]) => HEADER.has(field)));
  const known = { ...header, ...own };
  return Object.entries(tree).flatMap(([name, value]) => {
    if (!/^(Flow|pdu) \d/.test(name)) return flowsIn(value, known);
    const flow = value as Shown;
    const hasAddress = text(flow, 'cflow.srcaddr') !== undefined || text(flow, 'cflow.srcaddrv6') !== undefined;
    return hasAddress ? [{ ...known, ...flow }] : [];
  });
}
