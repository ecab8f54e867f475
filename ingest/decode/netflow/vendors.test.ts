import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared } from '../../../fixtures/shared-data';
import type { FlowColumnName } from '../../model/flow';
import { startDecoding, type Decoding } from '../testing/decoding';
import type { Row } from '../testing/row-reader';

interface Golden {
  readonly templates_first: readonly string[];
  readonly packets_in_order: readonly string[];
  readonly expected_event_count: number | null;
  readonly expected_events: readonly { readonly netflow: Readonly<Record<string, unknown>> }[];
}

/** Names of the expected events' fields, in v9 and IPFIX, by the column they must have reached. */
const NAMES: Readonly<Partial<Record<FlowColumnName, readonly string[]>>> = {
  src: ['ipv4_src_addr', 'sourceIPv4Address'],
  dst: ['ipv4_dst_addr', 'destinationIPv4Address'],
  src_port: ['l4_src_port', 'sourceTransportPort'],
  protocol: ['protocol', 'protocolIdentifier'],
  packets: ['in_pkts', 'packetDeltaCount'],
  bytes: ['in_bytes', 'octetDeltaCount'],
  tos: ['src_tos', 'ipClassOfService'],
  input_interface: ['input_snmp', 'ingressInterface'],
  output_interface: ['output_snmp', 'egressInterface'],
  post_src_port: ['xlate_src_port', 'postNAPTSourceTransportPort'],
  end_reason: ['flow_end_reason', 'flowEndReason'],
};

describeShared('captures of many vendors', ['flow-exports', 'vendors'], (path) => {
  const read = (folder: string, name: string): unknown => JSON.parse(readFileSync(join(path, folder, name), 'utf8'));
  const cases = readdirSync(join(path, 'golden')).sort();

  const decode = (name: string): { decoding: Decoding; rows: Row[]; golden: Golden } => {
    const golden = read('golden', name) as Golden;
    const decoding = startDecoding();
    const files = [...golden.templates_first, ...golden.packets_in_order];
    const rows = decoding.take(...files.map((file) => readFileSync(join(path, 'data', file))));
    return { decoding, rows, golden };
  };

  const stated = cases.filter((name) => (read('golden', name) as Golden).expected_event_count !== null);
  it.each(stated)('%s: every record is a row or skipped with a reason, and the events are as expected', (name) => {
    const { decoding, rows, golden } = decode(name);
    const skipped = decoding.health().flatMap((health) => Object.values(health.skipped));
    expect(total(skipped) + rows.length).toBe(golden.expected_event_count);
    const flows = golden.expected_events.filter(({ netflow }) => NAMES.src?.some((field) => field in netflow));
    for (const { netflow } of flows) expect(rows).toContainEqual(expectedRow(netflow));
  });

  // tshark takes one of the sixteen records of the H3C capture, nothing of a v9 one, and the malformed v5 as it comes.
  const shown = cases.filter((name) => !/^Netflow_9_H3C\.|^Netflow_9_invalid|^Netflow_5_invalid/.test(name));
  it.each(shown)('%s: flows are those that tshark shows', (name) => {
    const { rows } = decode(name);
    const flows = tsharkFlows(read('oracle_tshark', name));
    expect(rows).toHaveLength(flows.length);
    for (const flow of flows) expect(rows).toContainEqual(expect.objectContaining(flow));
  });

  // nfdump takes records without addresses (WLC) for flows, scales by sampling (MX80), and reads on behind the stated
  // count of the v5 case, which is several datagrams in one file.
  const listed = readdirSync(join(path, 'oracle_nfdump')).filter((name) => !/WLC|MX80|Netflow_5_valid/.test(name));
  it.each(listed.sort())('%s: totals are those of nfdump', (name) => {
    const { rows } = decode(name);
    const records = read('oracle_nfdump', name) as { in_packets?: number; in_bytes?: number }[];
    expect({
      flows: rows.length,
      packets: total(rows.map(({ packets }) => packets)),
      bytes: total(rows.map(({ bytes }) => bytes)),
    }).toEqual({
      flows: records.length,
      packets: total(records.map(({ in_packets }) => in_packets)),
      bytes: total(records.map(({ in_bytes }) => in_bytes)),
    });
  });
});

function total(values: readonly unknown[]): number {
  return values.reduce<number>((sum, value) => sum + Number(value ?? 0), 0);
}

function expectedRow(netflow: Readonly<Record<string, unknown>>): unknown {
  const row = Object.entries(NAMES).flatMap(([column, fields]) =>
    fields.filter((field) => netflow[field] !== undefined).map((field) => [column, netflow[field]] as const),
  );
  return expect.objectContaining(Object.fromEntries(row));
}

/** The flows anywhere in tshark's tree. */
function tsharkFlows(tree: unknown): Partial<Row>[] {
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([name, value]) => {
    const fields = value as Record<string, unknown>;
    if (!/^(Flow|pdu) \d/.test(name)) return tsharkFlows(value);
    const text = (field: string): string | undefined => (typeof fields[field] === 'string' ? fields[field] : undefined);
    const number = (field: string): number | undefined => (text(field) === undefined ? undefined : Number(text(field)));
    // Procera's records have room for both address families.
    const v6 = text('cflow.srcaddr') === undefined || text('cflow.srcaddr') === '0.0.0.0';
    const src = text(v6 ? 'cflow.srcaddrv6' : 'cflow.srcaddr') ?? text('cflow.srcaddr');
    const flow: Row = {
      src,
      dst: text(v6 ? 'cflow.dstaddrv6' : 'cflow.dstaddr') ?? text('cflow.dstaddr'),
      src_port: number('cflow.srcport'),
      protocol: number('cflow.protocol'),
      packets: number('cflow.packets'),
      bytes: number('cflow.octets'),
      tcp_flags: number('cflow.tcpflags'),
    };
    return src === undefined
      ? []
      : [Object.fromEntries(Object.entries(flow).filter(([, field]) => field !== undefined))];
  });
}
