import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LISTING, readListing } from './manifest';

describe('a listing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-listing-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const sum = 'a'.repeat(64);
  const read = async (text: string) => {
    writeFileSync(join(folder, LISTING), text);
    const paths: string[] = [];
    for await (const { path } of readListing(folder)) paths.push(path);
    return paths;
  };

  it('names parts, columns and segments as the engine and the spool do', async () => {
    const paths = [
      'tables/flows/20261121_1_4_1/data.bin',
      'tables/c/all_1_1_0/a%2Eb.size0.cmrk2',
      'state/spool/a-b.json',
    ];
    expect(await read(paths.map((path) => `${sum}  ${path}\n`).join(''))).toEqual(paths);
    expect(await read('')).toEqual([]);
  });

  it.each(['../../token', 'state/../token', '/etc/passwd', 'state//x', 'state/.', 'state\\x', '', 'state/'])(
    'refuses %p, which does not stay in the folder',
    async (path) => {
      await expect(read(`${sum}  state/ok\n${sum}  ${path}\n`)).rejects.toMatchObject({
        code: 'bad-backup',
        message: expect.stringContaining('line 2'),
      });
    },
  );
});
