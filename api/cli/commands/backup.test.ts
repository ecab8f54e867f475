import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { migrate, openEmbedded } from '../../../ingest/store';
import { createProgram } from '../program';

jest.setTimeout(60_000);

describe('wayleave backup and restore', () => {
  const root = mkdtempSync(join(tmpdir(), 'wayleave-backup-cli-'));
  const at = (name: string) => join(root, name);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const run = async (args: readonly string[], env: Record<string, string> = {}): Promise<string> => {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const terminal = { stdin: new PassThrough(), stdout, stderr, env: { WAYLEAVE_LOG__LEVEL: 'silent', ...env } };
    await createProgram(terminal).parseAsync(['node', 'wayleave', ...args]);
    expect(stderr.read()).toBeNull();
    return String(stdout.read());
  };

  it('copies a data directory and makes another from the copy', async () => {
    const store = openEmbedded(at('data'));
    await migrate(store);
    await store.insert(
      'flows',
      [443, 53].map((dst_port) => ({ dst_port, received: Date.now() * 1000 })),
    );
    await store.close();
    expect(await run(['--data', at('data'), 'backup', at('kept')])).toMatch(
      /kept: 2 flows, \d+ files, .* token is not in/,
    );
    expect(JSON.parse(await run(['--data', at('copy'), '--json', 'restore', at('kept')]))).toMatchObject({
      data: at('copy'),
      tables: expect.arrayContaining([{ name: 'flows', rows: 2 }]),
      migrated: [],
    });
    expect(JSON.parse(await run(['--data', at('copy'), '--json', 'flows']))).toHaveLength(2);
    expect(await run(['--data', at('text'), 'restore', at('kept')])).toMatch(/text: 2 flows, .*, as of 20/);
  });

  it('makes no data directory where there is none', async () => {
    await expect(run(['--data', at('nowhere'), 'backup', at('empty')])).rejects.toMatchObject({
      code: 'nothing-stored',
      message: expect.stringContaining('--data'),
    });
    expect([existsSync(at('nowhere')), existsSync(at('empty'))]).toEqual([false, false]);
  });

  it.each(['backup', 'restore'])('leaves %s of tables in a server to the server', async (command) => {
    const before = readdirSync(root);
    await expect(
      run(['--data', at('elsewhere'), command, at('other')], { WAYLEAVE_STORE__URL: 'http://127.0.0.1:1' }),
    ).rejects.toMatchObject({ code: 'server-store', message: expect.stringContaining('BACKUP DATABASE') });
    expect(readdirSync(root)).toEqual(before);
  });
});
