import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenOf } from './token';

describe('token', () => {
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'wayleave-token-'));
  });
  afterEach(() => rmSync(data, { recursive: true, force: true }));

  it('is made once, for its owner only', () => {
    const token = tokenOf(data);
    expect(token).toMatch(/^[\w-]{32}$/);
    expect(tokenOf(data)).toBe(token);
    expect(readFileSync(join(data, 'token'), 'utf8').trim()).toBe(token);
    expect(statSync(join(data, 'token')).mode & 0o777).toBe(0o600);
    expect(readdirSync(data)).toEqual(['token']);
  });

  it.each(['', '\n', 'short', 'sixteen letters and spaces'])('is not %j', (text) => {
    writeFileSync(join(data, 'token'), text);
    expect(() => tokenOf(data)).toThrow(/must hold a token of 16 characters/);
  });
});
