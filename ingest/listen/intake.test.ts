import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlowDecoder } from '../decode/exporter';
import { createDatagramDecoder } from '../decode/datagram';
import { ipfix, join as bytesOf, set, template, v4, type FieldSpec } from '../decode/testing/datagrams';
import { createLog } from '../kernel/log';
import { createAppender, type Appender, type SpooledSegment } from '../spool';
import { createIntake, type Intake } from './intake';

async function until(reached: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !reached(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(reached()).toBe(true);
}

interface Conditions {
  readonly spoolLimit?: number;
  readonly tcp?: boolean;
  readonly port?: number;
  readonly appender?: Appender;
  /** Instead of one that counts. */
  readonly decoder?: FlowDecoder;
}

/** One row per message, so that what arrives can be counted. */
function countingDecoder() {
  const seen: string[] = [];
  const decoder: FlowDecoder = {
    decode(message, { session }, _received, batches) {
      seen.push(session === undefined ? 'datagram' : `message of ${session}`);
      const batch = batches.for(['protocol']);
      batch.reserve(1);
      batch.bytes[batch.used++] = message[0] ?? 0;
      batch.rows++;
    },
    settle: () => void seen.push('settled'),
    takeNames: () => [],
    finish: () => true,
    end: (session) => void seen.push(`end of ${session}`),
    health: () => [],
  };
  return { decoder, seen };
}

describe('intake', () => {
  let folder: string;
  const running: Intake[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wayleave-intake-'));
  });
  afterEach(async () => {
    for (const intake of running.splice(0)) await intake.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A real appender on a disk that can be made to refuse. */
  const faulty = () => {
    const real = createAppender(folder);
    const disk = { refuses: false, ahead: 0 };
    const appender: Appender = {
      get unsealed() {
        return real.unsealed + disk.ahead;
      },
      get full() {
        return real.full;
      },
      append(batches) {
        if (disk.refuses) throw new Error('ENOSPC: no space left on device, write');
        real.append(batches);
      },
      seal: () => real.seal(),
    };
    return { appender, disk };
  };

  const setUp = async ({
    spoolLimit = 1 << 20,
    tcp = false,
    port = 0,
    appender = createAppender(folder),
    ...given
  }: Conditions = {}) => {
    const { decoder, seen } = countingDecoder();
    const segments: SpooledSegment[] = [];
    const local = { host: '127.0.0.1', port: 0 };
    const intake = createIntake(
      { udp: [local, { ...local, port }], tcp: tcp ? [local] : [], receiveBuffer: 1 << 16, spoolLimit },
      {
        decoder: given.decoder ?? decoder,
        appender,
        log: createLog('silent'),
        clock: () => new Date(),
        steady: () => performance.now(),
        onSegments: (sealed) => void segments.push(...sealed),
      },
    );
    const ports = await intake.start();
    running.push(intake);
    return { intake, seen, segments, ports };
  };

  const send = async (port: number | undefined, texts: readonly string[]): Promise<void> => {
    const socket = createSocket('udp4');
    for (const text of texts) await new Promise((resolve) => socket.send(text, port ?? 0, '127.0.0.1', resolve));
    socket.close();
    await once(socket, 'close');
  };

  it('spools what comes to any of its sockets', async () => {
    const { intake, seen, segments, ports } = await setUp();
    await send(ports.udp[0], ['a', 'b']);
    await send(ports.udp[1], ['c']);
    await until(() => seen.length === 3);
    await intake.flush();
    expect(segments.reduce((sum, { rows }) => sum + rows, 0)).toBe(3);
    expect(segments.map(({ path }) => readFileSync(path, 'latin1')).join('')).toBe('abc');
    expect(intake.snapshot().listeners.map(({ received }) => received)).toEqual([2, 1]);
  });

  it('seals by itself after a second', async () => {
    const { segments, ports } = await setUp();
    await send(ports.udp[0], ['a']);
    await until(() => segments.length === 1);
  });

  it('takes nothing while more waits than may, and goes on afterwards', async () => {
    const { intake, seen, segments, ports } = await setUp({ spoolLimit: 2, tcp: true });
    await send(ports.udp[0], ['a', 'b', 'c']);
    await until(() => seen.length === 3);
    await intake.flush();
    // The loader has not heard of the segment yet: its own bytes are not in its figure.
    intake.backlog({ bytes: 0, segments: 0 });
    await send(ports.udp[0], ['d']);
    await until(() => intake.snapshot().listeners[0]?.droppedByUs === 1);
    const client = connect(ports.tcp[0] ?? 0, '127.0.0.1');
    client.end(ipfix({}, set(256, new Uint8Array(8))));
    await until(() => intake.snapshot().listeners[2]?.connections === 1);
    intake.backlog({ bytes: 3, segments: segments.length });
    await send(ports.udp[0], ['e']);
    await until(() => intake.snapshot().listeners[0]?.droppedByUs === 2);
    expect(seen).toHaveLength(3);

    intake.backlog({ bytes: 0, segments: segments.length });
    await send(ports.udp[0], ['f']);
    // What the stream sent has waited, and was not dropped.
    await until(() => seen.includes('message of 1') && seen.includes('end of 1') && seen.length === 6);
    expect(intake.snapshot().listeners.map(({ droppedByUs }) => droppedByUs)).toEqual([2, 0, 0]);
  });

  it('acknowledges no data that waits to be decoded, however many templates came with it', async () => {
    const decoder = createDatagramDecoder();
    const { intake, segments, ports } = await setUp({ tcp: true, decoder });
    const client = connect({ port: ports.tcp[0] ?? 0, host: '127.0.0.1', allowHalfOpen: true });
    const count = 140;
    for (let id = 256; id < 256 + count; id++) {
      const padding = Array.from({ length: id - 255 }, (): FieldSpec => [210, 1]);
      const fields = set(2, template(id, [[8, 4], [12, 4], ...padding])); // prettier-ignore
      client.write(ipfix({}, fields, set(id, bytesOf(v4('10.0.0.1'), v4('10.0.0.2'), new Uint8Array(id - 255)))));
    }
    client.resume().end();
    await once(client, 'end');
    expect(segments.reduce((sum, { rows }) => sum + rows, 0)).toBe(count);
    expect(intake.snapshot().exporters).toMatchObject([{ records: count, rejects: [] }]);
  });

  it('decodes and spools what it has when it stops', async () => {
    const { intake, seen, segments, ports } = await setUp();
    await send(ports.udp[0], ['a']);
    await until(() => seen.length === 1);
    await intake.stop();
    expect(seen).toEqual(['datagram', 'settled']);
    expect(segments).toMatchObject([{ rows: 1 }]);
  });

  it('keeps datagrams in memory and lets streams wait while the disk refuses, and goes on without a restart', async () => {
    const { appender, disk } = faulty();
    const { intake, seen, segments, ports } = await setUp({ tcp: true, appender });
    const client = connect({ port: ports.tcp[0] ?? 0, host: '127.0.0.1', allowHalfOpen: true });
    let acknowledged = false;
    client.resume().on('end', () => (acknowledged = true));
    disk.refuses = true;
    client.end(ipfix({}, set(256, new Uint8Array(8))));
    await until(() => seen.length === 1);
    await until(() => intake.snapshot().full !== undefined);
    expect(intake.snapshot().full).toEqual({
      cause: 'disk',
      reason: 'the spool cannot be written: ENOSPC: no space left on device, write',
    });
    await expect(intake.flush()).rejects.toMatchObject({ code: 'spool-unwritable', retriable: true });
    const late = connect({ port: ports.tcp[0] ?? 0, host: '127.0.0.1' });
    late.end(ipfix({}, set(256, new Uint8Array(8))));
    await send(ports.udp[0], ['a']);
    await until(() => seen.length === 2);
    await until(() => intake.snapshot().listeners[2]?.connections === 2);
    expect([seen, acknowledged, segments]).toEqual([['message of 1', 'datagram'], false, []]);

    disk.refuses = false;
    await until(() => acknowledged && seen.includes('message of 2'));
    expect(intake.snapshot().full).toBeUndefined();
    await intake.flush();
    expect(segments.reduce((sum, { rows }) => sum + rows, 0)).toBe(3);
    expect(intake.snapshot().listeners.map(({ droppedByUs }) => droppedByUs)).toEqual([0, 0, 0]);
  });

  it('reads streams no further ahead of the disk than it may; datagrams are still taken', async () => {
    const { appender, disk } = faulty();
    const { intake, seen, ports } = await setUp({ tcp: true, appender, spoolLimit: 1 << 30 });
    disk.ahead = (128 << 20) + 1;
    await intake.flush();
    connect({ port: ports.tcp[0] ?? 0, host: '127.0.0.1' }).end(ipfix({}, set(256, new Uint8Array(8))));
    await until(() => intake.snapshot().listeners[2]?.connections === 1);
    await send(ports.udp[0], ['a']);
    await until(() => seen.length > 0);
    expect(seen).toEqual(['datagram']);
    disk.ahead = 0;
    await until(() => seen.includes('message of 1'));
  });

  it('takes nothing while it is told so, and says why', async () => {
    const { intake, seen, ports } = await setUp();
    const refused = { cause: 'age', reason: 'the oldest rows wait for 80.0 h, and 72.0 h are allowed' } as const;
    intake.backlog({ bytes: 0, segments: 0, refused });
    await send(ports.udp[0], ['a']);
    await until(() => intake.snapshot().listeners[0]?.droppedByUs === 1);
    expect(intake.snapshot()).toMatchObject({
      full: refused,
      listeners: [{ drops: [{ address: '127.0.0.1', reason: 'spool-full', count: 1 }] }, {}],
    });
    intake.backlog({ bytes: 0, segments: 0 });
    await send(ports.udp[0], ['b']);
    await until(() => seen.length === 1);
    expect(intake.snapshot().full).toBeUndefined();
  });

  it('stops when the disk refuses, and acknowledges nothing', async () => {
    const { appender, disk } = faulty();
    const { intake, seen, ports } = await setUp({ tcp: true, appender });
    const client = connect({ port: ports.tcp[0] ?? 0, host: '127.0.0.1', allowHalfOpen: true });
    let answer: string | undefined;
    client.resume().on('end', () => (answer = 'end'));
    client.on('error', (error: NodeJS.ErrnoException) => (answer = error.code));
    disk.refuses = true;
    client.end(ipfix({}, set(256, new Uint8Array(8))));
    await until(() => seen.length === 1);
    await intake.stop();
    await until(() => answer !== undefined);
    expect(answer).toBe('ECONNRESET');
  });

  it('listens nowhere when it cannot listen everywhere', async () => {
    const taken = createSocket('udp4');
    taken.bind(0, '127.0.0.1');
    await once(taken, 'listening');
    await expect(setUp({ port: taken.address().port })).rejects.toMatchObject({ code: 'listen-failed' });
    taken.close();
    expect(running).toEqual([]);
  });
});
