import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStateFile, writeStateFile } from './state-file';
import type { NetflowState } from './state';

const state: NetflowState = {
  version: 1,
  domains: [
    {
      exporter: '192.0.2.1',
      format: 'ipfix',
      domain: 7,
      templates: [{ id: 256, announcedMicros: 5, fields: [[0, 8, 4]] }],
    },
  ],
};

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wayleave-state-'));
  path = join(folder, 'templates.json');
});
afterEach(() => rm(folder, { recursive: true }));

it('gives back what was written, for its owner only', async () => {
  await writeStateFile(path, { version: 1, domains: [] });
  await writeStateFile(path, state);
  expect(await readStateFile(path)).toEqual(state);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['templates.json']);
});

it('is undefined before the first time', async () => {
  expect(await readStateFile(path)).toBeUndefined();
});

it('is not hindered by what a run that was cut off left', async () => {
  await writeFile(`${path}.new`, '{"version":1,"dom');
  await writeStateFile(path, state);
  expect(await readStateFile(path)).toEqual(state);
});

it('keeps the old one when the new one cannot be written', async () => {
  await writeStateFile(path, state);
  const elsewhere = join(folder, 'missing', 'templates.json');
  await expect(writeStateFile(elsewhere, state)).rejects.toMatchObject({ code: 'state-unwritable', retriable: true });
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(state);
});

it.each([
  ['nothing', ''],
  ['half of it', '{"version":1,"domains":[{"expo'],
  ['another version', '{"version":2,"domains":[]}'],
  ['something else', '[1,2,3]'],
  ['a template id that cannot be', JSON.stringify(state).replace('256', '12')],
  ['an address that is none', JSON.stringify(state).replace('192.0.2.1', 'router')],
])('refuses a file of %s', async (_, text) => {
  await writeFile(path, text);
  await expect(readStateFile(path)).rejects.toMatchObject({ code: 'bad-decoder-state', where: { file: path } });
});

it('refuses what is no file', async () => {
  await expect(readStateFile(folder)).rejects.toMatchObject({ code: 'state-unreadable' });
});
