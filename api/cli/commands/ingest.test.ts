import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { createProgram } from '../program';

const LOG =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n' +
  '2 123456789012 eni-1 10.0.0.1 10.0.0.2 49152 443 6 10 840 1795251600 1795251660 ACCEPT OK\n';

jest.setTimeout(60_000);

describe('wayleave ingest -', () => {
  const data = mkdtempSync(join(tmpdir(), 'wayleave-stdin-'));
  afterAll(() => {
    process.exitCode = 0;
    rmSync(data, { recursive: true, force: true });
  });

  const ingest = async (stdin: Readable, env: Record<string, string> = {}) => {
    const stdout = new PassThrough();
    const terminal = { stdin, stdout, stderr: new PassThrough(), env };
    await createProgram(terminal).parseAsync(['--json', '--data', data, 'ingest', '-'], { from: 'user' });
    return JSON.parse(String(stdout.read())) as unknown;
  };

  it('takes a stream by way of the data directory, and leaves nothing there', async () => {
    expect(await ingest(Readable.from([Buffer.from(LOG)]))).toMatchObject([
      { name: 'stdin', format: 'aws-vpc', rows: 1, duplicate: false },
    ]);
    expect(readdirSync(join(data, 'incoming'))).toEqual([]);
  });

  it('ends a stream that passes the limit of uploads', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536, 'x');
      })(),
    );
    expect(await ingest(endless, { WAYLEAVE_HTTP__UPLOADLIMITMIB: '1' })).toMatchObject([
      { error: { code: 'too-large' } },
    ]);
    expect(readdirSync(join(data, 'incoming'))).toEqual([]);
  });
});
