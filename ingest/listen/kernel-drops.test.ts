import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelDrops, localEnd, parseUdpTable } from './kernel-drops';

const HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops';
const line = (local: string, inode: number, drops: number): string =>
  ` 1234: ${local} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 ${inode} 2 0000000029ff19f9 ${drops}`;

describe('the table of UDP sockets', () => {
  it('is read by its columns, not by its header', () => {
    expect(parseUdpTable(`${HEADER}\n${line('0100007F:0807', 42, 7)}\n cut off\n`)).toEqual([
      { local: '0100007F:0807', inode: 42, drops: 7 },
    ]);
    expect(parseUdpTable('')).toEqual([]);
  });

  it.each([
    ['127.0.0.1', 2055, false, '0100007F:0807'],
    ['127.0.0.1', 2055, true, '7F000001:0807'],
    ['0.0.0.0', 6343, false, '00000000:18C7'],
    ['::1', 4739, false, '00000000000000000000000001000000:1283'],
    ['2001:db8::1', 1, true, '20010DB8000000000000000000000001:0001'],
  ])('names %s port %i (big-endian host: %s) as the kernel does', (address, port, bigEndian, text) => {
    expect(localEnd(address, port, bigEndian)).toBe(text);
  });
});

describe('drops of a socket', () => {
  let proc: string;
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'wayleave-proc-'));
    mkdirSync(join(proc, 'net'));
    mkdirSync(join(proc, 'self', 'fd'), { recursive: true });
    symlinkSync('socket:[42]', join(proc, 'self', 'fd', '3'));
    symlinkSync('/dev/null', join(proc, 'self', 'fd', '4'));
  });
  afterEach(() => rmSync(proc, { recursive: true, force: true }));
  const table = (...lines: string[]): void =>
    writeFileSync(join(proc, 'net', 'udp'), [HEADER, ...lines, ''].join('\n'));
  const local = localEnd('127.0.0.1', 2055);

  it('are those of our own, even where another process shares the port', () => {
    table(line(local, 41, 500), line(local, 42, 3));
    const read = kernelDrops('127.0.0.1', 2055, proc);
    expect(read()).toBe(3);
    table(line(local, 41, 600), line(local, 42, 10));
    expect([read(), read()]).toEqual([7, 0]);
  });

  it('go on past the end of the counter', () => {
    table(line(local, 42, 0xffff_fffe));
    const read = kernelDrops('127.0.0.1', 2055, proc);
    read();
    table(line(local, 42, 5));
    expect(read()).toBe(7);
  });

  it('are unsaid where the kernel does not tell, or the socket is gone', () => {
    expect(kernelDrops('127.0.0.1', 2055, join(proc, 'none'))()).toBeUndefined();
    table(line(local, 42, 1));
    const read = kernelDrops('127.0.0.1', 2055, proc);
    table();
    expect(read()).toBeUndefined();
  });
});

const linux = process.platform === 'linux' ? describe : describe.skip;

linux('drops of a real socket', () => {
  it.each([
    ['udp4', '127.0.0.1'],
    ['udp6', '::1'],
  ] as const)('%s: are counted when nobody reads', async (type, host) => {
    const deaf: Socket = createSocket({ type, recvBufferSize: 4096 });
    deaf.bind(0, host);
    await once(deaf, 'listening');
    const { port } = deaf.address();
    const read = kernelDrops(host, port);
    expect(read()).toBe(0);
    const sender = createSocket(type);
    // In one go, so that the event loop has no chance to read in between.
    const sent = Array.from(
      { length: 200 },
      () => new Promise((resolve) => sender.send(Buffer.alloc(1200), port, host, resolve)),
    );
    await Promise.all(sent);
    const dropped = read() ?? 0;
    sender.close();
    deaf.close();
    expect(dropped).toBeGreaterThan(0);
  });
});
