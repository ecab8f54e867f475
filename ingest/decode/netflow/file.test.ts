import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { describeShared } from '../../../fixtures/shared-data';
import { recognise } from '../registry';
import { be, ipfix, join, netflow5, netflow5Record, netflow9, set, template, v4 } from '../testing/datagrams';
import { readFile } from '../testing/reading';

const pair = join(v4('10.0.0.1'), v4('10.0.0.2'));
const fields = [
  [8, 4],
  [12, 4],
] as const;
const v9 = (sequence: number): Uint8Array => netflow9({ sequence }, set(0, template(256, fields)), set(256, pair));
const message = (sequence: number): Uint8Array =>
  ipfix({ sequence }, set(2, template(256, fields)), set(256, pair, pair));

describe('a file of datagrams', () => {
  it.each([
    [
      'netflow5',
      join(netflow5({ sequence: 0 }, netflow5Record()), netflow5({ sequence: 1 }, netflow5Record(), netflow5Record())),
      3,
    ],
    ['netflow9', join(v9(1), v9(2), v9(3)), 3],
    ['netflow9', join(v9(1), new Uint8Array(700), v9(2)), 2],
    ['ipfix', join(message(0), message(2)), 4],
    ['ipfix', join(message(0), v9(1), netflow5({}, netflow5Record())), 4],
  ])('of %s is recognised and read to its end, in any chunks', async (name, file, rows) => {
    expect(recognise(file)?.name).toBe(name);
    for (const chunk of [1, 7, 64, 100_000]) {
      const { report, rows: found } = await readFile(name, file, chunk);
      expect(report).toMatchObject({ rows, rejected: 0, lost: 0 });
      expect(found).toHaveLength(rows);
    }
  });

  it('that breaks off gives what is whole, and says where', async () => {
    const file = join(message(0), message(2)).subarray(0, -3);
    const { report } = await readFile('ipfix', file, 50);
    expect(report.rows).toBe(3);
    expect(report.rejects[0]).toMatchObject({ code: 'truncated', where: { offset: message(0).length } });
  });

  it('with something else in it goes on behind that', async () => {
    const noise = new Uint8Array(100_000).fill(10);
    const { report } = await readFile('ipfix', join(message(0), noise, message(2)), 4096);
    expect(report).toMatchObject({ rows: 4, rejected: 1 });
    expect(report.rejects).toMatchObject([{ code: 'not-an-export', where: { offset: message(0).length } }]);
  });

  it('without its template says so', async () => {
    const { report } = await readFile('ipfix', ipfix({}, set(256, pair)), 100);
    expect(report).toMatchObject({ rows: 0, rejected: 1, rejects: [{ code: 'unknown-template' }] });
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a word of 9', be(9, 2)],
    ['text', Buffer.from('hello')],
    ['v5 of too many records', netflow5({ count: 4000 }, netflow5Record())],
    ['v9 of no sets', join(be(9, 2), be(1, 18))],
    ['IPFIX of a reserved set', ipfix({}, set(77, pair))],
  ])('is not made of %s', (_, bytes) => {
    expect(recognise(bytes)).toBeUndefined();
  });
});

describeShared('an RFC 5655 file', ['flow-exports', 'ipfix-file', 'example_flows.ipfix'], (path) => {
  it('gives the totals of nfdump', async () => {
    const file = readFileSync(path);
    expect(recognise(file)?.name).toBe('ipfix');
    const { report, rows } = await readFile('ipfix', file, 4096);
    const sum = (column: 'packets' | 'bytes'): number =>
      rows.reduce((total, row) => total + Number(row[column] ?? 0), 0);
    expect([rows.length, sum('packets'), sum('bytes')]).toEqual([3979, 56_695, 49_001_404]);
    expect(report).toMatchObject({ rows: 3979, rejected: 0 });
  });
});

describeShared('single payloads', ['flow-exports', 'vendors', 'data'], (path) => {
  it('are recognised by content, all but the malformed', () => {
    const unknown = readdirSync(path).filter((name) => recognise(readFileSync(joinPath(path, name))) === undefined);
    expect(unknown).toEqual(['netflow5_test_invalid01.dat', 'netflow5_test_invalid02.dat']);
  });

  it('of several joined v5 datagrams are all read', async () => {
    const { report } = await readFile('netflow5', readFileSync(joinPath(path, 'netflow5.dat')), 4096);
    expect(report.rows).toBe(30);
  });
});

describeShared('softflowd exports', ['pcap-oracle'], (path) => {
  const captures = readdirSync(joinPath(path, 'truth')).map((name) => name.replace('.csv', ''));
  const cases = captures.flatMap((capture) => ['v5', 'v9', 'v10'].map((version) => [capture, version] as const));

  it.each(cases)('of %s in %s have the flows and packets of the capture', async (capture, version) => {
    const file = joinPath(path, 'export', `${capture}.${version}.dgrams`);
    if (!existsSync(file)) return;
    const { rows } = await readFile(
      { v5: 'netflow5', v9: 'netflow9', v10: 'ipfix' }[version] ?? '',
      unframe(readFileSync(file)),
      1000,
    );
    const truth = readFileSync(joinPath(path, 'truth', `${capture}.csv`), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const expected = truth.map((line) => {
      const [src, dst, protocol, srcPort, dstPort, packets] = line.split(',');
      return {
        src,
        dst,
        protocol: Number(protocol),
        ports: portsOf(Number(protocol), srcPort, dstPort),
        packets: Number(packets),
      };
    });
    const found = rows.map(({ src, dst, protocol, src_port: srcPort, dst_port: dstPort, packets }) => {
      return { src, dst, protocol, ports: portsOf(Number(protocol), srcPort, dstPort), packets };
    });
    expect(found.map((flow) => JSON.stringify(flow)).sort()).toEqual(
      expected.map((flow) => JSON.stringify(flow)).sort(),
    );
  });
});

/** The truth has no ports for ICMP, where flow records have type and code. */
function portsOf(protocol: number, ...ports: readonly unknown[]): string {
  return protocol === 1 ? '' : ports.join(' ');
}

/** The payloads behind their 4-byte lengths. */
function unframe(file: Buffer): Uint8Array {
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < file.length; at += 4 + file.readUInt32BE(at)) {
    payloads.push(file.subarray(at + 4, at + 4 + file.readUInt32BE(at)));
  }
  return join(...payloads);
}
