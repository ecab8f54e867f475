import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createProduct, missingMount, mountTmpfs } from '../../fixtures/faults';
import { builtProgram } from '../../fixtures/faults/program';
import { Random } from '../../fixtures/generate/random';
import { describeSystem } from '../../fixtures/system';
import { migrate, openEmbedded } from '../../ingest/store';

const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const ROUNDS = 6;
/** About as long as a backup and a restore of this many take, with the start of the process. */
const LONGEST_MS = 1500;
const FLOWS = 500_000;

describe(`backup and restore, killed at any moment (FAULT_SEED=${SEED})`, () => {
  const root = mkdtempSync(join(tmpdir(), 'wayleave-killed-'));
  const data = join(root, 'data');
  const kept = join(root, 'kept');
  const random = new Random('killed', SEED);
  const quiet = { ...process.env, WAYLEAVE_LOG__LEVEL: 'silent' };

  const run = (...args: string[]) =>
    execFileSync(process.execPath, [builtProgram(), '--json', ...args], { env: quiet });
  const runAndKill = async (...args: string[]): Promise<void> => {
    const child = spawn(process.execPath, [builtProgram(), ...args], { stdio: 'ignore', env: quiet });
    const exited = once(child, 'exit');
    await sleep(random.int(0, LONGEST_MS));
    child.kill('SIGKILL');
    await exited;
  };
  const flowsIn = async (directory: string): Promise<number | undefined> => {
    const store = openEmbedded(directory);
    const [row] = await store.query<{ flows: number }>('SELECT count() AS flows FROM flows');
    await store.close();
    return row?.flows;
  };

  beforeAll(async () => {
    const store = openEmbedded(data);
    await migrate(store);
    await store.command(
      `INSERT INTO flows (received, src_port, packets, segment)
       SELECT now64(6), rand(1), rand(2), generateUUIDv4() FROM numbers(${FLOWS})`,
    );
    await store.close();
    run('--data', data, 'backup', kept);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('restores the whole directory or none', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const copy = join(root, 'copy');
      await runAndKill('--data', copy, 'restore', kept);
      if (existsSync(copy)) expect(await flowsIn(copy)).toBe(FLOWS);
      else run('--data', copy, 'restore', kept);
      expect(await flowsIn(copy)).toBe(FLOWS);
      expect(existsSync(join(root, '.copy.restoring'))).toBe(false);
      rmSync(copy, { recursive: true });
    }
  });

  it('leaves a backup that is whole or refused, and the directory as it was', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const folder = join(root, `backup-${round}`);
      await runAndKill('--data', data, 'backup', folder);
      const copy = join(root, `of-${round}`);
      const restored = spawnSync(process.execPath, [builtProgram(), '--json', '--data', copy, 'restore', folder], {
        env: quiet,
        encoding: 'utf8',
      });
      if (existsSync(join(folder, 'backup.json'))) expect(await flowsIn(copy)).toBe(FLOWS);
      else expect(restored.stderr).toContain('bad-backup');
    }
    run('--data', data, 'backup', join(root, 'last'));
    expect(existsSync(join(data, 'snapshot'))).toBe(false);
    expect(await flowsIn(data)).toBe(FLOWS);
  });

  it('says how a directory in use is backed up, and its server does it', async () => {
    const product = createProduct({ folder: join(root, 'served'), config: { data } });
    await product.start();
    const refused = spawnSync(process.execPath, [builtProgram(), '--data', data, 'backup', join(root, 'cold')], {
      encoding: 'utf8',
    });
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('/api/v1/backups') });
    const { url = '', authorization = '' } = product.served ?? {};
    const call = async (method: string, path: string) => {
      const response = await fetch(`${url}${path}`, { method, headers: { authorization } });
      return (await response.json()) as { id: string; state: string; result: { folder: string } };
    };
    let job = await call('POST', '/api/v1/backups');
    while (job.state === 'running') {
      await sleep(50);
      job = await call('GET', `/api/v1/jobs/${job.id}`);
    }
    await product.stop();
    const copy = join(root, 'hot');
    run('--data', copy, 'restore', job.result.folder);
    expect(await flowsIn(copy)).toBe(FLOWS);
    expect(existsSync(join(copy, 'token'))).toBe(false);
    expect(readFileSync(join(job.result.folder, 'backup.json'), 'utf8')).not.toContain('token');
  });

  describeSystem('to a mount point', missingMount, () => {
    it('nothing is restored, and a folder in it is named that will do', () => {
      const volume = join(root, 'volume');
      const mounted = mountTmpfs(volume, 1024);
      try {
        const args = (target: string) => [builtProgram(), '--json', '--data', target, 'restore', kept];
        const refused = spawnSync(process.execPath, args(volume), { env: quiet, encoding: 'utf8' });
        expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining(`--data ${join(volume, 'data')}`) });
        expect([readdirSync(volume), existsSync(join(root, '.volume.restoring'))]).toEqual([[], false]);
        const accepted = { ...quiet, WAYLEAVE_SPOOL__RESERVEMIB: '0' };
        execFileSync(process.execPath, args(join(volume, 'data')), { env: accepted });
        expect(existsSync(join(volume, 'data', 'engine'))).toBe(true);
      } finally {
        mounted.unmount();
      }
    });
  });
});
