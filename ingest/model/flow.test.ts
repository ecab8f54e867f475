import { FLOW_COLUMNS, FLOW_SCHEMA } from './flow';

/**
 * Columns as released, by the schema that brought them. Rows under any of these wait in spools and on buses somewhere:
 * never change a line, add one for each new schema.
 */
const RELEASED: readonly (readonly [schema: number, columns: string])[] = [
  [
    1,
    `received DateTime64(6), exporter IPv6, domain UInt32, reporter LowCardinality(String), scope
     LowCardinality(String), format LowCardinality(String), start DateTime64(6), end DateTime64(6), src IPv6,
     dst IPv6, src_port UInt16, dst_port UInt16, protocol UInt8, packets UInt64, bytes UInt64, reverse_packets
     UInt64, reverse_bytes UInt64, tcp_flags UInt8, reverse_tcp_flags UInt8, initiator UInt8, sampling_rate
     UInt32, verdict UInt8, rule_id LowCardinality(String), firewall_event UInt8, nat_event UInt8, via_src
     IPv6, via_dst IPv6, post_src IPv6, post_dst IPv6, post_src_port UInt16, post_dst_port UInt16,
     input_interface UInt32, output_interface UInt32, observed UInt8, vlan UInt16, vni UInt32, tos UInt8,
     end_reason UInt8, workload LowCardinality(String), src_workload LowCardinality(String), dst_workload
     LowCardinality(String), vif LowCardinality(String), l7 LowCardinality(String), fqdn String, tls_version
     LowCardinality(String), user LowCardinality(String), process LowCardinality(String), alert
     LowCardinality(String)`,
  ],
  [2, ''],
];

describe('flow columns', () => {
  it('are still what they were when they were released', () => {
    const now = FLOW_COLUMNS.map(({ name, type }) => `${name} ${type}`);
    const released = RELEASED.flatMap(([, columns]) => columns.replaceAll(/\s+/g, ' ').split(', ')).filter(Boolean);
    expect(now.toSorted()).toEqual(released.toSorted());
    expect(RELEASED.at(-1)?.[0]).toBe(FLOW_SCHEMA);
  });

  it('begin with when and by whom, at fixed places', () => {
    expect(FLOW_COLUMNS.slice(0, 2).map(({ name }) => name)).toEqual(['received', 'exporter']);
  });
});
