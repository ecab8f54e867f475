import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { loadConfig } from './config';

const schema = z.strictObject({
  data: z.string().default('./data'),
  http: z.strictObject({ port: z.int().default(80), uploadLimit: z.int().default(1) }).prefault({}),
  collect: z.array(z.strictObject({ port: z.int() })).default([]),
});

function load(yaml: string | undefined, env: Record<string, string> = {}) {
  if (yaml === undefined) return loadConfig(schema, { env });
  const file = join(mkdtempSync(join(tmpdir(), 'wayleave-config-')), 'config.yaml');
  writeFileSync(file, yaml);
  return loadConfig(schema, { env, file });
}

describe('config', () => {
  it('takes defaults, then the file, then the environment', () => {
    expect(
      load('http: { port: 81 }', { WAYLEAVE_HTTP__UPLOAD_LIMIT: '5', WAYLEAVE_COLLECT: '[{port: 1}]', HOME: '/' }),
    ).toEqual({
      data: './data',
      http: { port: 81, uploadLimit: 5 },
      collect: [{ port: 1 }],
    });
  });

  it.each([
    ['an unknown setting, with the nearest', 'http: { prot: 81 }', {}, 'unknown setting http.prot; did you mean port?'],
    [
      'an unknown setting in a list',
      'collect: [{ port: 1, hots: x }]',
      {},
      'unknown setting collect.0.hots; known are port',
    ],
    ['a wrong value, with its path', 'http: { port: many }', {}, 'http.port is "many"'],
    [
      'an unknown variable, with the nearest',
      undefined,
      { WAYLEAVE_HTP__PORT: '1' },
      'WAYLEAVE_HTP__PORT sets no known setting; did you mean http?',
    ],
    ['a variable that is not YAML', undefined, { WAYLEAVE_COLLECT: '[{' }, 'WAYLEAVE_COLLECT holds no YAML value'],
    ['a list for a file', '- 1', {}, 'must hold settings by name'],
    ['what is not YAML', 'a: [', {}, 'is not YAML'],
  ])('refuses %s', (_, yaml, env, message) => {
    expect(() => load(yaml, env as Record<string, string>)).toThrow(
      expect.objectContaining({ code: 'bad-config', message: expect.stringContaining(message) }),
    );
  });

  it('takes texts of the environment as they are', () => {
    expect(load(undefined, { WAYLEAVE_DATA: '0123' }).data).toBe('0123');
  });

  it('names a file that is not there', () => {
    expect(() => loadConfig(schema, { env: {}, file: '/nowhere.yaml' })).toThrow(
      /cannot read the config file \/nowhere.yaml/,
    );
  });
});
