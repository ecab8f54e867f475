import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared } from '../../../fixtures/shared-data';
import type { Store } from '../../store/store';
import { type Loaded, loadLines, withEngine } from '../testing/engine';
import { netobserv } from '.';

/** The engine takes most of a second to analyse a plan of this size, and each load asks it several times. */
jest.setTimeout(60_000);

let store: Store;
withEngine((opened) => (store = opened));

const flow = {
  AgentIP: '10.1.0.7',
  Bytes: 1500,
  Packets: 10,
  DstAddr: '10.128.0.25',
  DstK8S_Name: 'db-0',
  DstK8S_Namespace: 'data',
  DstK8S_OwnerName: 'db',
  DstMac: '0A:58:0A:80:00:19',
  DstPort: 5432,
  Dscp: 10,
  Etype: 2048,
  Flags: 2,
  FlowDirection: 1,
  IfDirections: [1],
  Interfaces: ['eth0', 'br-ex'],
  Proto: 6,
  Sampling: 50,
  SrcAddr: '10.128.0.6',
  SrcK8S_Name: 'web-1',
  SrcK8S_Namespace: 'shop',
  SrcK8S_OwnerName: 'web',
  SrcMac: '0A:58:0A:80:00:06',
  SrcPort: 45556,
  TimeFlowStartMs: 1709287200123,
  TimeFlowEndMs: 1709287201000,
  TimeReceived: 1709287202,
};
const load = (...records: readonly unknown[]): Promise<Loaded> =>
  loadLines(store, netobserv, records.map((record) => JSON.stringify(record)).join('\n'));

describe('NetObserv flow log', () => {
  it('reads a flow', async () => {
    const { rows, rejects } = await load(flow);
    expect(rejects).toEqual([]);
    expect(rows).toMatchObject([
      {
        exporter: '::ffff:10.1.0.7',
        reporter: '',
        scope: '',
        format: 'netobserv',
        start: 1709287200.123,
        end: 1709287201,
        src: '::ffff:10.128.0.6',
        dst: '::ffff:10.128.0.25',
        src_port: 45556,
        dst_port: 5432,
        protocol: 6,
        packets: 10,
        bytes: 1500,
        tcp_flags: 2,
        initiator: 1,
        sampling_rate: 50,
        observed: 2,
        tos: 40,
        workload: 'shop/web-1',
        src_workload: 'shop/web',
        dst_workload: 'data/db',
        vif: 'eth0,br-ex',
      },
    ]);
  });

  it.each([
    ['a lone SYN', 2, 2, 1],
    ['SYN and ACK in one packet', 256 + 16, 18, 2],
    ['a client that went on', 2 + 16 + 512, 19, 1],
    ['the middle of a connection', 16, 16, 0],
    ['names', ['SYN_ACK', 'PSH'], 26, 2],
  ])('tells from flags who opened: %s', async (_, Flags, tcp_flags, initiator) => {
    expect((await load({ ...flow, Flags })).rows).toMatchObject([{ tcp_flags, initiator }]);
  });

  it('reads translations, networks, policy events, DNS and TLS', async () => {
    const { rows, rejects } = await load(
      { ...flow, XlatSrcAddr: '10.0.0.9', XlatDstPort: 8443, Udns: ['default', 'blue'], K8S_ClusterName: 'prod' },
      {
        ...flow,
        NetworkEvents: [{ Feature: 'acl', Type: 'NetworkPolicy', Namespace: 'data', Name: 'deny', Action: 'drop' }],
      },
      { ...flow, DnsId: 7, DnsName: 'Db.example.', TLSVersion: 'TLS 1.3', Sampling: 0 },
      { ...flow, Proto: 1, IcmpType: 8, IcmpCode: 0, SrcPort: 0, Interfaces: undefined, Interface: 'eth0' },
    );
    expect(rejects).toEqual([]);
    expect(rows).toMatchObject([
      { post_src: '::ffff:10.0.0.9', post_dst: '::', post_dst_port: 8443, scope: 'prod/blue', verdict: 0 },
      { verdict: 2, rule_id: 'data/deny' },
      { l7: 'dns', fqdn: 'db.example', tls_version: 'TLSv1.3', sampling_rate: 1 },
      { dst_port: 2048, src_port: 0, reporter: 'eth0', vif: 'eth0', initiator: 0 },
    ]);
  });

  it('counts a conversation once: when it ends, or by its flows when they are there too', async () => {
    const total = { Packets_AB: 5, Packets_BA: 4, Bytes_AB: 500, Bytes_BA: 400, Packets: 9, Bytes: 900 };
    const conversation = ['newConnection', 'heartbeat', 'endConnection'].map((_RecordType) => ({
      ...flow,
      ...total,
      _RecordType,
    }));
    const alone = await load(...conversation);
    expect(alone).toMatchObject({ skipped: 1, rejects: [] });
    expect(alone.rows).toMatchObject([
      { packets: 0, reverse_packets: 0, reporter: 'conversation' },
      { packets: 5, reverse_packets: 4, bytes: 500, reverse_bytes: 400, reporter: 'conversation' },
    ]);
    const together = await load({ ...flow, _RecordType: 'flowLog' }, ...conversation);
    expect(together).toMatchObject({ rows: [{ packets: 10 }], skipped: 3 });
  });

  it('takes the labels that Loki keeps apart', async () => {
    const { SrcK8S_Namespace, SrcK8S_OwnerName, FlowDirection, ...rest } = flow;
    const stream = { SrcK8S_Namespace, SrcK8S_OwnerName, FlowDirection: String(FlowDirection) };
    const result = [
      {
        stream,
        values: [
          ['1', JSON.stringify(rest)],
          ['2', 'x'],
        ],
      },
      { stream: {}, values: [['3', JSON.stringify(flow)]] },
    ];
    const { rows, rejects } = await load({ status: 'success', data: { resultType: 'streams', result } });
    expect(rows).toMatchObject([
      { src_workload: 'shop/web', observed: 2 },
      { src_workload: 'shop/web', observed: 2 },
    ]);
    expect(rejects).toHaveLength(1);
  });

  it('passes over duplicates and frames without IP, and says what is wrong', async () => {
    const { rows, skipped, rejects } = await load(
      flow,
      { ...flow, Duplicate: true },
      { Etype: 2054, SrcMac: 'a', DstMac: 'b', Bytes: 42, Packets: 1 },
      { ...flow, DstAddr: 'nowhere' },
      { ...flow, Bytes: -1 },
      { ...flow, TimeFlowStartMs: 1e18 },
      { ...flow, SrcPort: { deep: [[[[]]]] } },
      { a: 1 },
    );
    expect([rows.length, skipped]).toEqual([1, 2]);
    expect(rejects).toEqual([
      'DstAddr is not an IP address: "nowhere"',
      'Bytes is not a count: "-1"',
      'TimeFlowStartMs is not a time in epoch milliseconds: "1000000000000000000"',
      'SrcPort is not a port: "{"deep":[[[[]]]]}"',
      'the line is no NetObserv flow: it has no SrcAddr, DstAddr or Etype',
    ]);
  });
});

describeShared('NetObserv samples', ['kubernetes'], (path) => {
  it.each([
    ['flow_records.json', 50, 0],
    ['flow_records_sent.json', 46, 4],
  ])('%s: answers of Loki lose no entry, and owners come from labels', async (name, flows, frames) => {
    const text = readFileSync(join(path, name), 'utf8');
    expect(netobserv.recognise(Buffer.from(text).subarray(0, 65536))).toBe(true);
    const { rows, skipped, rejects } = await loadLines(store, netobserv, text);
    expect(rejects).toEqual([]);
    expect([rows.length, skipped]).toEqual([flows, frames]);
    const { data } = JSON.parse(text) as { data: { result: Stream[] } };
    const truth = data.result.flatMap(({ stream, values }) =>
      values.map(([, entry]) => ({ ...stream, ...(JSON.parse(entry) as Truth) })).filter(({ SrcAddr }) => SrcAddr),
    );
    const owner = (namespace = '', name = ''): string => [namespace, name].filter((part) => part !== '').join('/');
    expect(rows).toMatchObject(
      truth.map((record) => ({
        src: `::ffff:${record.SrcAddr}`,
        dst: `::ffff:${record.DstAddr}`,
        protocol: record.Proto,
        packets: record.Packets,
        bytes: record.Bytes,
        src_workload: owner(record.SrcK8S_Namespace, record.SrcK8S_OwnerName),
        dst_workload: owner(record.DstK8S_Namespace, record.DstK8S_OwnerName),
      })),
    );
  });

  it('reads what came before NetObserv', async () => {
    const text = readFileSync(join(path, 'openshift-flows', 'openshift_flows_baseline.ndjson'), 'utf8');
    const { rows, rejects } = await loadLines(store, netobserv, text);
    expect(rejects).toEqual([]);
    expect(rows).toHaveLength(100);
    expect(rows[0]).toMatchObject({
      exporter: '::ffff:100.64.0.8',
      start: 1637501832,
      src_workload: 'observatorium-loki-ingester-0',
      input_interface: 18,
    });
  });

  interface Stream {
    readonly stream: Readonly<Record<string, string>>;
    readonly values: readonly (readonly [string, string])[];
  }
  interface Truth {
    readonly SrcAddr: string;
    readonly DstAddr: string;
    readonly Proto: number;
    readonly Packets: number;
    readonly Bytes: number;
    readonly SrcK8S_Namespace?: string;
    readonly SrcK8S_OwnerName?: string;
    readonly DstK8S_Namespace?: string;
    readonly DstK8S_OwnerName?: string;
  }
});
