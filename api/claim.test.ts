import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claim } from './claim';

describe('a claim to a data directory', () => {
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'wayleave-claim-'));
  });
  afterEach(() => rmSync(data, { recursive: true, force: true }));
  const file = () => join(data, 'taker.pid');
  const holder = () => Number(readFileSync(file(), 'utf8').split(' ')[0]);
  /** Makes its claim as we do, by running this very code. */
  const other = async () => {
    const script = `require('tsx/cjs'); require(${JSON.stringify(join(__dirname, 'claim.ts'))}).claim(process.argv[1]);
      console.log('claimed'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['-e', script, data], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    return child;
  };

  it('is made, made again and given up', () => {
    const release = claim(data);
    expect(holder()).toBe(process.pid);
    expect(claim(data)).toBeInstanceOf(Function);
    release();
    expect(existsSync(file())).toBe(false);
  });

  it('is refused while another process has it, and not when that is gone', async () => {
    const child = await other();
    expect(() => claim(data)).toThrow(
      expect.objectContaining({ code: 'store-locked', where: { directory: data, pid: child.pid } }),
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    claim(data);
    expect(holder()).toBe(process.pid);
  });

  it.each(['', 'nobody', `${process.ppid} 1`])('takes no notice of %j, which is no process of ours', (text) => {
    writeFileSync(file(), text);
    claim(data);
    expect(holder()).toBe(process.pid);
  });
});
