import { FLOW_COLUMNS } from '../../model/flow';
import { address, ethernet, ipv4, ipv6, tcp, udp, vxlan } from '../frame/testing/frames';
import { be, join } from '../testing/datagrams';
import { SFLOW_FILLS } from './fills';
import {
  counterSample,
  discardedSample,
  expandedFlowSample,
  flowSample,
  rawHeader,
  sflow,
  structure,
  xdrAddress,
  xdrText,
} from './testing/datagrams';
import { RECEIVED_MICROS, startSflow } from './testing/decoding';

const FRAME = ethernet(0x0800, ipv4({ tos: 0x28 }, tcp(40_000, 443, 0x18, new Uint8Array(500))), [0x8100, 12]);
const HEADER = rawHeader(FRAME, 128);
const words = (...values: number[]): Uint8Array => join(...values.map((value) => be(value, 4)));
const SWITCH = structure(1001, words(20, 0, 30, 0));

describe('a flow sample', () => {
  const WHOLE = {
    received: RECEIVED_MICROS,
    exporter: '192.0.2.9',
    domain: 7,
    format: 'sflow',
    start: RECEIVED_MICROS,
    end: RECEIVED_MICROS,
    src: '10.0.0.1',
    dst: '10.0.0.2',
    src_port: 40_000,
    dst_port: 443,
    protocol: 6,
    packets: 1,
    bytes: 540,
    tcp_flags: 0x18,
    sampling_rate: 512,
    verdict: 0,
    input_interface: 3,
    output_interface: 4,
    observed: 1,
    vlan: 12,
    vni: 0,
    tos: 0x28,
  };

  it.each([
    ['compact', flowSample],
    ['expanded', expandedFlowSample],
  ])('that is %s makes a row of its packet', (_, sample) => {
    expect(startSflow().take(sflow({ subAgent: 7 }, sample({}, HEADER)))).toEqual([WHOLE]);
  });

  it('writes its columns in table order, with and without translation', () => {
    const order = FLOW_COLUMNS.map(({ name }) => name as string);
    const rows = startSflow().take(
      sflow({}, flowSample({}, HEADER), flowSample({}, HEADER, structure(1020, words(1, 2)))),
    );
    for (const columns of rows.map((row) => Object.keys(row)))
      expect(columns).toEqual(columns.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
    const written = new Set(rows.flatMap((row) => Object.keys(row)));
    expect([...written].filter((column) => !(column in SFLOW_FILLS))).toEqual(['received', 'format']);
    expect(Object.keys(SFLOW_FILLS).filter((column) => !written.has(column))).toEqual([]);
  });

  it('reads IPv6, and UDP without flags', () => {
    const frame = ethernet(0x86dd, ipv6({ tos: 0xb8, protocol: 17 }, udp(50_000, 53, new Uint8Array(30))));
    expect(startSflow().take(sflow({}, flowSample({}, rawHeader(frame))))).toMatchObject([
      { src: '2001:db8::1', dst: '2001:db8::2', dst_port: 53, protocol: 17, bytes: 78, tcp_flags: 0, tos: 0xb8 },
    ]);
  });

  it.each([
    [11, ipv4({}, tcp(1, 2))],
    [12, ipv6({}, tcp(1, 2))],
    [7, join(be(0x0021, 2), ipv4({}, tcp(1, 2)))],
  ])('reads header protocol %s', (protocol, bytes) => {
    const sample = flowSample({}, rawHeader(bytes, bytes.length, protocol));
    expect(startSflow().take(sflow({}, sample))).toMatchObject([{ src_port: 1, dst_port: 2 }]);
  });

  it('takes the inner packet of a tunnel, with its network', () => {
    const inner = ethernet(0x0800, ipv4({ src: '172.16.0.1', dst: '172.16.0.2' }, tcp(40_000, 443)));
    const frame = ethernet(0x0800, ipv4({ protocol: 17 }, vxlan(5001, inner)), [0x8100, 300]);
    expect(startSflow().take(sflow({}, flowSample({}, rawHeader(frame), SWITCH)))).toMatchObject([
      { src: '172.16.0.1', dst: '172.16.0.2', dst_port: 443, vni: 5001, vlan: 0, bytes: 40 },
    ]);
  });

  it('of a segment that is still to be cut has the length of the frame', () => {
    const frame = ethernet(0x0800, ipv4({ bytes: 0 }, tcp(1, 2, 16, new Uint8Array(3000))), [0x8100, 12]);
    expect(startSflow().take(sflow({}, flowSample({}, rawHeader(frame, 128))))).toMatchObject([{ bytes: 3040 }]);
  });

  it('reads sampled IPv4 and IPv6, where there is no header', () => {
    const v4 = structure(3, words(1500, 6), address('10.0.0.1'), address('10.0.0.2'), words(40_000, 443, 0x18, 0x28));
    const v6 = structure(4, words(1500, 17), address('2001:db8::1'), address('::1'), words(53, 5353, 0, 0x28));
    expect(
      startSflow().take(sflow({}, flowSample({}, v4), flowSample({}, v6), flowSample({}, v6, HEADER))),
    ).toMatchObject([
      { src: '10.0.0.1', dst: '10.0.0.2', src_port: 40_000, dst_port: 443, bytes: 1500, tcp_flags: 0x18, tos: 0x28 },
      { src: '2001:db8::1', dst: '::1', src_port: 53, dst_port: 5353, bytes: 1500, protocol: 17, tos: 0x28 },
      { src: '10.0.0.1', bytes: 540 },
    ]);
  });

  const UNTAGGED = rawHeader(ethernet(0x0800, ipv4({}, tcp(1, 2, 16, new Uint8Array(20)))));
  it.each([
    ['its source VLAN', words(20, 0, 30, 0), 20],
    ['its destination VLAN', words(0xffff_ffff, 0, 30, 0), 30],
    ['no VLAN that is not known', words(0xffff_ffff, 0, 0xffff_ffff, 0), 0],
  ])('without a tag has of the switch %s', (_, vlans, vlan) => {
    const rows = startSflow().take(
      sflow({}, flowSample({}, UNTAGGED, structure(1001, vlans)), flowSample({}, HEADER, structure(1001, vlans))),
    );
    expect(rows).toMatchObject([{ vlan }, { vlan: 12 }]);
  });

  it('has translation, names and rule of the records beside the header', () => {
    const records = [
      structure(1007, xdrAddress('192.0.2.77'), xdrAddress('2001:db8::77')),
      structure(1020, words(61_000, 8443)),
      structure(1004, words(106), xdrText('alice'), words(106), xdrText('bob')),
      structure(1005, words(2), xdrText('/index.html'), xdrText('shop.example')),
      structure(1037, words(101), xdrText('no-telnet'), words(1)),
      structure(1030, words(5002)),
    ];
    const other = flowSample({}, HEADER, structure(1037, words(101), xdrText(''), words(1)));
    expect(startSflow().take(sflow({}, flowSample({}, HEADER, ...records), other))).toMatchObject([
      {
        post_src: '192.0.2.77',
        post_dst: '2001:db8::77',
        post_src_port: 61_000,
        post_dst_port: 8443,
        user: 'alice',
        fqdn: 'shop.example',
        rule_id: 'no-telnet',
        vni: 5002,
      },
      { post_src: '::', post_dst: '::', post_src_port: 0, user: '', fqdn: '', rule_id: '101', vni: 0 },
    ]);
  });

  it('has host and user of an HTTP request, and the destination where no source user is named', () => {
    const strings = ['/a', 'shop.example', 'ref', 'agent', '10.1.1.1', 'carol', 'text/html'].map(xdrText);
    const request = structure(2206, words(2, 1001), ...strings, new Uint8Array(24));
    const destination = structure(1004, words(106), xdrText(''), words(106), xdrText('bob'));
    const long = structure(1005, words(2), xdrText('/'), xdrText('x'.repeat(300)));
    expect(
      startSflow().take(
        sflow({}, flowSample({}, HEADER, request), flowSample({}, HEADER, destination), flowSample({}, HEADER, long)),
      ),
    ).toMatchObject([{ fqdn: 'shop.example', user: 'carol' }, { user: 'bob' }, { fqdn: 'x'.repeat(255) }]);
  });

  it('passes over records that are not known, of other enterprises too', () => {
    const records = [structure(0xfff, words(1)), structure((8800 << 12) | 1, words(1, 2)), structure(1013, words(1))];
    expect(startSflow().take(sflow({}, flowSample({}, ...records, HEADER)))).toMatchObject([{ dst_port: 443 }]);
  });
});

describe('interfaces', () => {
  const DISCARDED_BY_ACL = 0x4000_0102;
  it.each([
    ['a source that is the input', flowSample({}, HEADER), 3, 4, 1, 0],
    ['a source that is the output', flowSample({ source: 4 }, HEADER), 3, 4, 2, 0],
    ['a source that is neither', flowSample({ source: 5 }, HEADER), 3, 4, 0, 0],
    ['a source that is no interface', flowSample({ sourceType: 2 }, HEADER), 3, 4, 0, 0],
    ['input and output alike', flowSample({ output: 3 }, HEADER), 3, 3, 0, 0],
    ['several outputs', flowSample({ output: 0x8000_0003 }, HEADER), 3, 0, 1, 0],
    ['the device itself', flowSample({ output: 0x3fff_ffff }, HEADER), 3, 0, 1, 0],
    ['a packet that an access list discarded', flowSample({ output: DISCARDED_BY_ACL }, HEADER), 3, 0, 1, 2],
    ['a packet discarded for want of buffers', flowSample({ output: 0x4000_0103 }, HEADER), 3, 0, 1, 0],
    ['large indices', expandedFlowSample({ input: 0x8000_0001, source: 0x8000_0001 }, HEADER), 0x8000_0001, 4, 1, 0],
    ['the device itself, expanded', expandedFlowSample({ output: 0xffff_ffff }, HEADER), 3, 0, 1, 0],
    ['several outputs, expanded', expandedFlowSample({ outputFormat: 2, output: 9 }, HEADER), 3, 0, 1, 0],
    ['an access list, expanded', expandedFlowSample({ outputFormat: 1, output: 258 }, HEADER), 3, 0, 1, 2],
    ['a rule, expanded', expandedFlowSample({ outputFormat: 1, output: 13 }, HEADER), 3, 0, 1, 2],
  ])('of %s', (_, sample, input, output, observed, verdict) => {
    expect(startSflow().take(sflow({}, sample))).toMatchObject([
      { input_interface: input, output_interface: output, observed, verdict },
    ]);
  });
});

describe('a discarded packet', () => {
  it('is a row of its own, denied where a rule was the reason', () => {
    const rows = startSflow().take(
      sflow({}, discardedSample({ reason: 258 }, HEADER), discardedSample({ reason: 257, output: 0 }, HEADER)),
    );
    expect(rows).toMatchObject([
      { verdict: 2, sampling_rate: 1, packets: 1, input_interface: 3, output_interface: 4, observed: 1 },
      { verdict: 0, output_interface: 0 },
    ]);
  });
});

describe('an agent', () => {
  it.each([
    ['IPv4', '192.0.2.9', '192.0.2.9'],
    ['IPv6', '2001:db8::9', '2001:db8::9'],
    ['no address, and so the sender', '', '198.51.100.1'],
    ['an empty address, and so the sender', '0.0.0.0', '198.51.100.1'],
  ])('is known by %s', (_, agent, exporter) => {
    const decoding = startSflow();
    expect(decoding.take(sflow({ agent, subAgent: 3 }, flowSample({}, HEADER)))).toMatchObject([
      { exporter, domain: 3 },
    ]);
    expect(decoding.only()).toMatchObject({ exporter, domain: 3, format: 'sflow', records: 1, datagrams: 1 });
  });

  it('does not mix with another whose datagram comes in between', () => {
    const decoding = startSflow();
    const rows = ['10.9.0.1', '10.9.0.2', '10.9.0.1'].flatMap((agent, index) =>
      decoding.take(sflow({ agent, sequence: index }, flowSample({}, HEADER))),
    );
    expect(rows.map(({ exporter }) => exporter)).toEqual(['10.9.0.1', '10.9.0.2', '10.9.0.1']);
  });

  it('counts what holds no flow, and has the last sampling rate', () => {
    const arp = rawHeader(ethernet(0x0806, new Uint8Array(46)));
    const decoding = startSflow();
    decoding.take(
      sflow({}, counterSample(), flowSample({}, arp), flowSample({}), structure(4, words(0, 0, 3, 0)), structure(77)),
      sflow({ sequence: 2 }, flowSample({ rate: 4000 }, HEADER)),
    );
    expect(decoding.only()).toMatchObject({
      records: 1,
      skipped: { counters: 2, 'no-addresses': 2, 'unknown-samples': 1 },
      rejects: [],
      samplingRate: 4000,
      samplingSource: 'records',
      lastSeenMicros: RECEIVED_MICROS,
    });
  });

  it('makes room for others when there are too many', () => {
    const decoding = startSflow({ limits: { exporters: 2, domainsPerExporter: 2 } });
    for (const subAgent of [1, 2, 3]) decoding.take(sflow({ agent: '10.9.0.1', subAgent }));
    for (const agent of ['10.9.0.1', '10.9.0.2', '10.9.0.3']) decoding.take(sflow({ agent, subAgent: 3 }));
    expect(decoding.health().map(({ exporter }) => exporter)).toEqual(['10.9.0.2', '10.9.0.3']);
  });
});

describe('a broken datagram', () => {
  const sample = flowSample({}, HEADER);
  it.each<[string, Uint8Array, string, number]>([
    ['without a header', be(5, 4), 'truncated', 0],
    ['with an address of no type', join(be(5, 4), be(3, 4), new Uint8Array(60)), 'truncated', 0],
    ['that states more samples', sflow({ count: 3 }, sample), 'truncated', 1],
    ['cut within a sample', sflow({}, sample, sample).subarray(0, -9), 'sample-length', 1],
    ['with more behind', join(sflow({}, sample), be(9, 4)), 'trailing-bytes', 1],
    ['with a sample too short', sflow({}, structure(1, words(1, 2)), sample), 'sample-length', 1],
    ['with an expanded sample too short', sflow({}, structure(3, words(1, 2)), sample), 'sample-length', 1],
    ['with a discard too short', sflow({}, structure(5, words(1, 2)), sample), 'sample-length', 1],
    [
      'with a record beyond its sample',
      sflow({}, structure(1, words(1, 3, 1, 1, 0, 3, 4, 1), words(1, 0xffff_fff0)), sample),
      'record-length',
      1,
    ],
    [
      'with fewer records than stated',
      sflow({}, structure(1, words(1, 3, 1, 1, 0, 3, 4, 0xffff_ffff), HEADER), sample),
      'record-length',
      1,
    ],
  ])('%s is counted, and the rest of it taken', (_, datagram, code, rows) => {
    const heard: string[] = [];
    const decoding = startSflow({ onReject: (reject) => heard.push(reject.code) });
    expect(decoding.take(datagram)).toHaveLength(rows);
    expect(decoding.only()).toMatchObject({ records: rows, rejects: [{ code, count: 1 }] });
    expect(heard).toEqual([code]);
  });
});
