import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeSystem } from '../../fixtures/system';
import { be, ipfix, join as bytesOf, set, template, v4 } from '../decode/testing/datagrams';
import { createSpool, type SpooledSegment } from '../spool';

const INTAKE = join(__dirname, '../../dist/ingest/listen/serve-intake.js');
const TMPFS_MIB = 6;

/** An intake that is a process of its own, so that it can be killed; it tells its port, and what it says of the disk. */
const PROCESS = `
  const { MessageChannel } = require('node:worker_threads');
  const { serveIntake } = require(${JSON.stringify(INTAKE)});
  const { port1, port2 } = new MessageChannel();
  const tcp = [{ host: '127.0.0.1', port: 0 }];
  serveIntake(port2, {
    udp: [], tcp, receiveBuffer: 65536, spoolLimit: 2 ** 30, spool: process.argv[1], announced: process.argv[2],
    logLevel: 'silent',
  });
  port1.on('message', (report) => {
    if (report.kind === 'listening') process.send({ port: report.ports.tcp[0] });
    if (report.kind === 'snapshot') {
      process.send({ full: report.snapshot.full });
      port1.postMessage({ kind: 'backlog', bytes: 0, segments: 0 });
    }
  });
  port1.postMessage({ kind: 'start', id: 1 });
`;

const RECORDS = 100;
const announce = ipfix({}, set(2, template(256, [[8, 4], [12, 4], [7, 2]]))); // prettier-ignore
const records = Array.from({ length: RECORDS }, (_, port) => bytesOf(v4('10.0.0.1'), v4('10.0.0.2'), be(port, 2)));
const message = (sequence: number): Uint8Array => ipfix({ sequence }, set(256, bytesOf(...records)));

interface Said {
  readonly port?: number;
  readonly full?: { readonly cause: string; readonly reason: string };
}

describeSystem('an exporter that shuts down its side and reads the end of ours', missing, () => {
  let folder: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wayleave-acknowledged-'));
  });
  afterEach(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  const startIntake = async (spool: string): Promise<{ port: number; said: { latest: Said } }> => {
    const started = spawn(process.execPath, ['-e', PROCESS, spool, join(folder, 'templates.json')], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child = started;
    const said: { latest: Said } = { latest: {} };
    const port = await new Promise<number>((resolve, reject) => {
      started.on('message', (heard: Said) => {
        if (heard.port !== undefined) resolve(heard.port);
        else said.latest = heard;
      });
      started.on('exit', () => reject(new Error('the intake ended')));
    });
    return { port, said };
  };

  /** @returns what it found at the end: `end`, or the code of the error */
  const exportMessages = async (port: number, messages: number): Promise<string> => {
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const answer = new Promise<string>((resolve) => {
      client.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      client.resume().on('end', () => resolve('end'));
    });
    client.write(announce);
    for (let sent = 0; sent < messages && !client.destroyed; sent++)
      if (!client.write(message(sent * RECORDS))) await Promise.race([once(client, 'drain'), answer]).catch(() => '');
    client.end();
    const found = await answer;
    client.destroy();
    return found;
  };

  const rowsIn = (segments: readonly SpooledSegment[]): number => segments.reduce((sum, { rows }) => sum + rows, 0);

  it('has lost nothing, whenever the process is killed', async () => {
    const found = { end: 0, reset: 0 };
    // From long before the seal to after it, which comes a tenth of a second after the end of the stream.
    for (const [round, delay] of [0, 20, 60, 90, 105, 115, 130, 160, 250, 400].entries()) {
      const spool = join(folder, `spool-${round}`);
      mkdirSync(spool);
      const { port } = await startIntake(spool);
      const answer = exportMessages(port, 20);
      await sleep(delay);
      await kill();
      const rows = rowsIn((await createSpool(spool).open()).segments);
      if ((await answer) === 'end') {
        found.end++;
        expect([delay, rows]).toEqual([delay, 20 * RECORDS]);
      } else found.reset++;
    }
    expect(found.end).toBeGreaterThan(0);
    expect(found.reset).toBeGreaterThan(0);
  });

  it('waits while the disk is full, and has it all once there is room, without a restart', async () => {
    const spool = join(folder, 'small');
    mkdirSync(spool);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${TMPFS_MIB}m`, 'tmpfs', spool]);
    try {
      const { port, said } = await startIntake(spool);
      const messages = 2500;
      const exporter: { found?: string } = {};
      void exportMessages(port, messages).then((answer) => (exporter.found = answer));
      for (let tries = 0; tries < 100 && !said.latest.full; tries++) await sleep(100);
      expect(said.latest.full).toMatchObject({ cause: 'disk', reason: expect.stringContaining('ENOSPC') });
      expect(exporter.found).toBeUndefined();
      // As a loader would, that comes back and empties the spool.
      const reader = createSpool(spool);
      let rows = 0;
      for (let tries = 0; tries < 300 && exporter.found === undefined; tries++) {
        for (const segment of await reader.adoptOrphans()) {
          rows += segment.rows;
          await reader.remove(segment);
        }
        await sleep(100);
      }
      rows += rowsIn(await reader.adoptOrphans());
      expect([exporter.found, rows]).toEqual(['end', messages * RECORDS]);
      for (let tries = 0; tries < 50 && said.latest.full; tries++) await sleep(100);
      expect(said.latest.full).toBeUndefined();
    } finally {
      await kill();
      execFileSync('umount', [spool]);
    }
  });
});

function missing(): string | undefined {
  if (!existsSync(INTAKE)) return 'run `npm run build` first';
  return process.platform === 'linux' && process.getuid?.() === 0
    ? undefined
    : 'a small file system needs Linux and root';
}
