import { textOf } from './testing/files';
import { servedPaths } from './testing/served';

const dockerfile = textOf('Dockerfile').replaceAll(/\\\n/g, '');
const instructions = dockerfile
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line))
  .map((line) => {
    const [, word = '', rest = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    return { word, rest };
  });
const all = (word: string): string[] => instructions.filter((each) => each.word === word).map(({ rest }) => rest);

describe('the image', () => {
  test('every stage is built on the same exact version, on glibc', () => {
    const bases = new Set(all('FROM').map((from) => from.split(' ')[0]));
    expect([...bases]).toEqual([expect.stringMatching(/^node:20\.\d+\.\d+-bookworm-slim$/)]);
  });

  test('runs as a user that is not root, named by number so that Kubernetes can tell', () => {
    expect(all('USER').at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  test('writes to /data and nowhere else', () => {
    expect(all('VOLUME')).toEqual(['/data']);
    expect(all('ENV').join(' ')).toMatch(/WAYLEAVE_DATA=\/data\b/);
  });

  test('is asked for its health where it answers', () => {
    const [, path = ''] = /127\.0\.0\.1:8471(\/\w+)/.exec(all('HEALTHCHECK').join(' ')) ?? [];
    expect(servedPaths()).toContain(path);
  });

  test('nothing gets into the build unless it is listed, and no secrets', () => {
    const rules = textOf('Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0]).toBe('*');
    expect(rules.at(-2)).toBe('**/.env');
  });
});
