import { readFileSync, readdirSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import * as fc from 'fast-check';
import { describeShared } from '../../../fixtures/shared-data';
import { recognise } from '../registry';
import { flowSample, rawHeader, sflow } from '../sflow/testing/datagrams';
import { be, ipfix, join, set, template, v4 } from '../testing/datagrams';
import { readFile } from '../testing/reading';

const message = ipfix(
  { domain: 5 },
  set(
    2,
    template(256, [
      [8, 4],
      [12, 4],
    ]),
  ),
  set(256, v4('10.0.0.1'), v4('10.0.0.2')),
);

const udp = (payload: Uint8Array): Uint8Array =>
  join(be(40000, 2), be(4739, 2), be(payload.length + 8, 2), be(0, 2), payload);

function ipv4(payload: Uint8Array, { flags = 0, protocol = 17 } = {}): Uint8Array {
  const header = [
    be(0x4500, 2),
    be(payload.length + 20, 2),
    be(77, 2),
    be(flags, 2),
    be(64, 1),
    be(protocol, 1),
    be(0, 2),
  ];
  return join(...header, v4('192.0.2.1'), v4('192.0.2.2'), payload);
}

const V6 = be(0x20010db8_00000000_00000000_00000001n, 16);
function ipv6(payload: Uint8Array, next = 17): Uint8Array {
  return join(be(0x60000000, 4), be(payload.length, 2), be(next, 1), be(64, 1), V6, V6, payload);
}

const ethernet = (ip: Uint8Array, ...types: number[]): Uint8Array =>
  join(
    new Uint8Array(12),
    ...types.map((type, index) => join(be(type, 2), index < types.length - 1 ? be(7, 2) : be(0, 0))),
    ip,
  );

/** Little-endian, as most machines write it. */
const le = (value: number, width: number): Uint8Array => be(value, width).reverse();

function pcapFile(linkType: number, ...packets: Uint8Array[]): Uint8Array {
  const records = packets.map((packet) =>
    join(le(1_700_000_000, 4), le(0, 4), le(packet.length, 4), le(packet.length, 4), packet),
  );
  return join(le(0xa1b2c3d4, 4), le(2, 2), le(4, 2), le(0, 8), le(65_535, 4), le(linkType, 4), ...records);
}

function block(type: number, body: Uint8Array): Uint8Array {
  const padded = join(body, new Uint8Array((4 - (body.length % 4)) % 4));
  const length = le(padded.length + 12, 4);
  return join(le(type, 4), length, padded, length);
}

function pcapngFile(linkType: number, ...packets: Uint8Array[]): Uint8Array {
  const section = block(0x0a0d0d0a, join(le(0x1a2b3c4d, 4), le(1, 2), le(0, 2), be(0xffff_ffff_ffff_ffffn, 8)));
  const names = block(4, new Uint8Array(40));
  const enhanced = packets.map((packet) =>
    block(6, join(le(0, 4), le(0, 8), le(packet.length, 4), le(packet.length, 4), packet)),
  );
  const simple = packets.map((packet) => block(3, join(le(packet.length, 4), packet)));
  return join(section, block(1, join(le(linkType, 2), le(0, 2), le(0, 4))), names, ...enhanced, ...simple);
}

describe('a capture', () => {
  it.each([
    ['Ethernet', pcapFile(1, ethernet(ipv4(udp(message)), 0x0800)), 1],
    ['Ethernet with two VLAN tags', pcapFile(1, ethernet(ipv4(udp(message)), 0x88a8, 0x8100, 0x0800)), 1],
    ['Linux cooked packets', pcapFile(113, join(new Uint8Array(14), be(0x0800, 2), ipv4(udp(message)))), 1],
    ['Linux cooked packets, version 2', pcapFile(276, join(be(0x86dd, 2), new Uint8Array(18), ipv6(udp(message)))), 1],
    ['raw IP', pcapFile(101, ipv4(udp(message)), ipv6(udp(message))), 2],
    ['IPv6 with extension headers', pcapFile(101, ipv6(join(be(17, 1), be(0, 7), udp(message)), 60)), 1],
    ['loopback', pcapFile(0, join(be(2, 4), ipv4(udp(message)))), 1],
    ['pcapng', pcapngFile(1, ethernet(ipv4(udp(message)), 0x0800)), 2],
  ])('of %s is recognised and its exports are read, in any chunks', async (_, file, rows) => {
    expect(recognise(file)?.name).toBe('pcap');
    for (const chunk of [3, 1000]) {
      const { report } = await readFile('pcap', file, chunk);
      expect(report).toMatchObject({ rows, rejected: 0, skipped: 0 });
    }
  });

  it('names the exporter by the sender of its datagrams', async () => {
    const { report, rows } = await readFile('pcap', pcapFile(101, ipv6(udp(message)), ipv4(udp(message))), 100);
    expect(report.exporters).toEqual(['192.0.2.1 domain 5', '2001:db8::1 domain 5']);
    expect(rows.map(({ exporter }) => exporter)).toEqual(['2001:db8::1', '192.0.2.1']);
  });

  it('passes over what is no export', async () => {
    const others = [ipv4(udp(Buffer.from('hello'))), ipv4(message, { protocol: 6 }), Buffer.from('no packet')];
    const { report } = await readFile('pcap', pcapFile(101, ...others, ipv4(udp(message))), 100);
    expect(report).toMatchObject({ rows: 1, skipped: 3, rejected: 0 });
  });

  it('gives sFlow, whatever the port', async () => {
    const inside = ethernet(ipv4(join(be(1, 2), be(2, 2), new Uint8Array(16)), { protocol: 6 }), 0x0800);
    const { report, rows } = await readFile(
      'pcap',
      pcapFile(101, ipv4(udp(sflow({}, flowSample({}, rawHeader(inside)))))),
      100,
    );
    expect(report).toMatchObject({ rows: 1, rejected: 0, exporters: ['192.0.2.9 domain 0'] });
    expect(rows).toMatchObject([{ format: 'sflow', src_port: 1, dst_port: 2 }]);
  });

  it('of no exports at all says so', async () => {
    const { report } = await readFile('pcap', pcapFile(101, ipv4(udp(Buffer.from('hello')))), 100);
    expect(report).toMatchObject({ rows: 0, rejects: [{ code: 'no-exports', where: { packets: 1 } }] });
    const strange = await readFile('pcap', pcapFile(147, ipv4(udp(message))), 100);
    expect(strange.report.rejects).toMatchObject([{ code: 'link-type' }, { code: 'no-exports' }]);
  });

  it('puts fragments together in any order, and counts those that stay alone', async () => {
    const whole = udp(message);
    const [first, second] = [ipv4(whole.subarray(0, 24), { flags: 0x2000 }), ipv4(whole.subarray(24), { flags: 3 })];
    const { report } = await readFile('pcap', pcapFile(101, second, first, first), 100);
    expect(report).toMatchObject({ rows: 1, rejected: 1, rejects: [{ code: 'fragment' }] });
  });

  it('that breaks off gives what is whole, and says where', async () => {
    const file = pcapFile(101, ipv4(udp(message)), ipv4(udp(message))).subarray(0, -5);
    const { report } = await readFile('pcap', file, 100);
    expect(report).toMatchObject({
      rows: 1,
      rejects: [{ code: 'broken-capture', message: 'the file ends within packet 2' }],
    });
  });

  it('that states an absurd packet stops there', async () => {
    const file = join(pcapFile(101, ipv4(udp(message))), le(0, 8), le(0x7fff_ffff, 4), le(0, 4));
    const { report } = await readFile('pcap', file, 100);
    expect(report).toMatchObject({ rows: 1, rejects: [{ code: 'broken-capture' }] });
  });

  it('with damage anywhere is read without a throw', async () => {
    const sound = [
      pcapFile(1, ethernet(ipv4(udp(message)), 0x0800)),
      pcapngFile(101, ipv4(udp(message)), ipv6(udp(message))),
    ];
    const damage = fc.tuple(
      fc.constantFrom(...sound),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }),
      fc.nat(),
    );
    await fc.assert(
      fc.asyncProperty(damage, async ([file, changes, cut]) => {
        const hurt = file.slice(0, 8 + (cut % (file.length - 7)));
        // The magic stays, or it is no capture at all.
        for (const [at, value] of changes) hurt[12 + (at % hurt.length)] = value;
        const { report } = await readFile('pcap', hurt, 50);
        expect(report.rows + report.rejected).toBeGreaterThan(0);
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});

describe('a captured connection', () => {
  const [FIN, SYN, ACK] = [1, 2, 16];
  const tcp = (sequence: number, payload: Uint8Array, flags = ACK): Uint8Array =>
    ipv4(join(be(40_000, 2), be(4739, 2), be(sequence, 4), be(0, 4), be(0x50, 1), be(flags, 1), be(0, 6), payload), {
      protocol: 6,
    });
  const announcement = ipfix(
    { domain: 5 },
    set(
      2,
      template(256, [
        [8, 4],
        [12, 4],
      ]),
    ),
  );
  const data = (sequence: number): Uint8Array =>
    ipfix({ domain: 5, sequence }, set(256, v4('10.0.0.1'), v4('10.0.0.2')));
  const stream = join(announcement, data(0), data(1), data(2));
  /** Segments of so many bytes, the first at the wrap of the sequence numbers. */
  const FIRST = 0xffff_fff0;
  const segments = (bytes: number): Uint8Array[] =>
    Array.from({ length: Math.ceil(stream.length / bytes) }, (_, i) =>
      tcp((FIRST + i * bytes) >>> 0, stream.subarray(i * bytes, (i + 1) * bytes)),
    );
  const read = async (...packets: Uint8Array[]): ReturnType<typeof readFile> =>
    readFile('pcap', pcapFile(101, ...packets), 100);

  it.each([24, 37, 1000])('of IPFIX is read in segments of %s bytes', async (bytes) => {
    const { report } = await read(tcp(FIRST - 1, new Uint8Array(0), SYN), ...segments(bytes));
    expect(report).toMatchObject({ rows: 3, rejected: 0, lost: 0, skipped: 1, exporters: ['192.0.2.1 domain 5'] });
  });

  it('is put in order, and what was sent again is taken once', async () => {
    const [first, second, third, ...others] = segments(30);
    if (!first || !second || !third) throw new Error('too few segments');
    const again = tcp(FIRST, stream.subarray(0, 45));
    const { report } = await read(first, third, first, again, second, third, ...others);
    expect(report).toMatchObject({ rows: 3, rejected: 0 });
  });

  it('goes on at the next message behind bytes that were not captured', async () => {
    const at = (sequence: number, message_: Uint8Array): Uint8Array => tcp(sequence, message_);
    const later = Array.from({ length: 40 }, (_, i) => at(5000 + i * data(0).length, data(i)));
    const { report } = await read(at(1000, announcement), at(4000, Buffer.from('the end of one')), ...later);
    expect(report).toMatchObject({ rows: 40, rejected: 2 });
    expect(report.rejects.map(({ code }) => code)).toEqual(['tcp-gap', 'tcp-gap']);
  });

  it('that stops making sense is rejected, and followed from where it does again', async () => {
    const strange = Buffer.from('something else');
    const { report } = await read(
      tcp(0, announcement),
      tcp(announcement.length, strange),
      tcp(announcement.length + strange.length, data(0)),
    );
    expect(report).toMatchObject({ rows: 1, rejects: [{ code: 'stream-version' }] });
  });

  it('that ends within a message says so, and a new one with its ports starts anew', async () => {
    const { report } = await read(tcp(0, stream.subarray(0, 70)), tcp(70, new Uint8Array(0), FIN), tcp(9, stream));
    expect(report.rejects).toMatchObject([{ code: 'truncated', where: { packet: 2 } }]);
    expect(report.rows).toBe(4);
  });

  it('of something else is passed over', async () => {
    expect((await read(tcp(0, Buffer.from('GET / HTTP/1.1')))).report).toMatchObject({ skipped: 1, rows: 0 });
  });
});

describeShared('captures of vendor cases', ['flow-exports', 'vendors', 'cases_pcap'], (path) => {
  // The malformed v5 datagrams are no exports.
  const cases = readdirSync(path).filter((name) => !name.startsWith('Netflow_5_invalid'));
  it.each(cases.sort())('%s is recognised and read', async (name) => {
    const file = readFileSync(joinPath(path, name));
    expect(recognise(file)?.name).toBe('pcap');
    const { report } = await readFile('pcap', file, 65_536);
    expect(report.rejects.filter(({ code }) => ['broken-capture', 'no-exports'].includes(code))).toEqual([]);
  });
});

describeShared('biflows of softflowd', ['direction'], (path) => {
  const cases = readdirSync(path).sort();

  it.each(cases)(
    '%s: packets of both directions are those of the capture, and no direction is made up',
    async (name) => {
      const read = (file: string): Promise<Awaited<ReturnType<typeof readFile>>> =>
        readFile('pcap', readFileSync(joinPath(path, name, file)), 65_536);
      const biflows = (await read('ipfix_biflow.pcap')).rows;
      const uniflows = (await read('ipfix.pcap')).rows;
      const sum = (rows: readonly Record<string, number | string>[], column: string): number =>
        rows.reduce((total, row) => total + Number(row[column] ?? 0), 0);
      expect(sum(biflows, 'packets') + sum(biflows, 'reverse_packets')).toBe(sum(uniflows, 'packets'));
      expect(biflows.every(({ initiator }) => initiator === 0)).toBe(true);
    },
  );

  it.each(cases)('%s: nothing is rejected or lost in any version', async (name) => {
    for (const file of ['nfv5.pcap', 'nfv9.pcap', 'ipfix.pcap', 'ipfix_biflow.pcap']) {
      const { report } = await readFile('pcap', readFileSync(joinPath(path, name, file)), 65_536);
      // One of the captures has no packets.
      expect(report.rejects.filter(({ where }) => where.packets !== 0)).toEqual([]);
      expect(report.lost).toBe(0);
    }
  });
});
