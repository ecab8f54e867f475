import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { configSchema } from '../config/config';

const pages = readdirSync(__dirname).filter((name) => name.endsWith('.md'));
const blocks = pages.flatMap((page) =>
  [...readFileSync(join(__dirname, page), 'utf8').matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, yaml = '']) => ({
    page,
    yaml,
  })),
);

describe('settings in the documentation', () => {
  it.each(blocks)('$page shows what is taken', ({ yaml }) => {
    const parsed = configSchema.safeParse(parse(yaml));
    expect(parsed.success ? [] : parsed.error.issues).toEqual([]);
  });

  it('are found', () => {
    expect(blocks.length).toBeGreaterThan(3);
  });
});
