import type { Store } from '../../store/store';
import { type Loaded, loadLines, withEngine } from '../testing/engine';
import { hubble } from '.';

/** The engine takes most of a second to analyse a plan of this size, and each load asks it several times. */
jest.setTimeout(60_000);

let store: Store;
withEngine((opened) => (store = opened));

const time = '2024-03-01T10:00:00.123456789Z';
const client = { identity: 1234, namespace: 'shop', pod_name: 'web-0', labels: ['k8s:app=web'] };
const server = { identity: 77, namespace: 'data', pod_name: 'db-0' };
const request = {
  time,
  verdict: 'FORWARDED',
  IP: { source: '10.0.0.1', destination: '10.0.0.2', ipVersion: 'IPv4' },
  l4: { TCP: { source_port: 40000, destination_port: 5432, flags: { SYN: true } } },
  source: client,
  destination: server,
  Type: 'L3_L4',
  node_name: 'node-1',
  event_type: { type: 4 },
  trace_observation_point: 'FROM_ENDPOINT',
  traffic_direction: 'EGRESS',
  is_reply: false,
  Summary: 'TCP Flags: SYN',
};
const reply = {
  ...request,
  IP: { source: '10.0.0.2', destination: '10.0.0.1', ipVersion: 'IPv4' },
  l4: { TCP: { source_port: 5432, destination_port: 40000, flags: { SYN: true, ACK: true } } },
  source: server,
  destination: client,
  trace_observation_point: 'TO_ENDPOINT',
  is_reply: true,
};
const event = (flow: object): object => ({ flow, node_name: 'node-1', time });
const load = (...records: readonly unknown[]): Promise<Loaded> =>
  loadLines(store, hubble, records.map((record) => JSON.stringify(record)).join('\n'));

describe('Hubble flow events', () => {
  const row = {
    reporter: 'node-1 FROM_ENDPOINT',
    format: 'hubble',
    start: 1709287200.123456,
    end: 1709287200.123456,
    src: '::ffff:10.0.0.1',
    dst: '::ffff:10.0.0.2',
    src_port: 40000,
    dst_port: 5432,
    protocol: 6,
    packets: 1,
    reverse_packets: 0,
    tcp_flags: 2,
    reverse_tcp_flags: 0,
    initiator: 1,
    verdict: 1,
    rule_id: '',
    observed: 2,
    workload: 'shop/web-0',
    src_workload: 'shop/web-0',
    dst_workload: 'data/db-0',
    l7: '',
    fqdn: '',
  };

  it('reads a request, within a response of the observer or bare', async () => {
    expect(await load(event(request))).toMatchObject({ rows: [row], skipped: 0, lost: 0, rejects: [] });
    expect((await load(request)).rows).toEqual([row]);
  });

  it('folds a reply: its request and it are one connection', async () => {
    const folded = { ...row, reporter: 'node-1 TO_ENDPOINT', packets: 0, reverse_packets: 1, tcp_flags: 0 };
    expect((await load(event(reply))).rows).toEqual([{ ...folded, reverse_tcp_flags: 18 }]);
  });

  it('does not turn around what may not be a reply', async () => {
    const { rows } = await load(event({ ...request, is_reply: undefined }), event({ ...reply, is_reply: null }));
    expect(rows).toMatchObject([
      { src: '::ffff:10.0.0.1', initiator: 0, packets: 1 },
      { src: '::ffff:10.0.0.2', initiator: 0, packets: 1 },
    ]);
  });

  it('folds echo replies, whose zeros protobuf leaves out, but no ICMP errors', async () => {
    const { rows } = await load(
      event({ ...request, l4: { ICMPv4: { type: 8 } } }),
      event({ ...reply, l4: { ICMPv4: {} } }),
      event({ ...reply, l4: { ICMPv6: { type: 129 } } }),
      event({ ...reply, l4: { ICMPv4: { type: 3, code: 1 } } }),
    );
    expect(rows).toMatchObject([
      { src: '::ffff:10.0.0.1', protocol: 1, src_port: 0, dst_port: 2048, packets: 1 },
      { src: '::ffff:10.0.0.1', protocol: 1, dst_port: 2048, reverse_packets: 1 },
      { src: '::ffff:10.0.0.1', protocol: 58, dst_port: 128 * 256, reverse_packets: 1 },
      { src: '::ffff:10.0.0.2', protocol: 1, dst_port: 769, packets: 1, initiator: 0 },
    ]);
  });

  it('says what was decided, and by what', async () => {
    const { rows } = await load(
      event({
        ...request,
        verdict: 'DROPPED',
        drop_reason_desc: 'POLICY_DENIED',
        event_type: { type: 1 },
        trace_observation_point: undefined,
      }),
      event({
        ...request,
        verdict: 'DROPPED',
        drop_reason_desc: 'POLICY_DENY',
        egress_denied_by: [{ name: 'no-db', namespace: 'shop' }],
      }),
      event({ ...request, verdict: 'AUDIT', event_type: { type: 5 }, trace_observation_point: '' }),
      event({ ...request, egress_allowed_by: [{ name: 'all' }] }),
      event({ ...request, verdict: 'ERROR' }),
    );
    expect(rows).toMatchObject([
      { verdict: 2, rule_id: 'POLICY_DENIED', reporter: 'node-1 DROP' },
      { verdict: 2, rule_id: 'shop/no-db' },
      { verdict: 1, rule_id: '', reporter: 'node-1 POLICY_VERDICT' },
      { verdict: 1, rule_id: 'all' },
      { verdict: 0, rule_id: '' },
    ]);
  });

  it('keeps identities that are no pods', async () => {
    const { rows } = await load(
      event({ ...request, destination: { identity: 2, labels: ['reserved:world'] } }),
      event({ ...request, destination: { identity: 1 } }),
      event({ ...request, destination: { identity: 16777217, labels: ['cidr:10.0.0.0/8'] } }),
      event({ ...request, destination: {}, traffic_direction: 'INGRESS' }),
    );
    expect(rows.map(({ dst_workload }) => dst_workload)).toEqual([
      'reserved:world',
      'reserved:host',
      'identity:16777217',
      '',
    ]);
    expect(rows[3]).toMatchObject({ observed: 1, workload: '' });
  });

  it('reads what a proxy saw, which is no packet', async () => {
    const l7 = { ...request, Type: 'L7', event_type: { type: 129 }, trace_observation_point: undefined };
    const { rows, sightings } = await load(
      event({ ...l7, l7: { type: 'REQUEST', http: { method: 'GET', url: 'http://API.example.com:8080/v1' } } }),
      event({
        ...l7,
        l7: { type: 'REQUEST', http: { method: 'GET', url: '/', headers: [{ key: 'Host', value: 'b.example' }] } },
      }),
      event({ ...l7, l7: { type: 'RESPONSE', dns: { query: 'Db.example.', ips: ['10.9.9.9', 'x'] } } }),
      event({ ...l7, l7: { type: 'REQUEST', kafka: { topic: 't' } } }),
    );
    expect(rows).toMatchObject([
      { packets: 0, reverse_packets: 0, l7: 'http', fqdn: 'API.example.com', reporter: 'node-1 L7' },
      { l7: 'http', fqdn: 'b.example' },
      { l7: 'dns', fqdn: 'db.example' },
      { l7: 'kafka', fqdn: '' },
    ]);
    expect(sightings).toMatchObject([{ kind: 'name', address: '::ffff:10.9.9.9', value: 'db.example' }]);
  });

  it('hands on the names of both ends', async () => {
    const { rows, sightings } = await load(event({ ...reply, source_names: ['Db.example.', 'other.example'] }));
    expect(rows).toMatchObject([{ fqdn: 'db.example' }]);
    expect(sightings.map(({ address, value }) => [address, value])).toEqual([
      ['::ffff:10.0.0.2', 'db.example'],
      ['::ffff:10.0.0.2', 'other.example'],
    ]);
  });

  it('counts lost events, passes over what is no packet, and says what is wrong', async () => {
    const loaded = await load(
      event(request),
      { lost_events: { source: 'PERF_EVENT_RING_BUFFER', num_events_lost: '7' }, node_name: 'node-1', time },
      { node_status: { state_change: 'NODE_CONNECTED' }, time },
      { agent_event: { type: 'AGENT_STARTED' }, node_name: 'node-1', time },
      event({ ...request, Type: 'SOCK', verdict: 'TRANSLATED' }),
      event({ ...request, IP: undefined }),
      event({ ...request, IP: { source: 'x', destination: '10.0.0.2' } }),
      event({ ...request, l4: { TCP: { source_port: 70000, destination_port: 1 } } }),
      { flow: { ...request, time: undefined }, time: 'yesterday' },
      { flow: 'none' },
      '\u0001',
    );
    expect(loaded).toMatchObject({ rows: { length: 1 }, lost: 1, skipped: 4 });
    expect(loaded.rejects).toEqual([
      'IP.source is not an IP address: "x"',
      'source_port is not a port: "70000"',
      'time is not an ISO 8601 time: "yesterday"',
      ...Array.from({ length: 2 }, () => expect.stringContaining('the line is no Hubble event')),
    ]);
  });
});
