import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describeShared } from '../../../fixtures/shared-data';
import type { Store } from '../../store';
import { recognise } from '../registry';
import { type Loaded, loadLines, withEngine } from '../testing/engine';
import { zeek } from '.';

jest.setTimeout(120_000);

let store: Store;
withEngine((opened) => (store = opened));

const ENDS = { 'id.orig_h': '10.0.0.1', 'id.orig_p': 40000, 'id.resp_h': '10.0.0.2' };
const CONN = {
  _path: 'conn',
  ts: 1700000000.25,
  uid: 'C1',
  ...ENDS,
  'id.resp_p': 443,
  proto: 'tcp',
  service: 'ssl',
  duration: 1.5,
  orig_bytes: 300,
  resp_bytes: 900,
  conn_state: 'SF',
  history: 'ShADadFf',
  orig_pkts: 6,
  orig_ip_bytes: 620,
  resp_pkts: 5,
  resp_ip_bytes: 1160,
};

const json = (...lines: object[]): Promise<Loaded> =>
  loadLines(store, zeek, lines.map((line) => JSON.stringify(line)).join('\n'));

/** A TSV log with one record. */
const tsv = (path: string, record: Readonly<Record<string, string>>): string =>
  [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    `#path\t${path}`,
    '#open\t2023-11-14-22-13-20',
    `#fields\t${Object.keys(record).join('\t')}`,
    `#types\t${Object.keys(record)
      .map(() => 'string')
      .join('\t')}`,
    Object.values(record).join('\t'),
    '#close\t2023-11-14-23-00-00',
  ].join('\n');

describe('Zeek conn', () => {
  const expected = {
    domain: 0,
    format: 'zeek',
    start: 1700000000.25,
    end: 1700000001.75,
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
    reverse_tcp_flags: 27,
    initiator: 1,
    sampling_rate: 1,
    l7: 'ssl',
  };

  const { 'id.orig_h': orig_h, 'id.orig_p': orig_p, 'id.resp_h': resp_h, 'id.resp_p': resp_p, ...rest } = CONN;
  const { _path, ...unnamed } = CONN;
  it('reads JSON with dots, underscores or an object, times as numbers or text, named or not', async () => {
    const { rows, rejects } = await json(
      CONN,
      { ...rest, id_orig_h: orig_h, id_orig_p: orig_p, id_resp_h: resp_h, id_resp_p: resp_p },
      { ...rest, id: { orig_h, orig_p, resp_h, resp_p } },
      { ...CONN, ts: '2023-11-14T22:13:20.250000Z' },
      unnamed,
      { ...unnamed, '@stream': 'conn', '@system': 'sensor-1' },
    );
    expect(rejects).toEqual([]);
    expect(rows).toMatchObject([...Array.from({ length: 5 }, () => expected), { ...expected, reporter: 'sensor-1' }]);
  });

  it('reads TSV in any order, with what is unset', async () => {
    const record = Object.fromEntries(Object.entries(unnamed).map(([name, value]) => [name, String(value)]));
    const text = tsv('conn', { extra: 'x', ...record, vlan: '-', tunnel_parents: '(empty)' });
    expect(await loadLines(store, zeek, text)).toMatchObject({ rows: [expected], skipped: 9, lost: 0, rejects: [] });
    expect(await loadLines(store, zeek, text.replaceAll('\n', '\r\n'))).toMatchObject({
      rows: [expected],
      rejects: [],
    });
    const commas = text.replaceAll('\t', ';').replace('\\x09', ';').replaceAll('-;', 'NA;').replace(';-', ';NA');
    expect(await loadLines(store, zeek, commas)).toMatchObject({ rows: [expected], rejects: [] });
  });

  it('says who opened it, and what was answered, by history', async () => {
    const cases = [
      { history: 'S', conn_state: 'S0', tcp_flags: 2, reverse_tcp_flags: 0, initiator: 1 },
      { history: 'Sr', conn_state: 'REJ', tcp_flags: 2, reverse_tcp_flags: 4, initiator: 1 },
      { history: 'ShADadR', conn_state: 'RSTO', tcp_flags: 30, reverse_tcp_flags: 26, initiator: 1 },
      { history: '^hADad', conn_state: 'OTH', tcp_flags: 24, reverse_tcp_flags: 26, initiator: 1 },
      { history: '^dDaA', conn_state: 'OTH', tcp_flags: 24, reverse_tcp_flags: 24, initiator: 0 },
      { history: '^sHad', conn_state: 'OTH', tcp_flags: 18, reverse_tcp_flags: 26, initiator: 2 },
      { history: 'DadA', conn_state: 'OTH', tcp_flags: 24, reverse_tcp_flags: 24, initiator: 0 },
      { history: '-', conn_state: 'OTH', tcp_flags: 0, reverse_tcp_flags: 0, initiator: 0 },
      { history: '-', conn_state: 'SF', tcp_flags: 0, reverse_tcp_flags: 0, initiator: 1 },
    ];
    const { rows } = await json(
      ...cases.map(({ history, conn_state }) => ({ ...CONN, history, conn_state })),
      { ...CONN, proto: 'udp', history: 'Dd' },
      { ...CONN, proto: 'udp', history: '^Dd' },
    );
    expect(rows).toMatchObject([
      ...cases.map(({ tcp_flags, reverse_tcp_flags, initiator }) => ({ tcp_flags, reverse_tcp_flags, initiator })),
      { tcp_flags: 0, initiator: 1 },
      { tcp_flags: 0, initiator: 0 },
    ]);
  });

  it('takes ICMP types and codes from the ports, which are two types where a message has a reply', async () => {
    const icmp = (type: number, code: number, address = '10.0.0.1') => ({
      ...CONN,
      proto: 'icmp',
      'id.orig_h': address,
      'id.resp_h': address,
      'id.orig_p': type,
      'id.resp_p': code,
    });
    const { rows } = await json(
      icmp(8, 0),
      icmp(3, 13),
      icmp(13, 14),
      icmp(128, 129, '2001:db8::1'),
      icmp(1, 4, 'fe80::1'),
    );
    expect(rows.map(({ protocol, src_port, dst_port }) => [protocol, src_port, dst_port])).toEqual([
      [1, 0, 2048],
      [1, 0, 3 * 256 + 13],
      [1, 0, 13 * 256],
      [58, 0, 128 * 256],
      [58, 0, 256 + 4],
    ]);
  });
});

describe('other logs of Zeek', () => {
  const at = { ts: 1700000000, uid: 'C1', ...ENDS };
  const cases: readonly (readonly [path: string, fields: object, expected: object])[] = [
    [
      'dns',
      { 'id.resp_p': 53, proto: 'udp', query: 'Www.Example.org', rcode: 0 },
      { protocol: 17, l7: 'dns', fqdn: 'www.example.org', reverse_packets: 1 },
    ],
    [
      'dns',
      { 'id.resp_p': 53, proto: 'tcp', query: 'example.org' },
      { protocol: 6, tcp_flags: 24, reverse_packets: 0 },
    ],
    [
      'ssl',
      { 'id.resp_p': 443, version: 'TLSv12', server_name: 'a.example.org' },
      { protocol: 6, l7: 'ssl', fqdn: 'a.example.org', tls_version: 'TLSv1.2' },
    ],
    [
      'http',
      { 'id.resp_p': 80, host: 'b.example.org:8080', method: 'GET', uri: '/' },
      { l7: 'http', fqdn: 'b.example.org' },
    ],
    ['http', { 'id.resp_p': 80, host: '10.0.0.2', method: 'GET', username: 'ann' }, { fqdn: '', user: 'ann' }],
    [
      'kerberos',
      { 'id.resp_p': 88, request_type: 'AS', client: 'ann/EXAMPLE.ORG', service: 'krbtgt/EXAMPLE.ORG' },
      { protocol: 6, l7: 'krb_tcp', user: 'ann/EXAMPLE.ORG' },
    ],
    [
      'ntlm',
      { 'id.resp_p': 445, username: 'ann', domainname: 'EXAMPLE', success: true },
      { l7: 'ntlm', user: 'EXAMPLE\\ann' },
    ],
    ['rdp', { 'id.resp_p': 3389, cookie: 'ann' }, { l7: 'rdp', user: 'ann' }],
    ['ftp', { 'id.resp_p': 21, user: '<unknown>' }, { l7: 'ftp', user: '' }],
    ['ldap', { 'id.resp_p': 389, opcode: 'bind simple', object: 'cn=ann' }, { l7: 'ldap_tcp', user: 'cn=ann' }],
    ['smb_files', { 'id.resp_p': 445, action: 'SMB::FILE_OPEN' }, { l7: 'smb' }],
    [
      'radius',
      { 'id.resp_p': 1812, username: 'ann', result: 'success' },
      { protocol: 17, user: 'ann', reverse_packets: 1 },
    ],
    ['ntp', { 'id.resp_p': 123, mode: 4 }, { protocol: 17, l7: 'ntp', reverse_packets: 1 }],
    [
      'notice',
      { 'id.resp_p': 22, proto: 'tcp', note: 'SSH::Password_Guessing' },
      { l7: '', alert: 'SSH::Password_Guessing', tcp_flags: 0 },
    ],
    ['of_a_package', { 'id.resp_p': 9, proto: 'sctp' }, { protocol: 132, l7: 'of_a_package' }],
  ];

  it('are flows without packets', async () => {
    const { rows, rejects } = await json(...cases.map(([path, fields]) => ({ _path: path, ...at, ...fields })));
    expect(rejects).toEqual([]);
    const flow = { domain: 1, packets: 0, bytes: 0, initiator: 1, src_port: 40000 };
    expect(rows).toMatchObject(cases.map(([, , expected]) => ({ ...flow, ...expected })));
  });

  it('are told by their fields where they are not named, whatever of them is unset', async () => {
    const { rows, rejects } = await json(
      { ...at, 'id.resp_p': 53, proto: 'udp', query: 'example.org', client: null, note: '-' },
      { ...at, 'id.resp_p': 443, version: 'TLSv13', server_name: 'example.org', established: true },
      { ...at, 'id.resp_p': 88, client: 'ann', service: 'krbtgt' },
    );
    expect(rejects).toEqual([]);
    expect(rows).toMatchObject([
      { l7: 'dns', fqdn: 'example.org', alert: '' },
      { l7: 'ssl', tls_version: 'TLSv1.3' },
      { l7: 'krb_tcp', user: 'ann' },
    ]);
  });

  it('are the same flows as TSV', async () => {
    const [path, fields, expected] = cases[2] ?? ['', {}, {}];
    const record = Object.entries({ ...at, ...fields }).map(([name, value]) => [name, String(value)]);
    const log = tsv(path, Object.fromEntries(record) as Record<string, string>);
    expect(await loadLines(store, zeek, log)).toMatchObject({ rows: [expected], rejects: [] });
  });

  it('are passed over where they are no flows, and counted as lost where they tell what Zeek was not given', async () => {
    const passed = [
      ['weird', { ...at, 'id.resp_p': 80, name: 'bad_TCP_checksum' }],
      ['x509', { ts: 1, fingerprint: 'ab' }],
      ['known_hosts', { ts: 1, host: '10.0.0.9' }],
      ['capture_loss', { ts: 1, gaps: 0, acks: 100, percent_lost: 0 }],
      ['dhcp', { ts: 1, client_addr: '10.0.0.9' }],
    ];
    const lost = [
      ['capture_loss', { ts: 1, gaps: 7, acks: 100, percent_lost: 7 }],
      ['stats', { ts: 1, pkts_dropped: 3 }],
    ];
    const lines = [...passed, ...lost].map(([path, line]) => Object.assign({ _path: path }, line));
    expect(await json(...lines)).toMatchObject({
      rows: [],
      skipped: passed.length,
      lost: lost.length,
      rejects: [],
    });
  });

  it('tells listeners, names and users', async () => {
    const { sightings } = await json(
      { _path: 'known_services', ts: 5, host: '10.0.0.2', port_num: 8080, port_proto: 'tcp', service: ['HTTP', 'SSL'] },
      { _path: 'software', ts: 5, host: '10.0.0.2', host_p: 22, software_type: 'SSH::SERVER', name: 'OpenSSH' },
      { _path: 'software', ts: 5, host: '10.0.0.2', software_type: 'HTTP::BROWSER', name: 'Firefox' },
      {
        _path: 'dns',
        ...at,
        'id.resp_p': 53,
        proto: 'udp',
        query: 'a.example.org',
        answers: ['b.example.org', '192.0.2.1', '2001:db8::1'],
      },
      { _path: 'ssl', ...at, 'id.resp_p': 443, server_name: 'c.example.org', established: true },
      { _path: 'ssl', ...at, 'id.resp_p': 443, server_name: 'd.example.org', established: false },
      { _path: 'http', ...at, 'id.resp_p': 3128, host: 'e.example.org', method: 'GET', uri: 'http://e.example.org/' },
      { _path: 'ntlm', ...at, 'id.resp_p': 445, username: 'ann', success: true },
      { _path: 'ntlm', ...at, 'id.resp_p': 445, username: 'eve', success: false },
      { _path: 'radius', ...at, 'id.resp_p': 1812, username: 'ben', framed_addr: '10.0.0.77' },
      {
        _path: 'dhcp',
        ts: 5,
        client_addr: '10.0.0.9',
        server_addr: '10.0.0.2',
        assigned_addr: '10.0.0.9',
        host_name: 'printer',
      },
    );
    expect(sightings.map(({ kind, address, protocol, port, value }) => [kind, address, protocol, port, value])).toEqual(
      [
        ['listener', '::ffff:10.0.0.2', 6, 8080, 'http,ssl'],
        ['listener', '::ffff:10.0.0.2', 6, 22, 'OpenSSH'],
        ['name', '::ffff:192.0.2.1', 0, 0, 'a.example.org'],
        ['name', '2001:db8::1', 0, 0, 'a.example.org'],
        ['name', '::ffff:10.0.0.2', 6, 443, 'c.example.org'],
        ['user', '::ffff:10.0.0.1', 0, 0, 'ann'],
        ['user', '::ffff:10.0.0.77', 0, 0, 'ben'],
        ['name', '::ffff:10.0.0.9', 0, 0, 'printer'],
      ],
    );
  });
});

describe('broken lines of Zeek', () => {
  it('are rejected, saying why, and sink no other', async () => {
    const cases = [
      ['the line is not valid JSON', '{"ts":1,"_path":"conn"'],
      ['the line is no JSON object with a ts', '{"_path":"conn"}'],
      ['the line is no JSON object with a ts', '[1,2,3]'],
      ['the line has no originator and responder (id.orig_h, id.resp_h)', '{"_path":"conn","ts":1}'],
      ['the line names neither its log nor its transport protocol', JSON.stringify({ ts: 1, ...ENDS })],
      ['ts is not a time: "soon"', JSON.stringify({ ...CONN, ts: 'soon' })],
      ['ts is not a time: "-5"', JSON.stringify({ ...CONN, ts: -5 })],
      ['ts is not a time: "nan"', JSON.stringify({ ...CONN, ts: 'nan' })],
      ['id.orig_h is not an IP address: "nowhere"', JSON.stringify({ ...CONN, 'id.orig_h': 'nowhere' })],
      ['id.resp_p is not a port: "65536"', JSON.stringify({ ...CONN, 'id.resp_p': 65536 })],
      ['orig_pkts is not a count: "-3"', JSON.stringify({ ...CONN, orig_pkts: -3 })],
      ['orig_ip_bytes is not a count: "{"a":1}"', JSON.stringify({ ...CONN, orig_ip_bytes: { a: 1 } })],
      ['duration is not a time in seconds: "inf"', JSON.stringify({ ...CONN, duration: 'inf' })],
      ['proto is not a transport protocol: "carrier pigeon"', JSON.stringify({ ...CONN, proto: 'carrier pigeon' })],
      ['the line is not valid JSON', `{"ts":1e999,"_path":"conn"}`],
      ['the line is not valid JSON', `{"ts":1,"a":${'['.repeat(5000)}`],
    ];
    const text = [JSON.stringify(CONN), ...cases.map(([, line]) => line), JSON.stringify(CONN)].join('\n');
    const { rows, rejects } = await loadLines(store, zeek, text);
    expect(rows).toHaveLength(2);
    expect(rejects).toEqual(cases.map(([reason]) => reason));
  });

  it('keep the good in them: escapes, NUL and bytes that are not UTF-8', async () => {
    const bytes = Buffer.from(JSON.stringify({ ...CONN, service: 'a\u0000b?' }));
    bytes[bytes.indexOf('?')] = 0xff;
    const { rows, rejects } = await loadLines(store, zeek, bytes);
    expect(rejects).toEqual([]);
    expect(rows).toMatchObject([{ l7: 'a\u0000b\ufffd' }]);
  });

  it('are those of a second TSV log of other fields, as far as they can be told', async () => {
    const conn = tsv('conn', { ts: '1', 'id.orig_h': '10.0.0.1', 'id.resp_h': '10.0.0.2', proto: 'tcp' });
    const other = tsv('dns', { ts: '1', 'id.resp_h': '10.0.0.2', query: 'example.org' });
    const { rows, rejects } = await loadLines(store, zeek, `${conn}\n${conn}\n${other}`);
    expect(rows).toHaveLength(2);
    expect(rejects).toEqual([
      'other #fields than those the file starts with: what follows belongs into a file of its own',
      'expected 4 fields, found 3',
    ]);
  });

  it('a log without #fields is refused', () => {
    expect(() => zeek.plan(Buffer.from('#separator \\x09\n1\t2'))).toThrow(
      expect.objectContaining({ code: 'unknown-fields' }),
    );
  });

  it.each(['{"ts":1}', '{"timestamp":"2023","event_type":"flow"}', '# a comment', ''])('"%s" is not Zeek', (text) => {
    expect(zeek.recognise(Buffer.from(text))).toBe(false);
  });
});

describeShared('Zeek logs of two networks', ['zeek'], (path) => {
  const logs = ['apt29-day1', 'wrccdc2018'].flatMap((set) =>
    readdirSync(join(path, set))
      .filter((name) => name.includes('.log'))
      .map((name) => join(set, name)),
  );
  it.each(logs)('%s: no line is lost', async (name) => {
    const file = readFileSync(join(path, name));
    const log = name.endsWith('.gz') ? gunzipSync(file) : file;
    expect(recognise(log.subarray(0, 65_536))?.name).toBe('zeek');
    const { rows, skipped, lost, rejects, sightings } = await loadLines(store, zeek, log);
    expect(rejects).toEqual([]);
    expect(rows.length + skipped + lost).toBe(log.toString('latin1').trimEnd().split('\n').length);
    expect(rows.length + sightings.length).toBeGreaterThan(0);
  });
});
