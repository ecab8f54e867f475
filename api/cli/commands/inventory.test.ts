import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { openCluster } from '../../../analytics/inventory';
import {
  apiServer,
  createServers,
  kubeconfigOf,
  pod,
} from '../../../analytics/inventory/sources/kubernetes/api-server.fixture';
import { createProgram } from '../program';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'wayleave-inventory-cli-'));
const kubeconfig = join(folder, 'config');
const file = join(folder, 'inventory.csv');
const servers = createServers();

const configure = (server: string) => writeFileSync(kubeconfig, kubeconfigOf(server));

// The client is a thousand modules, which jest loads one by one: half a minute when they are not in its cache.
beforeAll(() => {
  configure('http://127.0.0.1:1');
  return openCluster({ kubeconfig });
}, 120_000);
afterEach(() => servers.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = async (...args: string[]): Promise<string> => {
  const stdout = new PassThrough();
  const terminal = {
    stdin: new PassThrough(),
    stdout,
    stderr: new PassThrough(),
    env: { WAYLEAVE_LOG__LEVEL: 'silent' },
  };
  const program = createProgram(terminal);
  await program.parseAsync(['--data', join(folder, 'data'), ...args], { from: 'user' });
  return String(stdout.read());
};

const live = ['--kubeconfig', kubeconfig, '--source', 'cluster-1'];

it('takes a cluster as it is: what is gone from it ends', async () => {
  configure(await servers.listen(apiServer([pod(1), pod(2)]).listener));
  expect(await run('inventory', 'diff', ...live)).toMatch(
    /^cluster-1 \(kubernetes\): 2 addresses, 2 added, 0 changed, 0 ended; nothing is taken yet\n {2}\+ 10\.244\.0\.1 shop\/web-1\n/,
  );
  expect(await run('inventory', 'import', ...live, '--context', 'test')).toMatch(/2 added, 0 changed, 0 ended\n/);
  configure(await servers.listen(apiServer([pod(2), pod(3)]).listener));
  await expect(run('inventory', 'import', ...live)).rejects.toMatchObject({ code: 'unconfirmed' });
  expect(await run('inventory', 'import', ...live, '--yes')).toMatch(/1 added, 0 changed, 1 ended\n/);
  expect(await run('workloads', '--filter', 'shop/')).toMatch(/shop\/web-2[^]*shop\/web-3/);
});

it('takes nothing of a cluster that does not show everything', async () => {
  const forbidden = { status: 403, body: { kind: 'Status', message: 'services is forbidden' } };
  configure(await servers.listen(apiServer([pod(1)], { '/api/v1/services': forbidden }).listener));
  await expect(run('inventory', 'import', ...live, '--source', 'cluster-2')).rejects.toMatchObject({
    code: 'cluster-refused',
    message: expect.stringContaining('services is forbidden') as string,
  });
  expect(await run('inventory', 'imports')).not.toContain('cluster-2');
});

it.each([
  ['neither', []],
  ['both', [file, '--kubeconfig', kubeconfig]],
  ['both', [file, '--context', 'test']],
])('wants files or a cluster, not %s: %j', async (_what, args) => {
  await expect(run('inventory', 'import', ...args)).rejects.toMatchObject({ code: 'no-inventory' });
});

it('takes a first CSV unasked, and asks before that replaces most of it', async () => {
  const csv = (count: number) => {
    const rows = Array.from({ length: count }, (_, index) => `10.9.0.${index},app-${index}\n`);
    writeFileSync(file, `address,name\n10.8.0.0/16,users\nnowhere,x\n${rows.join('')}`);
  };
  csv(12);
  const first = await run('inventory', file);
  expect(first).toContain('inventory (csv): 12 addresses, 12 added');
  expect(first).toContain('+ 10.8.0.0/16 users\n');
  expect(first).toMatch(/^ {2}inventory\.csv, line 3: /m);
  expect(await run('inventory', file)).toContain('0 added, 0 changed, 0 ended\n');
  csv(2);
  await expect(run('inventory', file)).rejects.toMatchObject({ code: 'unconfirmed' });
  await expect(run('inventory', file, '--yes')).rejects.toMatchObject({ code: 'ends-most' });
  expect(await run('inventory', 'diff', file)).toContain('ends most of the 12 addresses');
  expect(await run('inventory', file, '--yes', '--ends-most')).toContain('10 ended\n');
});

it('says what there is to do with it when it is called alone', async () => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await run('inventory').catch(() => undefined);
    expect(write.mock.calls.join('')).toMatch(/^Usage: wayleave inventory [^]*conflicts[^]*imports/);
  } finally {
    write.mockRestore();
  }
});

it('says which contexts there are', async () => {
  await expect(run('inventory', 'import', ...live, '--context', 'other')).rejects.toMatchObject({
    code: 'bad-kubeconfig',
    message: expect.stringContaining('there are test, broken') as string,
  });
});
