import type { Store } from '../../store';
import { recognise } from '../registry';
import { type Loaded, loadLines, withEngine } from '../testing/engine';
import { eve } from '.';

jest.setTimeout(120_000);

let store: Store;
withEngine((opened) => (store = opened));

const load = (...lines: object[]): Promise<Loaded> =>
  loadLines(store, eve, lines.map((line) => JSON.stringify(line)).join('\n'));

const ENDS = { src_ip: '10.0.0.1', src_port: 40000, dest_ip: '10.0.0.2', dest_port: 443, proto: 'TCP' };
const BACK = { src_ip: '10.0.0.2', src_port: 53, dest_ip: '10.0.0.1', dest_port: 40000, proto: 'UDP' };
const AT = { timestamp: '2023-11-14T23:13:20.500000+0100' };
const FLOW = {
  ...AT,
  event_type: 'flow',
  in_iface: 'eth0',
  vlan: [12, 13],
  ...ENDS,
  app_proto: 'tls',
  flow: {
    pkts_toserver: 6,
    pkts_toclient: 5,
    bytes_toserver: 620,
    bytes_toclient: 1160,
    start: '2023-11-14T23:13:10.000000+0100',
    end: '2023-11-14T22:13:15.250000+0000',
    state: 'closed',
    reason: 'timeout',
  },
  tcp: { tcp_flags: '1b', tcp_flags_ts: '1b', tcp_flags_tc: '1a' },
};

describe('Suricata EVE', () => {
  it('reads flows in both directions, whoever tells', async () => {
    const { app_proto, ...unnamed } = FLOW;
    const { rows, rejects } = await load(
      FLOW,
      { ...unnamed, host: 'sensor', tcp: { tcp_flags: '18', tcp_flags_ts: '18', tcp_flags_tc: '10' } },
      {
        ...FLOW,
        proto: 'IPv6-ICMP',
        src_ip: '2001:db8::1',
        dest_ip: '2001:db8::2',
        icmp_type: 128,
        icmp_code: 0,
        tcp: {},
      },
      { ...FLOW, proto: '132', tcp: undefined, app_proto: 'failed', flow: { pkts_toserver: 1 } },
    );
    expect(rejects).toEqual([]);
    expect(rows).toMatchObject([
      {
        domain: 0,
        reporter: 'eth0',
        start: 1699999990,
        end: 1699999995.25,
        src: '::ffff:10.0.0.1',
        dst: '::ffff:10.0.0.2',
        src_port: 40000,
        dst_port: 443,
        protocol: 6,
        packets: 6,
        bytes: 620,
        reverse_packets: 5,
        reverse_bytes: 1160,
        tcp_flags: 27,
        reverse_tcp_flags: 26,
        initiator: 1,
        vlan: 12,
        end_reason: 3,
        l7: app_proto,
      },
      { reporter: 'sensor/eth0', tcp_flags: 24, initiator: 0, l7: '' },
      { src: '2001:db8::1', protocol: 58, src_port: 0, dst_port: 128 * 256 },
      { protocol: 132, start: 1700000000.5, end: 1700000000.5, initiator: 1, l7: '' },
    ]);
  });

  it('reads netflow one way, without a say on who opened', async () => {
    const netflow = { pkts: 3, bytes: 180, start: FLOW.flow.start, end: FLOW.flow.end, age: 5 };
    const { rows } = await load({ ...AT, event_type: 'netflow', ...ENDS, netflow, tcp: { tcp_flags: '12' } });
    expect(rows).toMatchObject([
      { domain: 2, packets: 3, bytes: 180, tcp_flags: 18, reverse_packets: 0, initiator: 0 },
    ]);
  });

  it('reads alerts and drops in the direction of the flow, counting nothing twice', async () => {
    const alert = { action: 'allowed', signature: 'Something odd', signature_id: 7 };
    const flow = { pkts_toserver: 9, src_ip: '10.0.0.1', src_port: 40000 };
    const { rows } = await load(
      { ...AT, event_type: 'alert', ...BACK, alert, app_proto: 'dns', flow },
      { ...AT, event_type: 'alert', ...BACK, alert: { ...alert, action: 'blocked' }, direction: 'to_client' },
      { ...AT, event_type: 'alert', ...ENDS, alert },
      { ...AT, event_type: 'drop', ...ENDS, direction: 'to_server', drop: { len: 40 } },
    );
    const forward = { src: '::ffff:10.0.0.1', packets: 0, src_port: 40000 };
    expect(rows).toMatchObject([
      { ...forward, dst_port: 53, initiator: 1, alert: 'Something odd', l7: 'dns', verdict: 0, rule_id: '' },
      { ...forward, dst_port: 53, initiator: 1, verdict: 2, rule_id: '7' },
      { ...forward, dst_port: 443, initiator: 0, tcp_flags: 0 },
      { ...forward, dst_port: 443, initiator: 1, alert: '', verdict: 2 },
    ]);
  });

  it('takes events of protocols for flows without packets, and tells names and users', async () => {
    const answer = { rrname: 'a.example.org', rrtype: 'A', rdata: '192.0.2.1' };
    const dns = (ends: object, dns: object) => ({ ...AT, event_type: 'dns', ...ends, dns });
    const ask = { ...ENDS, dest_port: 53, proto: 'UDP' };
    const { rows, sightings, rejects } = await load(
      dns(ask, { type: 'query', rrname: 'A.Example.org', rrtype: 'A' }),
      dns(ask, { type: 'answer', rcode: 'NOERROR', ...answer }),
      dns(ask, {
        version: 2,
        type: 'answer',
        rrname: 'a.example.org',
        rrtype: 'A',
        grouped: { AAAA: ['2001:db8::1'], CNAME: ['b'] },
      }),
      dns(BACK, {
        version: 3,
        type: 'response',
        queries: [{ rrname: 'a.example.org' }],
        answers: [answer, { rrtype: 'CNAME', rdata: 'b' }],
      }),
      { ...AT, event_type: 'tls', ...ENDS, tls: { sni: 'c.example.org', version: 'TLS 1.3' } },
      { ...AT, event_type: 'http', ...ENDS, http: { hostname: 'd.example.org', url: '/' } },
      { ...AT, event_type: 'krb5', ...ENDS, krb5: { msg_type: 'KRB_AS_REP', cname: 'ann', realm: 'EXAMPLE.ORG' } },
      { ...AT, event_type: 'smb', ...ENDS, smb: { ntlmssp: { domain: 'EXAMPLE', user: 'ann' } } },
      { ...AT, event_type: 'ssh', ...ENDS, ssh: {} },
    );
    expect(rejects).toEqual([]);
    const lookUp = {
      domain: 1,
      src: '::ffff:10.0.0.1',
      dst_port: 53,
      protocol: 17,
      initiator: 1,
      fqdn: 'a.example.org',
      l7: 'dns',
    };
    expect(rows).toMatchObject([
      { ...lookUp, reverse_packets: 0 },
      ...[1, 2, 3].map(() => ({ ...lookUp, reverse_packets: 1 })),
      { l7: 'tls', fqdn: 'c.example.org', tls_version: 'TLSv1.3', tcp_flags: 24 },
      { l7: 'http', fqdn: 'd.example.org' },
      { l7: 'krb5', user: 'ann@EXAMPLE.ORG' },
      { l7: 'smb', user: 'EXAMPLE\\ann' },
      { l7: 'ssh' },
    ]);
    expect(sightings.map(({ kind, address, port, value }) => [kind, address, port, value])).toEqual([
      ['name', '::ffff:192.0.2.1', 0, 'a.example.org'],
      ['name', '2001:db8::1', 0, 'a.example.org'],
      ['name', '::ffff:192.0.2.1', 0, 'a.example.org'],
      ['name', '::ffff:10.0.0.2', 443, 'c.example.org'],
      ['name', '::ffff:10.0.0.2', 443, 'd.example.org'],
      ['user', '::ffff:10.0.0.1', 0, 'ann@EXAMPLE.ORG'],
      ['user', '::ffff:10.0.0.1', 0, 'EXAMPLE\\ann'],
    ]);
  });

  it('passes over the sensor itself, and counts drops it states per interval', async () => {
    const stats = (capture: object) => ({ ...AT, event_type: 'stats', stats: { capture } });
    const loaded = await load(stats({ kernel_drops: 9 }), stats({ kernel_drops: 9, kernel_drops_delta: 4 }), {
      ...AT,
      event_type: 'fileinfo',
      ...ENDS,
    });
    expect(loaded).toMatchObject({ rows: [], skipped: 2, lost: 1, rejects: [] });
  });

  it('rejects broken lines, saying why', async () => {
    const cases: readonly (readonly [reason: string, line: string])[] = [
      ['the line is not valid JSON', '{"event_type":"flow"'],
      ['the line is no JSON object with an event_type', '{"timestamp":"2023"}'],
      ['the line has no src_ip and dest_ip', JSON.stringify({ ...AT, event_type: 'flow' })],
      ['timestamp is not a time: "soon"', JSON.stringify({ ...FLOW, timestamp: 'soon', flow: {} })],
      ['src_ip is not an IP address: "x"', JSON.stringify({ ...FLOW, src_ip: 'x' })],
      ['src_port is not a port: "-1"', JSON.stringify({ ...FLOW, src_port: -1 })],
      ['proto is not a protocol: ""', JSON.stringify({ ...FLOW, proto: undefined })],
      ['flow.pkts_toserver is not a count: "many"', JSON.stringify({ ...FLOW, flow: { pkts_toserver: 'many' } })],
      ['start is not a time: "1e400"', JSON.stringify({ ...FLOW, flow: { start: '1e400' } })],
      ['the line is not valid JSON', `{"event_type":"flow","a":${'['.repeat(5000)}`],
    ];
    const text = [JSON.stringify(FLOW), ...cases.map(([, line]) => line)].join('\n');
    const { rows, rejects } = await loadLines(store, eve, text);
    expect(rows).toHaveLength(1);
    expect(rejects).toEqual(cases.map(([reason]) => reason));
  });

  it('is recognised by its content', () => {
    expect(recognise(Buffer.from(JSON.stringify(FLOW)))?.name).toBe('eve');
    expect(eve.recognise(Buffer.from('{"ts":1,"_path":"conn"}'))).toBe(false);
  });
});
